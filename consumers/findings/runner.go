package findings

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/ledger"
)

// Options of a Runner. Lead, Record and Judge are required.
type Options struct {
	Lead   func(context.Context) (Lead, error) // waits until nobody else leads
	Record Record
	Judge  func(context.Context) (Judge, error) // who judges the next step
	Topic  Topic                                // nil: nobody is told

	Log     *zap.Logger   // nil: none
	Metrics *Metrics      // nil: none
	Rows    int           // of each partition that one step takes in; 0 = 20,000
	People  int           // whose history is judged at once; 0 = 2,000
	Every   time.Duration // how often the log is looked at; 0 = 2 s
	Retry   time.Duration // how long to wait after an error; 0 = 1 s
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	if o.Rows == 0 {
		o.Rows = 20_000
	}
	if o.People == 0 {
		o.People = 2000
	}
	if o.Every == 0 {
		o.Every = 2 * time.Second
	}
	if o.Retry == 0 {
		o.Retry = time.Second
	}
	return o
}

// A Runner keeps the findings as far as the log is. Of several one works, the
// others stand by.
type Runner struct {
	Options
	metrics *Metrics

	mu   sync.Mutex
	last error // why it is not at work
}

// New returns a runner that does nothing until Run.
func New(o Options) *Runner {
	o = o.withDefaults()
	return &Runner{Options: o, metrics: o.Metrics}
}

// Run works until ctx ends. Whatever fails, it begins again at the last step that
// is done; that is all the recovery there is.
func (r *Runner) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := r.lead(ctx)
		if ctx.Err() != nil {
			break
		}
		r.note(err)
		if err != nil {
			r.metrics.failed()
			r.Log.Warn("findings: beginning again at the last step", zap.Error(err))
		}
		wait(ctx, r.Retry)
	}
	return nil
}

// lead takes the lead and works until it is lost, or ctx ends: then it says so,
// and nobody has to wait for what may be under way.
func (r *Runner) lead(ctx context.Context) error {
	lead, err := r.Lead(ctx)
	if err != nil {
		return err
	}
	defer lead.Release()
	leading, cancel := finishing(ctx, lead.Lost())
	defer cancel()
	last, err := r.takeOver(leading, lead)
	if err != nil {
		return err
	}
	r.note(nil)
	r.Log.Info("findings: leading", zap.Uint64("step", last.Step))
	for {
		moved, err := r.step(leading, lead, &last)
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil || !moved && !wait(ctx, r.Every):
			return r.release(leading, lead, last)
		}
	}
}

// finishTime is how long a step may go on when it is time to stop: one that is
// broken off leaves the next leader waiting.
const finishTime = 10 * time.Second

// finishing is a context that ends with the lead, and some time after ctx.
func finishing(ctx context.Context, lost <-chan struct{}) (context.Context, context.CancelFunc) {
	leading, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		wait(leading, finishTime)
		cancel()
	})
	go func() {
		select {
		case <-lost:
			cancel()
		case <-leading.Done():
		}
	}()
	return leading, func() { stop(); cancel() }
}

// takeOver waits until nothing of an earlier leader is under way, and finds where
// that one was.
func (r *Runner) takeOver(ctx context.Context, lead Lead) (last ledger.FindingStep, err error) {
	last, clean, err := r.Record.LastStep(ctx)
	if err == nil && !clean {
		r.Log.Info("findings: waiting for what an earlier consumer sent")
		if err = lead.Quiet(ctx); err == nil {
			last, _, err = r.Record.LastStep(ctx)
		}
	}
	if err != nil {
		return last, err
	}
	at, until, err := lead.Lease(ctx)
	if err == nil {
		err = lead.Note(ctx, ledger.StepBegun, last, at, until)
	}
	return last, err
}

// release notes that nothing is under way.
func (r *Runner) release(ctx context.Context, lead Lead, last ledger.FindingStep) error {
	at, until, err := lead.Lease(ctx)
	if err == nil {
		err = lead.Note(ctx, ledger.StepReleased, last, at, until)
	}
	return err
}

func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (r *Runner) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = err
}

// Ready says why the findings are not being kept, if they are not.
func (r *Runner) Ready(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}
