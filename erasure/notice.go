package erasure

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A Notice is what a party is asked to do. It comes again, with the same ID, until
// the party has taken it, and under another when there is something new to say.
type Notice struct {
	ID   string    `json:"-"`
	Time time.Time `json:"-"`

	Case       string    `json:"case"`
	Controller string    `json:"controller"`
	Recipient  string    `json:"recipient"`  // who is told
	Everyone   bool      `json:"everyone"`   // it is about every person whose data the recipient has of the controller
	References []string  `json:"references"` // the persons, as the recipient knows them
	Erase      []string  `json:"erase"`      // kinds of data to erase
	Ask        []string  `json:"ask"`        // to erase, unless the recipient has a right of its own to them
	Keep       []Keep    `json:"keep"`       // to keep for storage only
	Deadline   time.Time `json:"deadline"`
	Reminder   bool      `json:"reminder"`
	Answer     string    `json:"answer"` // where the answer goes
}

// A Keep is a kind of data that must be kept, and until which day; no day: no end is known.
type Keep struct {
	Category  string `json:"category"`
	Exemption string `json:"exemption"`
	Until     string `json:"until"`
}

// noticeType is the CloudEvents type of a notice.
const noticeType = "org.datacustody.erasure.notice.v1"

// ReadNotice reads a notice as it stands in a Kafka record, in a line of a file or
// in a request. Of a request read the signature first: ReadSigned does.
func ReadNotice(text []byte) (Notice, error) {
	var e struct {
		ID   string    `json:"id"`
		Type string    `json:"type"`
		Time time.Time `json:"time"`
		Data *Notice   `json:"data"`
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return Notice{}, fmt.Errorf("read a notice: %w", err)
	}
	if e.Type != noticeType || e.ID == "" || e.Data == nil || e.Data.Case == "" || e.Data.Recipient == "" {
		return Notice{}, errors.New("read a notice: want a structured CloudEvent of the type " + noticeType)
	}
	e.Data.ID, e.Data.Time = e.ID, e.Time
	return *e.Data, nil
}
