package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// A leader leads until the test ends, or it is told to release.
type leader struct{ *store.Lead }

func lead(t testing.TB, db *store.DB) leader {
	t.Helper()
	l, err := db.Lead(short(t, 20*time.Second), store.LeadLease)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Release)
	return leader{l}
}

func (l leader) lease(t testing.TB) (at, until time.Time) {
	t.Helper()
	at, until, err := l.Lease(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return at, until
}

func (l leader) store(t testing.TB, step uint64, changes []ledger.Finding) {
	t.Helper()
	at, until := l.lease(t)
	if err := l.Store(t.Context(), step, changes, at, until); err != nil {
		t.Fatal(err)
	}
}

// finding is one that no other test has.
func finding(t testing.TB) ledger.Finding {
	t.Helper()
	return ledger.Finding{
		ID: partition(t).Cluster, Rule: "consent-missing", Stands: true, Source: "/t", EventID: "e", Time: day, Subject: subjects(1)[0],
		Place: ledger.Identity{Partition: ledger.Partition{Cluster: "lead", Topic: "custody.events"}},
	}
}

// The server itself refuses what a leader sends after its lease, however long it slept.
func TestALateBlockIsRefused(t *testing.T) {
	db := openDB(t, writerConfig(t))
	l, f := lead(t, db), finding(t)
	at, until := l.lease(t)
	if left := until.Sub(at); left < 20*time.Second || left > 40*time.Second {
		t.Errorf("a lease of %v, want about 30 s", left)
	}
	late := at.Add(-time.Millisecond)
	if err := l.Store(t.Context(), 1, []ledger.Finding{f}, at, late); !errors.Is(err, store.ErrLease) {
		t.Errorf("Store after the lease = %v, want ErrLease", err)
	}
	if err := l.Note(t.Context(), ledger.StepDone, ledger.FindingStep{Step: 1 << 40}, at, late); !errors.Is(err, store.ErrLease) {
		t.Errorf("Note after the lease = %v, want ErrLease", err)
	}
	if got, err := db.History(t.Context(), f.ID); err != nil || len(got) > 0 {
		t.Errorf("History = %v, %v, want nothing stored", got, err)
	}
	if last, _, err := db.LastStep(t.Context()); err != nil || last.Step == 1<<40 {
		t.Errorf("LastStep = %d, %v, want not the one that came late", last.Step, err)
	}
	l.store(t, 1, []ledger.Finding{f})
	if got, err := db.History(t.Context(), f.ID); err != nil || len(got) != 1 {
		t.Errorf("History = %v, %v, want the one stored within the lease", got, err)
	}
}

// Of two one leads. The other takes over when the first is gone, and the first gets
// no lease any more.
func TestOneLeads(t *testing.T) {
	one, two := openDB(t, writerConfig(t)), openDB(t, writerConfig(t))
	first := lead(t, one)
	if l, err := two.Lead(short(t, 2500*time.Millisecond), store.LeadLease); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a second lead = %v, %v, want it to wait", l, err)
	}
	first.Release()
	second := lead(t, two)
	if _, _, err := first.Lease(t.Context()); !errors.Is(err, store.ErrNotLeading) {
		t.Errorf("Lease of the one before = %v, want ErrNotLeading", err)
	}
	select {
	case <-first.Lost():
	case <-time.After(10 * time.Second):
		t.Error("the one before does not notice that it lost the lead")
	}
	second.lease(t)
}

// A leader whose query the server ends has lost the lead.
func TestALeadIsLostWithItsQuery(t *testing.T) {
	l := lead(t, openDB(t, writerConfig(t)))
	if err := sql(t, "writer").Exec(t.Context(), `KILL QUERY WHERE query_id = 'custody findings' SYNC`); err != nil {
		t.Fatal(err)
	}
	select {
	case <-l.Lost():
	case <-time.After(20 * time.Second):
		t.Fatal("the lead is not lost")
	}
	if _, _, err := l.Lease(t.Context()); !errors.Is(err, store.ErrNotLeading) {
		t.Errorf("Lease = %v, want ErrNotLeading", err)
	}
}

// Who takes over from one that was killed waits until the lease that one may have
// got is over.
func TestQuietOutlastsTheLease(t *testing.T) {
	db := openDB(t, writerConfig(t))
	l := lead(t, db)
	if err := l.Quiet(short(t, 2*time.Second)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Quiet = %v, want it to wait for a lease", err)
	}
	at, until := l.lease(t)
	if err := l.Note(t.Context(), ledger.StepBegun, ledger.FindingStep{}, at, until); err != nil {
		t.Fatal(err)
	}
	clean := func() string { _, clean, err := db.LastStep(t.Context()); return fmt.Sprint(clean, err) }
	if got := clean(); got != "false <nil>" {
		t.Errorf("clean after a beginning = %s, want false", got)
	}
	at, until = l.lease(t)
	if err := l.Note(t.Context(), ledger.StepReleased, ledger.FindingStep{}, at, until); err != nil {
		t.Fatal(err)
	}
	if got := clean(); got != "true <nil>" {
		t.Errorf("clean after a release = %s, want true", got)
	}
}
