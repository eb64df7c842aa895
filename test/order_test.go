package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/schemas/event"
)

// One person's events are logged in the order in which they were sent, while
// consumers come and go.
func TestG4Order(t *testing.T) {
	const n = 30_000
	w := newWorld(t, "order", 4)
	w.Rows = 500
	w.consume(t)
	s := simulate.New(simulate.Options{Seed: 4, Start: yesterday(), Events: n, Subjects: 400, Binary: 0.5})
	p, sent := w.emitter(t), map[string][]string{}
	for i := range 6 {
		w.send(t, p, next(t, s, n/6, sent))
		if i == 2 {
			w.consume(t) // takes half of the partitions over
		}
	}
	w.await(t, n)
	w.intact(t)
	if len(sent) < 300 {
		t.Fatalf("events of %d persons were sent, want nearly 400", len(sent))
	}
	w.inOrder(t, sent)
}

// next gives n events, and notes them in sent: ids by person.
func next(t *testing.T, s *simulate.Simulation, n int, sent map[string][]string) []event.Message {
	t.Helper()
	d, messages := event.NewDecoder(event.Options{}), make([]event.Message, n)
	for i := range messages {
		messages[i], _ = s.Next()
		e, why := d.Decode(&messages[i], yesterday().AddDate(0, 0, 2))
		if why != nil {
			t.Fatal(why)
		}
		if key := string(messages[i].Key); !strings.HasPrefix(key, "/") { // else of no person
			sent[key] = append(sent[key], string(e.ID))
		}
	}
	return messages
}

// inOrder checks that the accepted events of each person are those sent, by
// their ids, each once and in their order.
func (w *world) inOrder(t *testing.T, sent map[string][]string) {
	t.Helper()
	logged := map[string][]string{}
	for _, r := range w.mustAsk(t, `SELECT subject_namespace || ':' || toString(subject) AS person, groupArray(id) AS ids
		FROM (SELECT * FROM custody.log WHERE kafka_topic = {topic} AND subject_namespace != '' AND outcome = 'accepted'
			ORDER BY kafka_partition, recorded_at, seq) GROUP BY person`) {
		for _, id := range r["ids"].([]any) {
			person := r["person"].(string)
			logged[person] = append(logged[person], id.(string))
		}
	}
	for person, want := range sent {
		if ids := logged[person]; !slices.Equal(ids, want) {
			t.Errorf("%s: the log has %d events, not the %d sent in their order", person, len(ids), len(want))
		}
		delete(logged, person)
	}
	for person := range logged {
		t.Errorf("%s: the log has events of one about whom none was sent", person)
	}
}
