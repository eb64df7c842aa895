package lineage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/schemas/event"
)

// What a transaction aborted has no row and takes no seq, nor do the markers;
// its events are none, so sending them again makes them accepted, not duplicates.
func TestAbortedTransactionsLeaveNoRow(t *testing.T) {
	s := newSite(t, 2)
	var want []string
	add := func(rs []*kgo.Record) {
		for _, r := range rs {
			want = append(want, fmt.Sprintf("%d\t%d", r.Partition, r.Offset))
		}
	}
	stop := s.start()
	for round, codec := range []kgo.CompressionCodec{
		kgo.NoCompression(), kgo.GzipCompression(), kgo.SnappyCompression(), kgo.Lz4Compression(), kgo.ZstdCompression(), kgo.NoCompression(),
	} {
		tx := s.kgo(kgo.TransactionalID(s.topic), kgo.ProducerBatchCompression(codec))
		for _, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort} {
			if err := tx.BeginTransaction(); err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("round %d, committed %t", round, bool(end))
			inside := s.send(tx, some(name, 40)...)
			add(s.send(s.producer, some(name+", beside", 10)...))
			if err := tx.EndTransaction(t.Context(), end); err != nil {
				t.Fatal(err)
			}
			if end == kgo.TryCommit {
				add(inside)
			} else if round%2 == 0 {
				add(s.send(s.producer, some(name, 40)...))
			} // else markers are the last in the log
		}
		tx.Close()
		if round%2 == 1 { // the next writer begins behind them
			s.await(len(want))
			stop()
			stop = s.start()
		}
	}
	add(s.send(s.producer, some("after all", 10)...))
	s.await(len(want))
	stop()
	got := s.ask(`SELECT kafka_partition, kafka_offset FROM custody.log WHERE kafka_topic = {topic:String} AND outcome = 'accepted'`)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d records are accepted, want the %d of committed transactions and of none", len(got), len(want))
	}
	for _, row := range s.ask(`SELECT kafka_partition, count(), min(seq), max(seq) FROM custody.log WHERE kafka_topic = {topic:String}
		GROUP BY kafka_partition HAVING min(seq) != 0 OR max(seq) != count() - 1`) {
		t.Errorf("partition, rows, first and last seq = %s, want seq without a gap", row)
	}
}

// some are n events of many people that are the same for the same name.
func some(name string, n int) (ms []event.Message) {
	at := time.Now().Add(-time.Hour).Truncate(time.Hour)
	for i := range n {
		ms = append(ms, of(i, fmt.Sprintf("%s, %d", name, i), "once", at))
	}
	return ms
}
