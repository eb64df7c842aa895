package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// An oracle judges a partition's records in their order with nothing but a map:
// no window, no batches, no crash.
type oracle struct {
	decoder *event.Decoder
	content map[[16]byte][16]byte
}

// line is what the row of a record must be, as ClickHouse prints it.
func (o *oracle) line(r *stream.Record) string {
	e, why := o.decoder.Decode(&r.Message, time.Now())
	if why != nil {
		return fmt.Sprintf("%d\t%s\t%s\t%s\t%032X\n", r.Offset, simulate.Rejected, why.Reason, e.ID, 0)
	}
	hash, outcome := e.EventHash(), simulate.Accepted
	if known, ok := o.content[hash]; !ok {
		o.content[hash] = e.ContentHash()
	} else if outcome = simulate.Duplicate; known != e.ContentHash() {
		outcome = simulate.Conflict
	}
	return fmt.Sprintf("%d\t%s\t\t%s\t%X\n", r.Offset, outcome, e.ID, hash)
}

// rowsFit holds every row against the oracle's.
func (w *world) rowsFit(t *testing.T) {
	t.Helper()
	want, oracles := map[int32]*strings.Builder{}, map[int32]*oracle{}
	w.each(t, w.Topic, func(p int32, r *stream.Record) {
		if want[p] == nil {
			want[p], oracles[p] = &strings.Builder{}, &oracle{event.NewDecoder(event.Options{}), map[[16]byte][16]byte{}}
		}
		want[p].WriteString(oracles[p].line(r))
	})
	for p := range want {
		got, err := w.answer(fmt.Sprintf(`SELECT kafka_offset, outcome, reason, id, hex(event_hash) FROM custody.log
			WHERE kafka_topic = {topic} AND kafka_partition = %d ORDER BY kafka_offset FORMAT TSV`, p))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want[p].String() {
			t.Errorf("the rows of partition %d are not the oracle's: %s", p, difference(want[p].String(), string(got)))
		}
	}
}
