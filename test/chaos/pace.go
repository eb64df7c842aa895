package main

import (
	"context"
	"syscall"
)

// How far the log may be behind, in seconds of events, before producers are put
// to sleep, and until when they are.
const flood, ebb = 20, 10

// pace puts producers to sleep while the log is far behind, until ctx ends: what
// a busy machine cannot write during the campaign it would have to write after it.
func (w *world) pace(ctx context.Context) {
	asleep := false
	for ; ctx.Err() == nil; sleep(ctx, 500*ms) {
		records, err := w.records(ctx)
		rows, failed := w.rows(ctx)
		if err != nil || failed != nil {
			continue
		}
		behind := (records - rows) / int64(w.rate)
		asleep = behind > flood || asleep && behind > ebb
		if asleep {
			w.tellProducers(syscall.SIGSTOP)
		} else {
			w.tellProducers(syscall.SIGCONT)
		}
	}
	w.tellProducers(syscall.SIGCONT)
}

func (w *world) tellProducers(s syscall.Signal) {
	for _, p := range w.producers {
		p.signal(s)
	}
}
