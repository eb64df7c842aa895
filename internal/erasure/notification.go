package erasure

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strconv"
	"time"
)

// A Notification is what a party is told: which of the person's data it is to
// erase, and by when. It knows the person by its own references only; neither
// pseudonym nor anything of other parties is in it.
type Notification struct {
	ID         string    `json:"-"` // the idempotency key: the same for every attempt to say the same
	Time       time.Time `json:"-"` // since when there is this to say
	Case       string    `json:"case"`
	Controller string    `json:"controller"`
	Recipient  string    `json:"recipient"`
	Everyone   bool      `json:"everyone,omitempty"`   // it is about every person whose data the recipient has of the controller
	References []string  `json:"references,omitempty"` // under which the recipient knows the person
	Erase      []string  `json:"erase,omitempty"`
	Ask        []string  `json:"ask,omitempty"`  // to be erased unless the recipient has a right of its own to them
	Keep       []Keep    `json:"keep,omitempty"` // for storage only, to be erased afterwards
	Deadline   time.Time `json:"deadline"`
	Reminder   bool      `json:"reminder,omitempty"`
	Answer     string    `json:"answer,omitempty"` // where the answer is taken
}

// A Keep is a category that must be kept, and until when; no day: no end is known.
type Keep struct {
	Category  string `json:"category"`
	Exemption string `json:"exemption"`
	Until     string `json:"until,omitempty"`
}

// AnswerURL is where the answers to a case go.
func AnswerURL(base, controller, id string) string {
	if base == "" {
		return ""
	}
	return base + "/" + controller + "/" + url.PathEscape(id) + "/answers"
}

// NoticeType is the CloudEvents type of a notice.
const NoticeType = "org.datacustody.erasure.notice.v1"

// CloudEvent is the notice as it travels: a structured CloudEvent. The same
// notice gives the same bytes.
func (n Notification) CloudEvent(source string) []byte {
	text, err := json.Marshal(struct {
		SpecVersion string       `json:"specversion"`
		ID          string       `json:"id"`
		Source      string       `json:"source"`
		Type        string       `json:"type"`
		Time        time.Time    `json:"time"`
		ContentType string       `json:"datacontenttype"`
		Data        Notification `json:"data"`
	}{"1.0", n.ID, source, NoticeType, n.Time.UTC(), "application/json", n.utc()})
	if err != nil {
		panic(err) // strings and times are always written
	}
	return text
}

// content is what the notice says.
func (n Notification) content() []byte {
	text, err := json.Marshal(n.utc())
	if err != nil {
		panic(err) // strings and times are always written
	}
	return text
}

func (n Notification) utc() Notification {
	n.Deadline = n.Deadline.UTC()
	return n
}

// ID is the id that follows from words: a UUID of version 8, by SHA-256.
func ID(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(w))))
		h.Write([]byte(w))
	}
	b := h.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// spread is a number below 256 that follows from words.
func spread(words ...string) byte {
	h := sha256.Sum256([]byte(ID(words...)))
	return h[0]
}

func decimal(n int) string { return strconv.Itoa(n) }
