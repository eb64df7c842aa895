package daemon_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/internal/daemon"
)

func untilEnd(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func fail(context.Context) error { return errors.New("disk full") }

func after(d time.Duration, err error) func(context.Context) error {
	return func(ctx context.Context) error {
		<-ctx.Done()
		time.Sleep(d)
		return err
	}
}

func TestGroup(t *testing.T) {
	for name, c := range map[string]struct {
		parts map[string]func(context.Context) error
		stop  bool   // end the context after a minute
		want  string // the error; "" = none
	}{
		"told to stop":            {parts: map[string]func(context.Context) error{"a": untilEnd, "b": after(time.Second, nil)}, stop: true},
		"one fails":               {parts: map[string]func(context.Context) error{"a": untilEnd, "b": fail}, want: "b: disk full"},
		"one ends":                {parts: map[string]func(context.Context) error{"a": untilEnd, "b": func(context.Context) error { return nil }}, want: "b ended"},
		"one fails while ending":  {parts: map[string]func(context.Context) error{"a": after(0, errors.New("flush"))}, stop: true, want: "a: flush"},
		"one cancels of itself":   {parts: map[string]func(context.Context) error{"a": func(context.Context) error { return context.Canceled }}, want: "a: context canceled"},
		"one does not stop":       {parts: map[string]func(context.Context) error{"a": untilEnd, "b": after(time.Hour, nil)}, stop: true, want: "still running 5s after being told to stop: b"},
		"fails and does not stop": {parts: map[string]func(context.Context) error{"a": fail, "b": after(time.Hour, nil)}, want: "a: disk full\nstill running 5s after being told to stop: b"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.stop {
					time.AfterFunc(time.Minute, cancel)
				}
				g := daemon.Group{Grace: 5 * time.Second}
				for name, run := range c.parts {
					g.Add(name, run)
				}
				got := ""
				if err := g.Run(ctx); err != nil {
					got = strings.TrimSpace(err.Error())
				}
				if got != c.want {
					t.Errorf("Run() = %q, want %q", got, c.want)
				}
				time.Sleep(2 * time.Hour) // let the slow ones end
			})
		})
	}
}
