package store_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit"
)

func auditor(t testing.TB) store.Config { return testkit.ClickHouse(t).Config("auditor") }

// A wire stands between us and the server; it can be cut.
type wire struct {
	to       string
	listener net.Listener
	mu       sync.Mutex
	conns    []net.Conn
	see      func(up []byte) // what we send
	mute     bool            // swallow what the server answers
}

func newWire(t testing.TB) (*wire, store.Config) {
	t.Helper()
	c := testkit.ClickHouse(t).Config("writer")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{to: c.Addr[0], listener: listener, see: func([]byte) {}}
	go w.accept()
	t.Cleanup(func() { _ = listener.Close(); w.cut() })
	c.Addr = []string{listener.Addr().String()}
	return w, c
}

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", w.to)
		if err != nil {
			_ = near.Close()
			continue
		}
		w.mu.Lock()
		w.conns = append(w.conns, near, far)
		w.mu.Unlock()
		go w.pump(far, near, func(b []byte) bool { w.mu.Lock(); defer w.mu.Unlock(); w.see(b); return true })
		go w.pump(near, far, func([]byte) bool { w.mu.Lock(); defer w.mu.Unlock(); return !w.mute })
	}
}

func (w *wire) pump(to io.WriteCloser, from io.Reader, pass func([]byte) bool) {
	defer func() { _ = to.Close() }()
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		if n > 0 && pass(buf[:n]) {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) set(change func()) { w.mu.Lock(); defer w.mu.Unlock(); change() }

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}

// Where the answer to an insert is lost, nobody may say that it failed.
func TestInsertWithoutAnswer(t *testing.T) {
	w, c := newWire(t)
	l, p := openLog(t, c), partition(t)
	insert(t, l, p, rows(0, 5)...)
	w.set(func() {
		w.see = func(up []byte) {
			if len(up) > 2000 && !w.mute { // the block: whatever comes back is lost
				w.mute = true
				time.AfterFunc(300*time.Millisecond, w.cut)
			}
		}
	})
	err := tryInsert(t, l, p, 30*time.Second, rows(5, 1000))
	if err == nil || errors.Is(err, store.ErrLease) || errors.Is(err, store.ErrNotSent) {
		t.Errorf("Insert = %v, want an error that leaves open whether it is stored", err)
	}
	w.set(func() { w.mute, w.see = false, func([]byte) {} })
	e, err := l.Extent(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if e.Rows != 5 && e.Rows != 1000 {
		t.Errorf("Extent = %d rows, want 5 or 1000: all of the block or nothing", e.Rows)
	}
}

// Where the server does not even take the query up, the rows surely are not stored.
func TestInsertGivenUpBeforeTheRows(t *testing.T) {
	w, c := newWire(t)
	l, p := openLog(t, c), partition(t)
	insert(t, l, p, rows(0, 5)...)
	w.set(func() { w.see = func(up []byte) { w.mute = w.mute || bytes.Contains(up, []byte("INSERT INTO")) } })
	err := tryInsertIn(short(t, 500*time.Millisecond), t, l, p, 30*time.Second, rows(5, 1000))
	if !errors.Is(err, store.ErrNotSent) {
		t.Errorf("Insert = %v, want ErrNotSent", err)
	}
}

// Where the connection goes before the rows do, they are not stored, but nobody
// may be sure: ch-go may still write them to the connection that it saw end.
func TestInsertCutBeforeTheRows(t *testing.T) {
	w, c := newWire(t)
	l, p := openLog(t, c), partition(t)
	insert(t, l, p, rows(0, 5)...)
	w.set(func() {
		w.see = func(up []byte) {
			if bytes.Contains(up, []byte("INSERT INTO")) {
				w.mute = true
				go w.cut()
			}
		}
	})
	err := tryInsert(t, l, p, 30*time.Second, rows(5, 1000))
	if err == nil || errors.Is(err, store.ErrLease) {
		t.Errorf("Insert = %v, want another error", err)
	}
	w.set(func() { w.mute, w.see = false, func([]byte) {} })
	if e, err := l.Extent(t.Context(), p); err != nil || e.Rows != 5 {
		t.Errorf("Extent = %d rows, %v, want 5", e.Rows, err)
	}
}

// Many connections to one server are one life of it; the next begins when they are lost.
func TestConnections(t *testing.T) {
	w, c := newWire(t)
	l := openLog(t, c)
	if n := l.Connections(); n != 0 {
		t.Errorf("Connections = %d before the first insert, want 0", n)
	}
	for life := range uint64(3) {
		var all sync.WaitGroup
		for id := range int32(4) {
			all.Go(func() {
				p := partition(t)
				p.ID = id
				if err := tryInsert(t, l, p, 30*time.Second, rows(0, 2000)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := l.Connections(); n != life+1 {
			t.Errorf("Connections = %d after %d cuts, want %d", n, life, life+1)
		}
		w.cut()
	}
}

func TestReconnects(t *testing.T) {
	w, c := newWire(t)
	l, p := openLog(t, c), partition(t)
	insert(t, l, p, rows(0, 5)...)
	w.cut()
	insert(t, l, p, rows(5, 10)...)
	e, err := l.Extent(t.Context(), p)
	if err != nil || e.Rows != 10 {
		t.Errorf("Extent = %d rows, %v, want 10", e.Rows, err)
	}
}

// A silent server holds nobody longer than the context, and little more.
func TestSilentServer(t *testing.T) {
	w, c := newWire(t)
	l := openLog(t, c)
	if _, err := l.Clock(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.set(func() { w.mute = true })
	done := make(chan error)
	go func() { _, err := l.Clock(short(t, 100*time.Millisecond)); done <- err }()
	select {
	case err := <-done:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Clock = %v, want %v", err, context.DeadlineExceeded)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("Clock did not return")
	}
}

// A block whose fate was open is judged anew when it is sent again.
func TestInsertAgain(t *testing.T) {
	w, c := newWire(t)
	l, p := openLog(t, c), partition(t)
	now, err := l.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := l.NewBlock()
	b.Reset(p, now)
	for _, r := range rows(0, 1000) {
		b.Append(r)
	}
	i := ledger.Intent{End: 1000, RecordedAt: now, LeaseUntil: now.Add(time.Minute)}
	if err := l.Insert(t.Context(), b, i); err != nil {
		t.Fatal(err)
	}
	_ = w.listener.Close()
	w.cut()
	if err := l.Insert(t.Context(), b, i); !errors.Is(err, store.ErrNotSent) {
		t.Errorf("Insert where nobody listens = %v, want ErrNotSent", err)
	}
}
