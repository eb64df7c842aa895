package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// receive reads the events of a request. If it cannot, it has answered, and ok
// is false. The request's bytes count as under way until done is called.
func (s *server) receive(w *response, r *http.Request) (ms []event.Message, done func(), ok bool) {
	done = func() {}
	size := r.ContentLength
	if size < 0 {
		size = int64(s.MaxRequest) // not told: room for the most
	}
	if size > int64(s.MaxRequest) {
		w.fail(s.tooLarge())
		return nil, done, false
	}
	if !s.flight.board(size) {
		w.Header().Set("Connection", "close") // its body stays unread
		w.fail(problem{Status: http.StatusTooManyRequests, kind: "busy", after: s.RetryAfter,
			Detail: "The gateway has all the bytes under way that it may have. Send the request again later; nothing of it was stored."})
		return nil, done, false
	}
	done = func() { s.flight.leave(size) }
	body, p := s.body(w, r)
	if p == nil {
		ms, p = s.messages(r, body)
	}
	if p != nil {
		done()
		w.fail(*p)
		return nil, func() {}, false
	}
	return ms, done, true
}

// body reads the request's body within the time and the size allowed.
func (s *server) body(w *response, r *http.Request) ([]byte, *problem) {
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, &problem{Status: http.StatusUnsupportedMediaType, kind: "media-type", Detail: "Send the body as it is, without a Content-Encoding."}
	}
	conn := http.NewResponseController(w)
	_ = conn.SetReadDeadline(time.Now().Add(s.BodyTimeout)) // where the server cannot, its own limits hold
	body, err := readAll(http.MaxBytesReader(w, r.Body, int64(s.MaxRequest)), r.ContentLength)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		p := s.tooLarge()
		return nil, &p
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &problem{Status: http.StatusRequestTimeout, kind: "slow", Detail: "The body did not arrive in time. Send the request again; nothing of it was stored."}
	case err != nil:
		return nil, &problem{Status: http.StatusBadRequest, kind: "body", Detail: "The body broke off. Send the request again; nothing of it was stored."}
	}
	_ = conn.SetReadDeadline(time.Time{}) // or the server would take the silent client for gone
	return body, nil
}

// readAll reads r, of size bytes where that is known.
func readAll(r io.Reader, size int64) ([]byte, error) {
	if size < 0 {
		return io.ReadAll(r)
	}
	body := make([]byte, size)
	_, err := io.ReadFull(r, body)
	return body, err
}

func (s *server) messages(r *http.Request, body []byte) ([]event.Message, *problem) {
	ms, err := messagesOf(r.Header, body, s.MaxBatch)
	switch {
	case errors.Is(err, errMediaType):
		return nil, &problem{Status: http.StatusUnsupportedMediaType, kind: "media-type", Detail: sentence(err)}
	case errors.Is(err, errTooMany):
		return nil, &problem{Status: http.StatusRequestEntityTooLarge, kind: "too-large",
			Detail: fmt.Sprintf("A batch has at most %d events. Send fewer at a time; nothing of it was stored.", s.MaxBatch)}
	case err != nil:
		return nil, &problem{Status: http.StatusBadRequest, kind: "batch", Detail: sentence(err)}
	}
	return ms, nil
}

func (s *server) tooLarge() problem {
	return problem{Status: http.StatusRequestEntityTooLarge, kind: "too-large",
		Detail: fmt.Sprintf("A request has at most %d bytes. Send fewer events at a time; nothing of it was stored.", s.MaxRequest)}
}

// sentence is an error as the detail of a problem.
func sentence(err error) string {
	s := []byte(err.Error())
	s[0] &^= 0x20
	return string(append(s, '.'))
}
