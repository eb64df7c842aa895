package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

// A pool is the events that every contestant sends, over and over, encoded. In
// another form they are made for those who need it only: what a process holds
// is what its garbage collector has to look at.
type pool struct{ messages []event.Message }

// poolSize is enough for every partition and a few thousand persons.
const poolSize = 10_000

var start = time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)

// newPool takes what flows between parties out of a simulated shop's life.
func newPool(n int) (*pool, error) {
	p, s := new(pool), simulate.New(simulate.Options{Seed: 1, Start: start})
	for len(p.messages) < n {
		m, _ := s.Next()
		switch e, err := typed(m.Value); {
		case err != nil:
			return nil, fmt.Errorf("read a simulated event: %w", err)
		case e != nil:
			p.messages = append(p.messages, m)
		}
	}
	return p, nil
}

// clouds are the events as those of the CloudEvents SDK.
func (p *pool) clouds() ([]cloudevents.Event, error) {
	all := make([]cloudevents.Event, len(p.messages))
	for i, m := range p.messages {
		if err := json.Unmarshal(m.Value, &all[i]); err != nil {
			return nil, fmt.Errorf("read a simulated event as a CloudEvent: %w", err)
		}
	}
	return all, nil
}

// typed are the events as structs, as Custody's Emit takes them.
func (p *pool) typed() ([]event.Event, error) {
	all := make([]event.Event, len(p.messages))
	for i, m := range p.messages {
		var err error
		if all[i], err = typed(m.Value); err != nil {
			return nil, fmt.Errorf("read a simulated event: %w", err)
		}
	}
	return all, nil
}

// size is the mean length of an event's value.
func (p *pool) size() int {
	n := 0
	for i := range p.messages {
		n += len(p.messages[i].Value)
	}
	return n / len(p.messages)
}

// typed is a structured event as a struct; nil if it is none of the flows.
func typed(value []byte) (event.Event, error) {
	var members map[string]any
	if err := json.Unmarshal(value, &members); err != nil {
		return nil, err
	}
	text := func(name string) string { s, _ := members[name].(string); return s }
	at, err := time.Parse(time.RFC3339Nano, text("time"))
	if err != nil {
		return nil, err
	}
	meta := event.Meta{ID: text("id"), Source: text("source"), Subject: event.Subject(text("subject")), Time: at, Extensions: extensions(members)}
	var e event.Event
	switch text("type") {
	case event.KindCollected.Type():
		e = &event.Collected{Meta: meta}
	case event.KindUsed.Type():
		e = &event.Used{Meta: meta}
	case event.KindShared.Type():
		e = &event.Shared{Meta: meta}
	default:
		return nil, nil
	}
	data, err := json.Marshal(camel(members["data"]))
	if err != nil {
		return nil, err
	}
	return e, json.Unmarshal(data, e)
}

var attributes = []string{"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"}

func extensions(members map[string]any) map[string]string {
	found := map[string]string{}
	for name, v := range members {
		if !slices.Contains(attributes, name) {
			found[name] = fmt.Sprint(v)
		}
	}
	return found
}

// camel takes the underscores out of names: package json then finds the fields,
// as it does not mind upper and lower case.
func camel(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		for name, member := range v {
			delete(out, name)
			out[strings.ReplaceAll(name, "_", "")] = camel(member)
		}
		return out
	case []any:
		for i := range v {
			v[i] = camel(v[i])
		}
	}
	return v
}
