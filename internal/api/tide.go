package api

import (
	"context"
	"sync"

	"github.com/datacustody/custody/internal/ledger"
)

// A tide asks how far the log is for many at once: whoever comes while it asks
// waits for the next time, as that alone knows of all that Kafka held when they came.
type tide struct {
	mu   sync.Mutex
	runs bool
	next *wave // those who wait for the next time; nil: nobody
}

type wave struct {
	over        chan struct{}
	certificate ledger.Certificate
	err         error
}

// know is what ask says, asked after know was called.
func (t *tide) know(ctx context.Context, ask func() (ledger.Certificate, error)) (ledger.Certificate, error) {
	t.mu.Lock()
	if t.next == nil {
		t.next = &wave{over: make(chan struct{})}
	}
	mine := t.next
	if !t.runs {
		t.runs = true
		go t.run(ask)
	}
	t.mu.Unlock()
	select {
	case <-mine.over:
		return mine.certificate, mine.err
	case <-ctx.Done():
		return ledger.Certificate{}, ctx.Err()
	}
}

// run asks as long as somebody waits.
func (t *tide) run(ask func() (ledger.Certificate, error)) {
	for {
		t.mu.Lock()
		now := t.next
		t.next, t.runs = nil, now != nil
		t.mu.Unlock()
		if now == nil {
			return
		}
		now.certificate, now.err = ask()
		close(now.over)
	}
}
