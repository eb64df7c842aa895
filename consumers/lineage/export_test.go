package lineage

import (
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// A Judge is what a loop does with records, step by step, for the benchmarks that
// say where its time goes. It never sends its batches.
type Judge struct{ l *loop }

// NewJudge returns the judge of a partition whose log is empty.
func NewJudge(o Options) *Judge {
	l := New(o).loop(ledger.Partition{Cluster: "main", Topic: "t"}, 1, nil, nil)
	l.open.open(l.id, 0, 0, time.Now())
	return &Judge{l}
}

// Record judges one record; a batch that is full is forgotten as if it were stored.
func (j *Judge) Record(r *stream.Record) {
	if j.l.open.rows == j.l.w.MaxRows {
		j.l.window.learn(&j.l.open.known)
		j.l.open.open(j.l.id, j.l.open.end, 0, j.l.open.recordedAt)
	}
	j.l.judge(r, j.l.open)
}

// Known looks a new event up where a batch and the window remember events, and
// has the batch remember it.
func (j *Judge) Known(event, content [16]byte) bool {
	_, ok := j.l.known(event, j.l.open)
	if !ok {
		j.l.open.known.put(event, content, 0)
	}
	return ok
}

// Letter makes a record's dead letter.
func (j *Judge) Letter(r *stream.Record) stream.Letter {
	return j.l.letter(r, "unknown-term", "purpose")
}

// Learn gives the window what the batch knows, as when it is stored.
func (j *Judge) Learn() {
	j.l.window.learn(&j.l.open.known)
	j.l.open.known.clear()
}
