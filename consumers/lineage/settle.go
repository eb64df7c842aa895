package lineage

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/ledger"
)

// settle puts a batch into the log and only then lets anything else be
// committed: the intent comes first, the rows second, the dead letters last. A
// crash between any two leaves a state from which takeOver reaches the same
// log. The rows are sent once: after an error nobody knows whether they are
// stored, and only taking over tells.
func (l *loop) settle(ctx context.Context, b *batch) error {
	intent := b.intent(l.id.Epoch, l.clock.now().Add(l.w.Lease))
	if err := l.source.Commit(ctx, intent.Start, intent.String()); err != nil {
		return fmt.Errorf("intend [%d, %d): %w", b.start, b.end, err)
	}
	if err := l.insert(ctx, b, intent); err != nil {
		if l.w.NotStored(err) {
			l.void = intent
		}
		return fmt.Errorf("insert [%d, %d): %w", b.start, b.end, err)
	}
	if err := l.w.Letters.Publish(ctx, b.letters); err != nil {
		return fmt.Errorf("dead letters of [%d, %d): %w", b.start, b.end, err)
	}
	return nil
}

// insert sends the block. There is no sense in waiting long after the lease.
func (l *loop) insert(ctx context.Context, b *batch, i ledger.Intent) error {
	ctx, cancel := context.WithTimeout(ctx, l.w.Lease+l.w.Margin)
	defer cancel()
	began := time.Now()
	l.w.Metrics.intended(l.id, began)
	err := l.w.Store.Insert(ctx, b.block, i)
	l.w.Metrics.insert.Observe(time.Since(began).Seconds())
	if err == nil {
		l.w.Metrics.landed(l.id)
	}
	return err
}

// count is called for each batch that is stored, its dead letters published.
func (l *loop) count(b *batch) {
	if l.extent.Rows == 0 {
		l.extent.MinSeq = b.seq
	}
	l.extent.Rows += uint64(b.rows)
	l.extent.MaxOffset = b.end - 1
	l.extent.MaxSeq = b.seq + uint64(b.rows) - 1
	l.last = b.last
	l.state.logged.Store(b.end)
	l.state.well()
	l.stored++
	l.measure(b)
}

func (l *loop) measure(b *batch) {
	m := l.w.Metrics
	m.batches.Inc()
	m.rows.Add(float64(b.rows))
	m.bytes.Add(float64(b.bytes))
	for o := ledger.Accepted; o <= ledger.Lost; o++ {
		if b.outcomes[o] > 0 {
			m.records.WithLabelValues(o.String()).Add(float64(b.outcomes[o]))
		}
	}
	for reason, n := range b.reasons {
		m.letters.WithLabelValues(reason).Add(float64(n))
	}
	for rule, n := range b.findings {
		m.findings.WithLabelValues(rule).Add(float64(n))
	}
	l.gauge(m.window).Set(float64(l.window.len()))
	l.w.Log.Debug("batch stored", zap.String("topic", l.id.Topic), zap.Int32("partition", l.id.ID),
		zap.Int64("start", b.start), zap.Int64("end", b.end), zap.Int("rows", b.rows))
}
