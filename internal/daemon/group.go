package daemon

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// DefaultGrace is how long parts may take to stop: less than the 30 s that
// Kubernetes leaves a container.
const DefaultGrace = 20 * time.Second

// A Group runs parts of a program side by side until one of them ends or the
// context does; then it stops the others and waits for them, but not for ever.
type Group struct {
	Grace time.Duration // 0 = DefaultGrace
	parts map[string]func(context.Context) error
}

// Add adds a part under a name of its own. It works until its context ends, and
// then returns soon; the context's own error is no failure.
func (g *Group) Add(name string, run func(context.Context) error) {
	if g.parts == nil {
		g.parts = make(map[string]func(context.Context) error)
	}
	g.parts[name] = run
}

// An ending is how a part ended: told to, or by itself.
type ending struct {
	name string
	err  error
	told bool
}

func (e ending) failure() error {
	switch {
	case e.err != nil && (!e.told || !errors.Is(e.err, context.Canceled)):
		return fmt.Errorf("%s: %w", e.name, e.err)
	case e.err == nil && !e.told:
		return fmt.Errorf("%s ended", e.name)
	}
	return nil
}

// Run runs all parts. It returns nil if ctx ended and every part stopped in
// time, else the failures in the order in which they were met.
func (g *Group) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan ending, len(g.parts))
	for name, run := range g.parts {
		go func() {
			err := run(ctx)
			ended <- ending{name, err, ctx.Err() != nil}
		}()
	}
	var failures []error
	var late <-chan time.Time
	stopping, running := ctx.Done(), maps.Clone(g.parts)
	for len(running) > 0 {
		select {
		case e := <-ended:
			delete(running, e.name)
			failures = append(failures, e.failure())
			cancel()
		case <-stopping:
			stopping, late = nil, time.After(g.grace())
		case <-late:
			names := strings.Join(slices.Sorted(maps.Keys(running)), ", ")
			return errors.Join(append(failures, fmt.Errorf("still running %v after being told to stop: %s", g.grace(), names))...)
		}
	}
	return errors.Join(failures...)
}

func (g *Group) grace() time.Duration {
	if g.Grace > 0 {
		return g.Grace
	}
	return DefaultGrace
}
