package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"time"
)

func killServer(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	away := between(r, 0, 3*time.Second)
	w.server.life.Lock()
	defer w.server.life.Unlock()
	hit = w.server.signal(syscall.SIGKILL)
	return hit, w.server.restart(ctx, away)
}

// killServerAt kills ClickHouse when an insert comes to a step.
func killServerAt(s step) func(context.Context, *world, *rand.Rand) (bool, error) {
	return func(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
		away, late, told := between(r, 0, 2*time.Second), between(r, 0, 15*ms), r.IntN(2) == 0
		w.server.life.Lock()
		defer w.server.life.Unlock()
		hit = w.at(ctx, s, func(_ *link, to *net.TCPConn, b []byte) error {
			switch {
			case s == inBlock:
				_, _ = to.Write(b[:len(b)/2])
			case s == beforeAnswer, s == answering && told:
				_, _ = to.Write(b)
			}
			if s == beforeAnswer {
				time.Sleep(late)
			}
			w.server.signal(syscall.SIGKILL)
			return errSprung
		})
		if !hit {
			return false, nil
		}
		return true, w.server.restart(ctx, away)
	}
}

func losePart(ctx context.Context, w *world, r *rand.Rand) (bool, error) {
	return w.lose(ctx, r, func(int) func([]part) []part { return single(r) })
}

func restoreBackup(ctx context.Context, w *world, r *rand.Rand) (bool, error) {
	n := 5 + r.IntN(36)
	return w.lose(ctx, r, func(newest int) func([]part) []part { return since(newest - n + 1) })
}

// lose takes parts away and brings ClickHouse back without them. Whether a row
// was doubled must be known before: it could be among them.
func (w *world) lose(ctx context.Context, r *rand.Rand, choose func(newest int) func([]part) []part) (hit bool, err error) {
	away := between(r, 0, 2*time.Second)
	w.server.life.Lock()
	defer w.server.life.Unlock()
	if n, err := w.surplus(ctx); err != nil || n > 0 {
		return false, err
	}
	n, err := w.server.lose(ctx, func(ps []part) []part { return choose(newest(ps))(ps) })
	if restarted := w.server.restart(ctx, away); err == nil {
		err = restarted
	}
	return n > 0, err
}

func failRename(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	d := between(r, 0, 3*time.Second)
	w.server.life.Lock()
	defer w.server.life.Unlock()
	table, err := w.server.table(ctx)
	if err != nil {
		return false, err
	}
	w.server.signal(syscall.SIGSTOP) // no insert may overtake us
	ps, err := parts(table)
	if err != nil {
		w.server.signal(syscall.SIGCONT)
		return false, err
	}
	before := w.said("Not a directory")
	undo, err := obstruct(table, newest(ps)+1, 400)
	w.server.signal(syscall.SIGCONT)
	if err != nil {
		return false, err
	}
	hit = w.heard(ctx, "Not a directory", before)
	sleep(ctx, d)
	undo()
	return hit, nil
}

// heard waits until a consumer has said something once more.
func (w *world) heard(ctx context.Context, text string, before int) bool {
	for end := time.Now().Add(patience); time.Now().Before(end) && ctx.Err() == nil; sleep(ctx, 100*ms) {
		if w.said(text) > before {
			return true
		}
	}
	return false
}

// A mood is a configuration with which ClickHouse refuses inserts, and the error
// that says so.
type mood struct{ xml, says string }

var (
	readOnly     = mood{"<disable_insertion_and_mutation>1</disable_insertion_and_mutation>", "QUERY_IS_PROHIBITED"}
	tooManyParts = mood{"<merge_tree><parts_to_throw_insert>1</parts_to_throw_insert><parts_to_delay_insert>0</parts_to_delay_insert></merge_tree>", "TOO_MANY_PARTS"}
	diskFull     = mood{"<storage_configuration><disks><default><keep_free_space_bytes>1000000000000000</keep_free_space_bytes></default></disks></storage_configuration>", "NOT_ENOUGH_SPACE"}
)

// configured brings ClickHouse back in a mood, and after a while as it was.
func configured(m mood) func(context.Context, *world, *rand.Rand) (bool, error) {
	return func(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
		d := between(r, 0, 3*time.Second)
		w.server.life.Lock()
		defer w.server.life.Unlock()
		before := w.said(m.says)
		if err := w.server.configure(ctx, m.xml); err != nil {
			return false, fmt.Errorf("make ClickHouse say %s: %w", m.says, err)
		}
		hit = w.heard(ctx, m.says, before)
		sleep(ctx, d)
		return hit, w.server.configure(ctx, "")
	}
}

func freezeServer(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	d := between(r, rebalance, rebalance+3*time.Second)
	w.server.life.Lock()
	defer w.server.life.Unlock()
	hit = w.server.signal(syscall.SIGSTOP)
	began := time.Now()
	joined, err := joinAndLeave(ctx, w, r)
	sleep(ctx, d-time.Since(began))
	w.server.signal(syscall.SIGCONT)
	return hit && joined, err
}

func cutServer(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	return cut(ctx, w.reach(r), between(r, 0, 4*time.Second)), nil
}

// reach is the network of one consumer, or of all.
func (w *world) reach(r *rand.Rand) (ps []*proxy) {
	i, all := r.IntN(len(w.consumers)), r.IntN(2) == 0
	for n, c := range w.consumers {
		if all || n == i {
			ps = append(ps, c.network)
		}
	}
	return ps
}

func stallServer(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	return stall(ctx, r, w.reach(r)), nil
}

func lateInsert(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	late := between(r, 200*ms, lease+margin+2*time.Second)
	return w.at(ctx, beforeAnswer, func(l *link, to *net.TCPConn, b []byte) error {
		l.abandon()
		time.Sleep(late)
		_, err := to.Write(b)
		return err
	}), nil
}

func unansweredInsert(ctx context.Context, w *world, _ *rand.Rand) (hit bool, err error) {
	return w.at(ctx, answering, dropped), nil
}

func stepClock(ctx context.Context, w *world, r *rand.Rand) (hit bool, err error) {
	d := between(r, time.Second, 5*time.Second)
	step := between(r, margin/10, margin*9/10)
	if err := os.WriteFile(w.clockFile(), []byte(fmt.Sprint(step.Milliseconds())), 0o600); err != nil {
		return false, err
	}
	sleep(ctx, d)
	return true, os.WriteFile(w.clockFile(), []byte("0"), 0o600)
}
