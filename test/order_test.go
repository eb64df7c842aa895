package e2e_test

import (
	"slices"
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
	p, d, sent := w.emitter(t), event.NewDecoder(event.Options{}), map[string][]string{}
	for i := range 6 {
		messages := make([]event.Message, n/6)
		for i := range messages {
			messages[i], _ = s.Next()
			e, why := d.Decode(&messages[i], yesterday().AddDate(0, 0, 2))
			if why != nil {
				t.Fatal(why)
			}
			person := string(messages[i].Key)
			sent[person] = append(sent[person], string(e.ID))
		}
		w.send(t, p, messages)
		if i == 2 {
			w.consume(t) // takes half of the partitions over
		}
	}
	w.await(t, n)
	w.intact(t)
	rows := w.mustAsk(t, `SELECT subject_namespace || ':' || toString(subject) AS person, groupArray(id) AS ids
		FROM (SELECT * FROM custody.log WHERE kafka_topic = {topic} AND subject_namespace != '' ORDER BY kafka_partition, recorded_at, seq) GROUP BY person`)
	if len(rows) < 300 {
		t.Fatalf("%d persons in the log, want nearly 400", len(rows))
	}
	for _, r := range rows {
		var ids []string
		for _, id := range r["ids"].([]any) {
			ids = append(ids, id.(string))
		}
		if want := sent[r["person"].(string)]; !slices.Equal(ids, want) {
			t.Errorf("%s: the log has %d events in another order than the %d sent", r["person"], len(ids), len(want))
		}
	}
}
