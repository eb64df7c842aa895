package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A Bar shows how far a long task is: a moving bar on a terminal, a line every
// few seconds elsewhere, so that a log of a pipeline stays readable.
type bar struct {
	w        io.Writer
	what     string
	max, n   int // max 0 = unknown
	terminal *progressbar.ProgressBar
	said     time.Time
}

const sayEvery = 5 * time.Second

func newBar(w io.Writer, maximum int, what string) *bar {
	b := &bar{w: w, what: what, max: maximum, said: time.Now()}
	if isTerminal(w) {
		if maximum == 0 {
			maximum = -1
		}
		b.terminal = progressbar.NewOptions(maximum,
			progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	return b
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// teller tells what a long step is doing: on one line of a terminal, and
// elsewhere every few seconds. It may be called by several at once.
func teller(w io.Writer) func(string) {
	var mu sync.Mutex
	var said time.Time
	return func(what string) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case isTerminal(w):
			fmt.Fprintf(w, "\r\033[K  %s\r", what)
		case time.Since(said) >= sayEvery:
			said = time.Now()
			fmt.Fprintf(w, "  %s\n", what)
		}
	}
}

// add tells of n more.
func (b *bar) add(n int) { b.set(b.n + n) }

// set tells of n in all. A bar that cannot be drawn is no reason to stop.
func (b *bar) set(n int) {
	b.n = n
	switch {
	case b.terminal != nil:
		_ = b.terminal.Set(n)
	case time.Since(b.said) >= sayEvery:
		b.said = time.Now()
		if b.max > 0 {
			fmt.Fprintf(b.w, "%s: %d of %d\n", b.what, n, b.max)
		} else {
			fmt.Fprintf(b.w, "%s: %d\n", b.what, n)
		}
	}
}

// done takes the bar away.
func (b *bar) done() {
	if b.terminal != nil {
		_ = b.terminal.Finish()
	}
}
