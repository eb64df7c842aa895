package findings

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/datacustody/custody/internal/ledger"
)

// step brings the findings from last to as far as the log is now, and says
// whether there was anything to do. Changes are stored first, told to the topic
// second, and noted as done last. A crash between any two leaves a state from
// which the same step reaches the same findings: what is stored already is no
// change any more, and all that was ever stored under its number is told again.
func (r *Runner) step(ctx context.Context, lead Lead, last *ledger.FindingStep) (moved bool, err error) {
	judge, err := r.Judge(ctx)
	if err != nil {
		return false, err
	}
	next, whom, err := r.plan(ctx, judge, last)
	if err != nil || next == nil {
		return false, err
	}
	if err := r.store(ctx, lead, judge, next, whom, last.Below); err != nil {
		return false, err
	}
	if err := r.tell(ctx, next.Step); err != nil {
		return false, err
	}
	at, until, err := lead.Lease(ctx)
	if err == nil {
		err = lead.Note(ctx, ledger.StepDone, *next, at, until)
	}
	if err != nil {
		return false, err
	}
	*last = *next
	r.metrics.done(next)
	return true, nil
}

// plan is the next step, and the part of the log whose persons it is about; nil
// where there is nothing to do. Judged by another catalogue everybody is.
func (r *Runner) plan(ctx context.Context, judge Judge, last *ledger.FindingStep) (next *ledger.FindingStep, from map[ledger.Partition]int64, err error) {
	whole, err := judge.Whole(ctx)
	if err != nil {
		return nil, nil, err
	}
	below, behind := maps.Clone(last.Below), int64(0)
	for p, end := range whole {
		to := min(end, below[p]+int64(r.Rows))
		below[p], behind = max(below[p], to), behind+max(0, end-to)
	}
	r.metrics.behind(behind)
	from = last.Below
	if last.Catalogue != judge.Catalogue() {
		from = map[ledger.Partition]int64{}
	} else if maps.Equal(below, last.Below) {
		return nil, nil, nil
	}
	return &ledger.FindingStep{Step: last.Step + 1, Below: below, Catalogue: judge.Catalogue()}, from, nil
}

// store stores all changes of a step: what was found in new rows, then by the
// history of some persons after the other, then by the sequences of sources, then
// by the deadlines of cases.
func (r *Runner) store(ctx context.Context, lead Lead, judge Judge, next *ledger.FindingStep, whom, from map[ledger.Partition]int64) error {
	k := ledger.Known{Below: next.Below}
	if err := r.change(ctx, lead, next.Step, func() ([]ledger.Finding, error) { return judge.Reported(ctx, k, from) }); err != nil {
		return err
	}
	people, err := judge.Touched(ctx, k, whom)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(people, r.People) {
		if err := r.change(ctx, lead, next.Step, func() ([]ledger.Finding, error) { return judge.Changes(ctx, k, some) }); err != nil {
			return err
		}
	}
	if err := r.change(ctx, lead, next.Step, func() ([]ledger.Finding, error) { return judge.SourceGaps(ctx, k) }); err != nil {
		return err
	}
	return r.change(ctx, lead, next.Step, func() ([]ledger.Finding, error) { return judge.Overdue(ctx, k) })
}

// change stores what find finds. The lease comes first: what is stored under it
// was found while nobody else could store.
func (r *Runner) change(ctx context.Context, lead Lead, step uint64, find func() ([]ledger.Finding, error)) error {
	at, until, err := lead.Lease(ctx)
	if err != nil {
		return err
	}
	changes, err := find()
	if err != nil {
		return err
	}
	for some := range slices.Chunk(changes, blockRows) {
		if err := lead.Store(ctx, step, some, at, until); err != nil {
			return err
		}
	}
	r.metrics.changed(changes)
	return nil
}

// blockRows is how many changes are stored as one block.
const blockRows = 50_000

// tell publishes all that was stored under a step.
func (r *Runner) tell(ctx context.Context, step uint64) error {
	if r.Topic == nil {
		return nil
	}
	changes, err := r.Record.OfStep(ctx, step)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(changes, messagesAtOnce) {
		messages, err := messagesOf(some)
		if err == nil {
			err = r.Topic.Publish(ctx, messages)
		}
		if err != nil {
			return fmt.Errorf("publish %d changes of findings: %w", len(some), err)
		}
	}
	return nil
}

// messagesAtOnce is how many changes are published at once.
const messagesAtOnce = 1000
