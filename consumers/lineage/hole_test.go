package lineage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

// TestHolesInTheRealLogAreHealed is G2.6 on ClickHouse: rows that a lost part
// took with it, in front and in the middle, are written again, and only they.
func TestHolesInTheRealLogAreHealed(t *testing.T) {
	s := newSite(t, 1)
	var ms []event.Message
	for i := range 50 {
		ms = append(ms, message(fmt.Sprint("event ", i), "once", time.Now()))
	}
	s.produce(ms...)
	s.plant(ms, 5, 20)
	s.plant(ms, 30, 40)
	s.start()
	s.logged(len(ms))
	if got := s.outcomes(); got["accepted"] != len(ms) {
		t.Errorf("outcomes = %v, want all accepted", got)
	}
}

// plant puts rows [from, to) of partition 0 into the log, as another writer would have.
func (s *site) plant(ms []event.Message, from, to int64) {
	s.t.Helper()
	log, err := store.OpenLog(s.server.Config("writer"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // nothing hangs on it
	now, err := log.Clock(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	p := ledger.Partition{Cluster: "test", Topic: s.topic}
	decoder, block := event.NewDecoder(event.Options{}), log.NewBlock()
	block.Reset(p, now)
	records, err := s.client.Read(s.t.Context(), s.topic, 0, 0)
	if err != nil || len(records.Records) < int(to) {
		s.t.Fatalf("Read = %d records, %v, want %d in one fetch", len(records.Records), err, to)
	}
	for o := from; o < to; o++ {
		rec, rejection := decoder.Decode(&ms[o], now)
		if rejection != nil {
			s.t.Fatal(rejection)
		}
		block.Append(&ledger.Row{
			Offset: o, LostFrom: o, Seq: uint64(o), KafkaTime: time.UnixMilli(records.Records[o].Timestamp), Outcome: ledger.Accepted,
			EventHash: rec.EventHash(), ContentHash: rec.ContentHash(), Event: rec,
		})
	}
	i := ledger.Intent{Start: from, End: to, RecordedAt: now, LeaseUntil: now.Add(time.Minute)}
	if err := log.Insert(s.t.Context(), block, i); err != nil {
		s.t.Fatal(err)
	}
}
