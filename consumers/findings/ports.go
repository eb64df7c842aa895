package findings

import (
	"context"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// A Lead is the right to write findings. Lease gives the moment of what is about to
// be stored and until when it may be; it is an error for one who no longer leads.
// Store and Note store all or nothing, and nothing after the lease; an error may
// leave open which. Quiet returns when nothing that an earlier leader sent can be
// stored any more.
type Lead interface {
	Quiet(context.Context) error
	Lease(context.Context) (at, until time.Time, err error)
	Store(ctx context.Context, step uint64, changes []ledger.Finding, at, until time.Time) error
	Note(ctx context.Context, what string, s ledger.FindingStep, at, until time.Time) error
	Lost() <-chan struct{}
	Release()
}

// A Record reads back what leaders wrote. LastStep is the last that is done; clean
// says that nothing can be under way since.
type Record interface {
	LastStep(context.Context) (last ledger.FindingStep, clean bool, err error)
	OfStep(ctx context.Context, step uint64) ([]ledger.Finding, error)
}

// A Judge reads the log. What it gives are changes against what is stored: asked
// again after they were stored it gives none.
type Judge interface {
	Catalogue() string
	Whole(context.Context) (map[ledger.Partition]int64, error)
	Touched(ctx context.Context, k ledger.Known, from map[ledger.Partition]int64) ([]ledger.Person, error)
	Changes(ctx context.Context, k ledger.Known, people []ledger.Person) ([]ledger.Finding, error)
	Reported(ctx context.Context, k ledger.Known, from map[ledger.Partition]int64) ([]ledger.Finding, error)
	SourceGaps(ctx context.Context, k ledger.Known) ([]ledger.Finding, error)
	Overdue(ctx context.Context, k ledger.Known) ([]ledger.Finding, error)
}

// A Topic takes messages. It returns when every one is on all in-sync replicas, or
// with an error that leaves open which are; publishing them again is then right.
type Topic interface {
	Publish(context.Context, []event.Message) error
}
