package stream

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// The headers of a dead letter that Custody adds.
const (
	HeaderReason = "custody-reason"
	HeaderField  = "custody-field"
	HeaderKey    = "custody-key"
	HeaderSHA256 = "custody-sha256"
)

// A Letter is a refused record on its way to the dead letters.
type Letter struct {
	ID      ledger.Identity
	Message event.Message
}

// Size is about how many bytes the letter takes.
func (l *Letter) Size() int { return l.Message.Size() + 512 }

// NewLetter makes the dead letter of a record: its value and those of its
// headers that are the event, beside why it was refused. It keeps nothing of m.
func NewLetter(id ledger.Identity, m *event.Message, reason, field string) Letter {
	l := Letter{ID: id, Message: event.Message{Value: bytes.Clone(m.Value)}}
	for _, h := range Carried(m) {
		l.add(strings.Clone(h.Name), bytes.Clone(h.Value))
	}
	l.explain(reason, field)
	if m.Key != nil {
		l.add(HeaderKey, bytes.Clone(m.Key))
	}
	return l
}

// NewPointer makes the dead letter of a record whose value must not be copied:
// because it holds a personal value, is too large or unreadable. The value
// stays in the source topic; gone says that it is there no more.
func NewPointer(id ledger.Identity, value []byte, gone bool, reason, field string) Letter {
	l := Letter{ID: id}
	l.explain(reason, field)
	if !gone {
		sum := sha256.Sum256(value)
		l.add(HeaderSHA256, []byte(hex.EncodeToString(sum[:])))
	}
	return l
}

// pointer is the letter without what makes it large.
func (l *Letter) pointer() Letter {
	p := Letter{ID: l.ID}
	for _, h := range l.Message.Headers {
		if h.Name == HeaderReason || h.Name == HeaderField {
			p.Message.Headers = append(p.Message.Headers, h)
		}
	}
	sum := sha256.Sum256(l.Message.Value)
	p.add(HeaderSHA256, []byte(hex.EncodeToString(sum[:])))
	return p
}

func (l *Letter) explain(reason, field string) {
	l.add(HeaderReason, []byte(reason))
	l.add(HeaderField, []byte(field))
}

func (l *Letter) add(name string, value []byte) {
	l.Message.Headers = append(l.Message.Headers, event.Header{Name: name, Value: value})
}

// Carried gives those of a record's headers that are part of the event: the
// content type, and in binary mode the ce_ headers.
func Carried(m *event.Message) (carried []event.Header) {
	structured := false
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, "content-type") {
			structured = structured || hasPrefixFold(string(h.Value), "application/cloudevents")
		}
	}
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, "content-type") || !structured && hasPrefixFold(h.Name, "ce_") {
			carried = append(carried, h)
		}
	}
	return carried
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
