package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// A block is one part, however long: there or not there (G2.1).
func TestInsertIsOnePart(t *testing.T) {
	for _, n := range []int{1, 65_536, 65_537, 131_073} {
		t.Run(fmt.Sprint(n, " rows"), func(t *testing.T) {
			l, p := writer(t), partition(t)
			insert(t, l, p, rows(0, n)...)
			parts := answer(t, "auditor", `SELECT DISTINCT _part FROM custody.log WHERE kafka_cluster = ?`, p.Cluster)
			if len(parts) != 1 {
				t.Errorf("%d rows made parts %v, want one", n, parts)
			}
			e, err := l.Extent(t.Context(), p)
			if err != nil || e.Rows != uint64(n) {
				t.Errorf("Extent = %d rows, %v, want %d", e.Rows, err, n)
			}
		})
	}
}

// The server itself refuses a block whose lease is over (G2.3).
func TestInsertAfterTheLease(t *testing.T) {
	l, p := writer(t), partition(t)
	err := tryInsert(t, l, p, -time.Millisecond, rows(0, 10))
	if !errors.Is(err, store.ErrLease) {
		t.Errorf("Insert = %v, want ErrLease", err)
	}
	if e, err := l.Extent(t.Context(), p); err != nil || e.Rows != 0 {
		t.Errorf("Extent = %d rows, %v, want none", e.Rows, err)
	}
	insert(t, l, p, rows(0, 10)...) // the log goes on
}

// The same block twice is there twice: nothing deduplicates behind our back, so
// that success always means stored (G2).
func TestInsertIsNotDeduplicated(t *testing.T) {
	l, p := writer(t), partition(t)
	now, err := l.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := l.NewBlock()
	b.Reset(p, now)
	b.Append(row(0))
	i := ledger.Intent{End: 1, RecordedAt: now, LeaseUntil: now.Add(time.Minute)}
	for range 2 {
		if err := l.Insert(t.Context(), b, i); err != nil {
			t.Fatal(err)
		}
	}
	if e, err := l.Extent(t.Context(), p); err != nil || e.Rows != 2 {
		t.Errorf("Extent = %d rows, %v, want 2", e.Rows, err)
	}
}

func TestInsertOfWhatCannotBeSent(t *testing.T) {
	l, p := writer(t), partition(t)
	now := day
	full := l.NewBlock()
	full.Reset(p, now)
	full.Append(row(0))
	empty := l.NewBlock()
	empty.Reset(p, now)
	lease := now.Add(time.Minute)
	for name, c := range map[string]struct {
		log    *store.Log
		block  ledger.Block
		intent ledger.Intent
	}{
		"no rows":        {l, empty, ledger.Intent{RecordedAt: now, LeaseUntil: lease}},
		"another moment": {l, full, ledger.Intent{RecordedAt: now.Add(1), LeaseUntil: lease}},
		"another epoch":  {l, full, ledger.Intent{Epoch: 1, RecordedAt: now, LeaseUntil: lease}},
		"nobody answers": {openLog(t, store.Config{Addr: []string{"127.0.0.1:1"}}), full, ledger.Intent{RecordedAt: now, LeaseUntil: lease}},
		"not a writer":   {openLog(t, auditor(t)), full, ledger.Intent{RecordedAt: now, LeaseUntil: lease}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.log.Insert(t.Context(), c.block, c.intent); !errors.Is(err, store.ErrNotSent) {
				t.Errorf("Insert = %v, want ErrNotSent", err)
			}
		})
	}
}

// A row costs no memory but what the block keeps.
func TestAppendDoesNotAllocate(t *testing.T) {
	l := writer(t)
	b, r := l.NewBlock(), order(t, 1)
	b.Reset(partition(t), day)
	for range 3000 {
		b.Append(r)
	}
	b.Reset(partition(t), day)
	if n := testing.AllocsPerRun(1000, func() { b.Append(r) }); n > 0 {
		t.Errorf("Append allocates %v times", n)
	}
}

// Replicas are not supported yet, so a writer that is given two servers is refused.
func TestWritersNeedOneServer(t *testing.T) {
	for _, addr := range [][]string{nil, {"a:9000", "b:9000"}} {
		if _, err := store.OpenLog(store.Config{Addr: addr}); err == nil {
			t.Errorf("OpenLog(%q) = nil, want an error", addr)
		}
	}
}
