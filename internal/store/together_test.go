package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// A sending is a block on its way.
type sending struct {
	ctx  context.Context
	at   time.Time
	in   time.Duration // the lease
	rows []*ledger.Row
}

// atOnce is longer than this machine may take to send a few blocks.
const atOnce = time.Second

// insertAtOnce sends each to a partition of its own, from p on, and gives what became of it.
func insertAtOnce(t *testing.T, l *store.Log, p ledger.Partition, all ...sending) []error {
	t.Helper()
	errs := make([]error, len(all))
	var going sync.WaitGroup
	for n, s := range all {
		b, to := l.NewBlock(), p
		to.ID += int32(n)
		b.Reset(to, s.at)
		for _, r := range s.rows {
			b.Append(r)
		}
		going.Go(func() {
			errs[n] = l.Insert(s.ctx, b, ledger.Intent{RecordedAt: s.at, LeaseUntil: s.at.Add(s.in), End: int64(len(s.rows))})
		})
	}
	going.Wait()
	return errs
}

func now(t *testing.T, l *store.Log) time.Time {
	t.Helper()
	at, err := l.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Small blocks that come at once are one part, each with what its rows have, whatever
// columns the others lack.
func TestInsertTogether(t *testing.T) {
	l, p := writer(t), partition(t)
	rejected, lost := row(7), row(8)
	rejected.Outcome, rejected.Reason, rejected.ReasonField = ledger.Rejected, 3, "data.recipient"
	lost.Outcome, lost.LostFrom, lost.Event = ledger.Lost, 3, nil
	blocks := [][]*ledger.Row{{lost}, {order(t, 1), order(t, 2)}, {rejected}, rows(10, 40), {order(t, 3)}}

	at := now(t, l)
	var together []sending
	alone := partition(t)
	for n, b := range blocks {
		together = append(together, sending{t.Context(), at, time.Minute, b})
		to := alone
		to.ID += int32(n)
		insert(t, l, to, b...)
	}
	l = writer(t) // it remembers nobody, and waits
	store.Gather(l, atOnce)
	if err := errors.Join(insertAtOnce(t, l, p, together...)...); err != nil {
		t.Fatal(err)
	}
	if parts := answer(t, "auditor", `SELECT DISTINCT concat(toString(recorded_at), _part) FROM custody.log WHERE kafka_cluster = ?`, p.Cluster); len(parts) != 1 {
		t.Errorf("%d blocks at once made %v, want one part", len(blocks), parts)
	}
	const all = `SELECT toString(tuple(* EXCEPT (kafka_cluster, recorded_at, lease_until))) FROM custody.log WHERE kafka_cluster = ? ORDER BY kafka_partition, kafka_offset`
	got, want := answer(t, "auditor", all, p.Cluster), answer(t, "auditor", all, alone.Cluster)
	if len(want) != 35 || !slices.Equal(got, want) {
		t.Errorf("together:\n%s\nalone:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The slower the server is, the fewer inserts it gets: what comes while two are under way
// goes in the next, and so does what comes when one has landed.
func TestInsertAfterTheOneBefore(t *testing.T) {
	l, p := writer(t), partition(t)
	at := now(t, l)
	block := sending{t.Context(), at, time.Minute, rows(0, 3)}
	var going sync.WaitGroup
	errs := make([][]error, 2)

	store.Gather(l, 0) // it would leave at once
	landed := store.UnderWay(l, 1)
	store.UnderWay(l, 1)
	going.Go(func() { errs[0] = insertAtOnce(t, l, p, block, block, block) })
	gathered(t, l, 3)
	store.Gather(l, atOnce)
	landed()
	p.ID += 3
	going.Go(func() { errs[1] = insertAtOnce(t, l, p, block) })
	going.Wait()
	if err := errors.Join(slices.Concat(errs...)...); err != nil {
		t.Fatal(err)
	}
	if parts := answer(t, "auditor", `SELECT DISTINCT _part FROM custody.log WHERE kafka_cluster = ?`, p.Cluster); len(parts) != 1 {
		t.Errorf("the blocks made %v, want one part", parts)
	}
}

// As long as an insert took, small blocks wait for those that come after it, up to a
// second; large ones wait for nobody.
func TestInsertWaitsForThoseOfTheOneBefore(t *testing.T) {
	l := writer(t)
	for took, want := range map[time.Duration]time.Duration{
		0: 50 * time.Millisecond, 800 * time.Millisecond: 800 * time.Millisecond, time.Minute: time.Second,
	} {
		if small, large := store.After(l, took); small != want || large != 0 {
			t.Errorf("after %v small blocks wait %v and large ones %v, want %v and nothing", took, small, large, want)
		}
	}
}

// threeCame is a log into which a block of three partitions, from p on, went together.
func threeCame(t *testing.T) (l *store.Log, p ledger.Partition, block sending) {
	t.Helper()
	l, p = writer(t), partition(t)
	block = sending{t.Context(), now(t, l), time.Minute, rows(0, 3)}
	store.Gather(l, atOnce)
	if err := errors.Join(insertAtOnce(t, l, p, block, block, block)...); err != nil {
		t.Fatal(err)
	}
	return l, p, block
}

// Small blocks wait for those of all partitions that came lately, late ones too, and
// leave once they are there.
func TestInsertLeavesOnceAllAreThere(t *testing.T) {
	l, p, block := threeCame(t)
	store.Gather(l, time.Hour)
	landed := store.UnderWay(l, 0)
	var going sync.WaitGroup
	var errs [2][]error
	going.Go(func() { errs[0] = insertAtOnce(t, l, p, block) })
	gathered(t, l, 1)
	landed()
	second := p
	second.ID++
	going.Go(func() { errs[1] = insertAtOnce(t, l, second, block, block) })
	going.Wait()
	if err := errors.Join(slices.Concat(errs[:]...)...); err != nil {
		t.Fatal(err)
	}
	if parts := answer(t, "auditor", `SELECT DISTINCT _part FROM custody.log WHERE kafka_cluster = ?`, p.Cluster); len(parts) != 2 {
		t.Errorf("the blocks made %v, want one part each time", parts)
	}
}

// Nobody waits for a partition whose block is under way.
func TestInsertDoesNotWaitForWhatIsUnderWay(t *testing.T) {
	l, p, block := threeCame(t)
	store.Gather(l, time.Hour)
	store.UnderWay(l, 2)
	if err := errors.Join(insertAtOnce(t, l, p, block)...); err != nil {
		t.Fatal(err)
	}
}

// A partition that has nothing to send is waited for four times, and no longer.
func TestInsertForgetsWhoNoLongerComes(t *testing.T) {
	l, p, block := threeCame(t)
	for n := range 4 {
		if store.Members(l) != 3 {
			t.Errorf("after %d inserts without one %d partitions are waited for, want 3", n, store.Members(l))
		}
		store.Gather(l, atOnce/10)
		if err := errors.Join(insertAtOnce(t, l, p, block, block)...); err != nil {
			t.Fatal(err)
		}
	}
	store.Gather(l, time.Hour)
	if err := errors.Join(insertAtOnce(t, l, p, block, block)...); err != nil {
		t.Fatal(err)
	}
}

// gathered waits until so many blocks wait for an insert that is under way.
func gathered(t *testing.T, l *store.Log, want int) {
	t.Helper()
	for tries := 0; store.Gathered(l) < want; tries++ {
		if time.Sleep(time.Millisecond); tries == 5000 {
			t.Fatalf("%d blocks wait while an insert is under way, want %d", store.Gathered(l), want)
		}
	}
}

// Large blocks go in two inserts at once, and wait for one of two that are under way.
func TestInsertLarge(t *testing.T) {
	l, p := writer(t), partition(t)
	at := now(t, l)
	block := sending{t.Context(), at, time.Minute, rows(0, store.LargeRows)}
	landed := store.UnderWay(l, 1)
	if err := errors.Join(insertAtOnce(t, l, p, block)...); err != nil {
		t.Fatal(err)
	}
	store.UnderWay(l, 1)
	p.ID++
	over := make(chan error, 1)
	go func() { over <- errors.Join(insertAtOnce(t, l, p, block)...) }()
	gathered(t, l, 1)
	time.Sleep(atOnce / 10)
	if gathered(t, l, 1); len(over) > 0 {
		t.Error("a third insert went beside two")
	}
	landed()
	if err := <-over; err != nil {
		t.Fatal(err)
	}
}

// Whoever takes a partition over sees that one of its blocks is under way, by the name
// of the insert: see TestInserting.
func TestInsertBearsTheNamesOfAllItsBlocks(t *testing.T) {
	l, p := writer(t), partition(t)
	var blocks []ledger.Block
	var want []string
	for id := range int32(3) {
		b := l.NewBlock()
		p.ID = id
		b.Reset(p, day)
		blocks = append(blocks, b)
		want = append(want, p.String()+"/7-9/")
	}
	i := ledger.Intent{Start: 7, End: 9}
	names := strings.Split(store.InsertID(blocks, []ledger.Intent{i, i, i}), " ")
	for n := range want {
		if len(names) != 3 || !strings.HasPrefix(names[n], want[n]) {
			t.Errorf("the insert is called %v, want names that begin with %v", names, want)
		}
	}
}

// What becomes of one becomes of all, and each is told.
func TestInsertTogetherIsAllOrNothing(t *testing.T) {
	l := writer(t)
	store.Gather(l, atOnce)
	at := now(t, l)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		odd  sending
		want error
	}{
		"one came too late": {sending{t.Context(), at, -time.Millisecond, rows(0, 3)}, store.ErrLease},
		"one gave up":       {sending{gone, at, time.Minute, rows(0, 3)}, store.ErrNotSent},
	} {
		t.Run(name, func(t *testing.T) {
			p := partition(t)
			fine := sending{t.Context(), at, time.Minute, rows(0, 3)}
			for n, err := range insertAtOnce(t, l, p, fine, c.odd, fine) {
				if !errors.Is(err, c.want) {
					t.Errorf("Insert of block %d = %v, want %v", n, err, c.want)
				}
			}
			if n := answer(t, "auditor", `SELECT toString(count()) FROM custody.log WHERE kafka_cluster = ?`, p.Cluster); n[0] != "0" {
				t.Errorf("%s rows are stored, want none", n[0])
			}
		})
	}
}

// Ours is an estimate: what goes in one insert stays so far below the bytes at which
// the server would make two parts of it that it cannot get there.
func TestTogetherIsFarBelowWhatIsCut(t *testing.T) {
	l := writer(t)
	for name, c := range map[string]struct{ rows, bytes, want int }{
		"few rows":         {3, 3 * 330, 64},
		"as many as may":   {16_383, 16_383 * 330, 4},
		"as long as may":   {1000, 8<<20 - 1, 8},
		"of nothing, many": {16_383, 16_383 * 200, 4},
		"large":            {65_536, 65_536 * 330, 2},
		"large and long":   {30_000, 32 << 20, 2},
		"too large":        {65_537, 65_537 * 330, 1},
	} {
		if got := store.Together(l, c.rows, c.bytes); got != c.want {
			t.Errorf("%s: %d blocks go together, want %d", name, got, c.want)
		}
	}
}

// A part is of one year: blocks of two go apart.
func TestInsertTogetherInTwoYears(t *testing.T) {
	l, p := writer(t), partition(t)
	at := now(t, l)
	last, next := at.AddDate(-1, 0, 0), at
	errs := insertAtOnce(t, l, p, sending{t.Context(), last, 2 * 366 * 24 * time.Hour, rows(0, 3)}, sending{t.Context(), next, time.Minute, rows(0, 3)})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if years := answer(t, "auditor", `SELECT DISTINCT _partition_id FROM custody.log WHERE kafka_cluster = ?`, p.Cluster); len(years) != 2 {
		t.Errorf("partitions %v, want two", years)
	}
}
