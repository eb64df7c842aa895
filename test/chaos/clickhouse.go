package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/clickhouse"
)

// A server is the embedded ClickHouse, which the campaign kills and brings back.
type server struct {
	dir string
	// life is held by the fault that decides over the server's life or files.
	life sync.Mutex
	now  atomic.Pointer[embedded.ClickHouse]
}

func startServer(ctx context.Context, dir string) (*server, error) {
	s := &server{dir: dir}
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	c := s.now.Load()
	db, err := store.Open(store.Config{Addr: []string{c.Addr()}, User: "admin", Password: c.Passwords()["admin"]})
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // nothing hangs on it
	return s, db.Migrate(ctx, clickhouse.Migrations, nil)
}

func (s *server) start(ctx context.Context) error {
	c, err := embedded.StartClickHouse(ctx, embedded.Options{Dir: s.dir})
	if err == nil {
		s.now.Store(c)
	}
	return err
}

func (s *server) addr() string { return s.now.Load().Addr() }

// signal says whether the server was there to get it.
func (s *server) signal(sig syscall.Signal) bool { return syscall.Kill(s.now.Load().PID(), sig) == nil }

// restart brings a killed server back after a while, with the same files. The
// embedded server's own supervisor would wait longer after each death.
func (s *server) restart(ctx context.Context, after time.Duration) error {
	if err := s.now.Load().Close(); err != nil {
		return err
	}
	sleep(ctx, after)
	return s.start(context.WithoutCancel(ctx))
}

// configure brings the server back with something added to its settings and its
// users'; with nothing, as it was.
func (s *server) configure(ctx context.Context, xml string) error {
	name := filepath.Join(s.dir, "conf.d", "chaos.xml") // read for both
	err := os.MkdirAll(filepath.Dir(name), 0o700)
	if err == nil && xml == "" {
		err = os.RemoveAll(name)
	} else if err == nil {
		err = os.WriteFile(name, []byte("<clickhouse>"+xml+"</clickhouse>\n"), 0o600)
	}
	if err != nil {
		return err
	}
	s.signal(syscall.SIGKILL)
	return s.restart(ctx, 0)
}

// ask puts a question as a user, over HTTP.
func (s *server) ask(ctx context.Context, user, question string) (io.ReadCloser, error) {
	c := s.now.Load()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.HTTPAddr()+"/", strings.NewReader(question))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-ClickHouse-User", user)
	r.Header.Set("X-ClickHouse-Key", c.Passwords()[user])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		defer answer.Body.Close() //nolint:errcheck // read only
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
		return nil, fmt.Errorf("%s: %s", answer.Status, text)
	}
	return answer.Body, nil
}

// text is a short answer.
func (s *server) text(ctx context.Context, user, question string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	body, err := s.ask(ctx, user, question)
	if err != nil {
		return "", err
	}
	defer body.Close() //nolint:errcheck // read only
	text, err := io.ReadAll(body)
	return strings.TrimSpace(string(text)), err
}

// close ends the server.
func (s *server) close() {
	s.signal(syscall.SIGCONT)
	_ = s.now.Load().Close()
}

// sleep waits, unless ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
