package findings

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// Source is the CloudEvents source of what is published.
const Source = "/custody/findings"

// The CloudEvents types of what is published. They are no kinds of the contract:
// they go to a topic of their own, for other systems.
const (
	Raised = "org.datacustody.finding.raised.v1"
	Voided = "org.datacustody.finding.voided.v1"
)

// An envelope is a change of a finding as a CloudEvent. Its id is of the finding
// and the moment of the change: told again, it is the same.
type envelope struct {
	SpecVersion     string  `json:"specversion"`
	ID              string  `json:"id"`
	Source          string  `json:"source"`
	Type            string  `json:"type"`
	Subject         string  `json:"subject,omitempty"`
	Time            string  `json:"time"`
	DataSchema      string  `json:"dataschema"`
	DataContentType string  `json:"datacontenttype"`
	Data            content `json:"data"`
}

type content struct {
	Finding    string       `json:"finding"`
	Rule       string       `json:"rule"`
	Severity   string       `json:"severity,omitempty"`
	Article    string       `json:"article,omitempty"`
	Field      string       `json:"field,omitempty"`
	Because    string       `json:"because,omitempty"`
	Policy     string       `json:"policy,omitempty"`
	Controller string       `json:"controller,omitempty"`
	Holder     string       `json:"holder,omitempty"`
	Recipient  string       `json:"recipient,omitempty"`
	Event      subjectEvent `json:"event"`
}

// A subjectEvent is the event that a finding is about; of a gap only its source,
// and when the event after the gap happened.
type subjectEvent struct {
	Source string `json:"source"`
	ID     string `json:"id,omitempty"`
	Type   string `json:"type,omitempty"`
	Time   string `json:"time"`
	Place  string `json:"place,omitempty"`
}

func messagesOf(changes []ledger.Finding) ([]event.Message, error) {
	messages := make([]event.Message, len(changes))
	for i, f := range changes {
		value, err := json.Marshal(envelopeOf(f))
		if err != nil {
			return nil, err
		}
		key := f.Subject
		if key == "" {
			key = f.Source
		}
		messages[i] = event.Message{
			Key: []byte(key), Value: value,
			Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json; charset=UTF-8")}},
		}
	}
	return messages, nil
}

func envelopeOf(f ledger.Finding) envelope {
	typ := Raised
	if !f.Stands {
		typ = Voided
	}
	e := envelope{
		SpecVersion: "1.0", ID: fmt.Sprintf("%s-%d", f.ID, f.RecordedAt.UnixMicro()), Source: Source, Type: typ, Subject: f.Subject,
		Time:            f.RecordedAt.UTC().Format(time.RFC3339Nano),
		DataSchema:      "https://datacustody.org/schemas/finding.v1.json",
		DataContentType: "application/json",
		Data: content{
			Finding: f.ID, Rule: f.Rule, Severity: f.Severity, Article: f.Article, Field: f.Field, Because: f.Because, Policy: f.Policy,
			Controller: f.Controller, Holder: f.Holder, Recipient: f.Recipient,
			Event: subjectEvent{Source: f.Source, ID: f.EventID, Type: f.Type, Time: f.Time.UTC().Format(time.RFC3339Nano)},
		},
	}
	if f.Place.Cluster != "" {
		e.Data.Event.Place = f.Place.String()
	}
	return e
}
