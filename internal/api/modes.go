package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/datacustody/custody/schemas/event"
)

var (
	errMediaType = errors.New("send Content-Type application/cloudevents+json, application/cloudevents-batch+json, or application/json with ce- headers")
	errTooMany   = errors.New("the batch has too many events: send fewer at a time")
	errBatch     = errors.New("a batch is one JSON array of events, and nothing else")
)

// messagesOf reads the events of a request, in any of the three content modes of
// the CloudEvents HTTP binding, as Kafka messages. It changes no byte of them.
func messagesOf(h http.Header, body []byte, maxBatch int) ([]event.Message, error) {
	headers := attributes(h)
	switch mediaType(h.Get("Content-Type")) {
	case "application/cloudevents-batch+json":
		values, err := split(body, maxBatch)
		if err != nil {
			return nil, err
		}
		ms := make([]event.Message, len(values))
		for i, v := range values {
			ms[i] = event.Message{Value: v, Headers: structured}
		}
		return ms, nil
	case "application/cloudevents+json", "application/cloudevents":
	default:
		if len(headers) == 0 || isCloudEvents(h.Get("Content-Type")) {
			return nil, errMediaType
		}
	}
	for _, v := range h["Content-Type"] {
		headers = append(headers, event.Header{Name: "content-type", Value: []byte(v)})
	}
	return []event.Message{{Value: body, Headers: headers}}, nil
}

// structured is the headers of an event that came in a batch.
var structured = []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}}

// attributes are the ce- headers, named and decoded as in Kafka.
func attributes(h http.Header) (headers []event.Header) {
	for name, values := range h {
		attribute, ok := strings.CutPrefix(name, "Ce-")
		if !ok {
			continue
		}
		for _, v := range values {
			headers = append(headers, event.Header{Name: "ce_" + strings.ToLower(attribute), Value: decodeHeader(v)})
		}
	}
	slices.SortStableFunc(headers, func(a, b event.Header) int { return strings.Compare(a.Name, b.Name) })
	return headers
}

// decodeHeader undoes quotes, then percent-encoding, once each (CloudEvents HTTP
// binding 1.0, section 3.1.3.2). What is not well encoded stays as it is.
func decodeHeader(s string) []byte {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = unquote(s[1 : len(s)-1])
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && digit(s[i+1]) >= 0 && digit(s[i+2]) >= 0 {
			out = append(out, byte(digit(s[i+1])<<4|digit(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

func unquote(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		out = append(out, s[i])
	}
	return string(out)
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// mediaType is the media type without its parameters, in lower case.
func mediaType(contentType string) string {
	t, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(t))
}

func isCloudEvents(contentType string) bool {
	return strings.HasPrefix(mediaType(contentType), "application/cloudevents")
}
