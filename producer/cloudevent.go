package producer

import (
	"bytes"
	"errors"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"github.com/datacustody/custody/schemas/event"
)

// fromCloudEvent writes e in structured mode, keyed by its subject, or by its
// source where it has none. An event without an id gets one.
func fromCloudEvent(e cloudevents.Event) (event.Message, error) {
	if e.Context == nil {
		return event.Message{}, event.Invalid{{Field: "specversion", Rule: "must be 1.0", Remedy: "make the event with cloudevents.NewEvent()"}}
	}
	if e.ID() == "" {
		e = e.Clone()
		e.SetID(event.NewID())
	}
	key := e.Subject()
	if key == "" {
		key = e.Source()
	}
	var value bytes.Buffer
	if err := cloudevents.WriteJson(&e, &value); err != nil {
		return event.Message{}, errors.New("the CloudEvents SDK cannot write the event as JSON") // its error may quote the event
	}
	return event.Message{
		Key:     []byte(key),
		Value:   value.Bytes(),
		Headers: []event.Header{{Name: "content-type", Value: []byte(cloudevents.ApplicationCloudEventsJSON)}},
	}, nil
}
