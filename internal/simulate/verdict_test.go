package simulate_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

// sighting is what a log remembers of an event.
type sighting struct {
	content [16]byte
	key     string
}

// judge is a log of the plainest kind: a map.
type judge struct {
	decoder *event.Decoder
	seen    map[[16]byte]sighting
}

func newJudge() *judge {
	return &judge{event.NewDecoder(event.Options{}), make(map[[16]byte]sighting)}
}

func (j *judge) judge(m *event.Message, now time.Time) (outcome string, why *event.Rejection, r *event.Record, elsewhere bool) {
	r, why = j.decoder.Decode(m, now)
	if why != nil {
		return simulate.Rejected, why, r, false
	}
	before, repeated := j.seen[r.EventHash()]
	switch {
	case !repeated:
		j.seen[r.EventHash()] = sighting{r.ContentHash(), string(m.Key)}
		return simulate.Accepted, nil, r, false
	case before.content == r.ContentHash():
		return simulate.Duplicate, nil, r, before.key != string(m.Key)
	}
	return simulate.Conflict, nil, r, before.key != string(m.Key)
}

// What the simulation says of each message is what the decoder and a plain log
// say; repeats come after their originals and have their key.
func TestExpectationsAreTheDecodersVerdicts(t *testing.T) {
	o := simulate.Day(7, start)
	o.Bad, o.Conflicts, o.Duplicates = 0.05, 0.01, 0.05
	s, j, now := simulate.New(o), newJudge(), start.Add(72*time.Hour)
	reasons := map[event.Reason]bool{}
	for i := range 210_000 {
		m, want := s.Next()
		outcome, why, r, elsewhere := j.judge(&m, now)
		var reason event.Reason
		var field, rule string
		if why != nil {
			reason, field, rule = why.Reason, why.Field, why.Rule
		}
		reasons[reason] = true
		if outcome != want.Outcome || reason != want.Reason {
			t.Fatalf("message %d (%s): %s %s (%s: %s), want %s %s\n%.2000s", i, want.Kind, outcome, reason, field, rule, want.Outcome, want.Reason, m.Value)
		}
		if elsewhere {
			t.Fatalf("message %d repeats an event of another key", i)
		}
		if why == nil && r.Kind != want.Kind {
			t.Fatalf("message %d is %s, want %s", i, r.Kind, want.Kind)
		}
	}
	for reason := event.ReasonNone; reason < event.ReasonCount; reason++ {
		if !reasons[reason] {
			t.Errorf("no message was rejected for %s", reason)
		}
	}
}

// The recipients that the simulation keeps are those of the accepted flows.
func TestRecipientsAreThoseOfTheFlows(t *testing.T) {
	s, j := simulate.New(simulate.Day(11, start)), newJudge()
	got := map[string]map[string]bool{}
	for range 50_000 {
		m, e := s.Next()
		outcome, _, r, _ := j.judge(&m, start.Add(72*time.Hour))
		if flow := r.Kind == event.KindShared || r.Kind == event.KindTransferredAbroad; !flow || outcome != simulate.Accepted {
			if e.Recipient != "" {
				t.Fatalf("a recipient is told of a message that is %s %s", outcome, r.Kind)
			}
			continue
		}
		if to := string(r.Text(event.FieldRecipient)); to != e.Recipient {
			t.Fatalf("recipient = %q, want %q", e.Recipient, to)
		}
		if got[string(m.Key)] == nil {
			got[string(m.Key)] = map[string]bool{}
		}
		got[string(m.Key)][string(r.Text(event.FieldRecipient))] = true
	}
	for person := range 10_000 {
		want := slices.Sorted(maps.Keys(got[string(s.Subject(person))]))
		if names := s.Recipients(person); !slices.Equal(names, want) {
			t.Fatalf("Recipients(%d) = %v, want %v", person, names, want)
		}
	}
}

// Times rise over the stream but for two seconds, and a person's never fall;
// parents come before their children and name an event that is there.
func TestLifeGoesForward(t *testing.T) {
	o := simulate.Options{Seed: 9, Start: start, Events: 60_000}
	s, d := simulate.New(o), event.NewDecoder(event.Options{})
	latest, lives, seen := int64(0), map[string]int64{}, map[string]bool{}
	hours := make([]int, 24)
	for i := range o.Events {
		m, _ := s.Next()
		r, why := d.Decode(&m, start.Add(72*time.Hour))
		if why != nil {
			t.Fatal(why)
		}
		if r.Time < latest-int64(2*time.Second) {
			t.Fatalf("message %d is %s older than one before it", i, time.Duration(latest-r.Time))
		}
		latest = max(latest, r.Time)
		if life := string(m.Key); len(r.Namespace) > 0 {
			if r.Time < lives[life] {
				t.Fatalf("message %d lies before an earlier one of its person", i)
			}
			lives[life] = r.Time
		}
		for _, p := range r.Parents {
			if !seen[string(p.Source)+" "+string(p.ID)] {
				t.Fatalf("message %d (%s) derives from an event that has not happened", i, r.Kind)
			}
		}
		seen[string(r.Source)+" "+string(r.ID)] = true
		hours[max(0, time.Unix(0, r.Time).UTC().Sub(start))/time.Hour]++
	}
	if hours[21] < 10*hours[3] {
		t.Errorf("%d events at nine in the evening, %d at three in the night: no shop lives so", hours[21], hours[3])
	}
	if hours[23] == 0 {
		t.Error("the day ends before midnight")
	}
}

// A message is its receiver's to keep.
func TestMessagesStayAsTheyAre(t *testing.T) {
	s := simulate.New(simulate.Day(2, start))
	var kept, copies []event.Message
	for range 5000 {
		m, _ := s.Next()
		kept = append(kept, m)
		copies = append(copies, event.Message{Key: bytes.Clone(m.Key), Value: bytes.Clone(m.Value), Headers: slices.Clone(m.Headers)})
	}
	for i := range kept {
		if !bytes.Equal(kept[i].Value, copies[i].Value) || !bytes.Equal(kept[i].Key, copies[i].Key) {
			t.Fatalf("message %d changed after it was given", i)
		}
	}
}
