package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/clickhouse"
)

// What this server has beside the embedded one's configuration.
//
//go:embed server.xml
var serverConfig []byte

//go:embed users.xml
var usersConfig []byte

// A site is a ClickHouse with a log, and those who ask it.
type site struct {
	dir    string
	server *embedded.ClickHouse
	db     *store.DB  // as an auditor has it
	log    *store.Log // as the writer has it
	undo   []func() error
}

func open(ctx context.Context, o settings) (s *site, err error) {
	s = &site{dir: o.dir}
	if err = s.build(ctx, o); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *site) build(ctx context.Context, o settings) (err error) {
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "custody-lookups-"); err != nil {
			return err
		}
	}
	if !o.keep {
		s.undo = append(s.undo, func() error { return os.RemoveAll(s.dir) })
	}
	for name, text := range map[string][]byte{"config.d/lookups.xml": serverConfig, "conf.d/lookups.xml": usersConfig} {
		to := filepath.Join(s.dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, text, 0o600)); err != nil {
			return err
		}
	}
	// The database system is in memory, its tables' data are not: they would be in the way.
	if err := os.RemoveAll(filepath.Join(s.dir, "data", "data", "system")); err != nil {
		return err
	}
	s.server, err = embedded.StartClickHouse(ctx, embedded.Options{Dir: s.dir, Progress: tell})
	if err != nil {
		return err
	}
	s.undo = append(s.undo, s.server.Close)
	if err := s.migrate(ctx); err != nil {
		return err
	}
	return s.connect()
}

func (s *site) config(user string) store.Config {
	return store.Config{Addr: []string{s.server.Addr()}, User: user, Password: s.server.Passwords()[user]}
}

func (s *site) migrate(ctx context.Context) error {
	db, err := store.Open(s.config("admin"))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing hangs on it
	return db.Migrate(ctx, clickhouse.Migrations, nil)
}

func (s *site) connect() (err error) {
	if s.db, err = store.Open(s.config("auditor")); err != nil {
		return err
	}
	s.undo = append(s.undo, s.db.Close)
	if s.log, err = store.OpenLog(s.config("writer")); err != nil {
		return err
	}
	s.undo = append(s.undo, s.log.Close)
	return nil
}

// close ends all of it; what is not to be kept is removed.
func (s *site) close() (err error) {
	for i := len(s.undo) - 1; i >= 0; i-- {
		err = errors.Join(err, s.undo[i]())
	}
	s.undo = nil
	return err
}

// ask puts a question as one of the users. Of its answer each row is a line of
// tab-separated values.
func (s *site) ask(ctx context.Context, user, question string, options ...string) (rows [][]string, err error) {
	parameters := url.Values{}
	for _, o := range options {
		name, value, _ := strings.Cut(o, "=")
		parameters.Set(name, value)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.server.HTTPAddr()+"/?"+parameters.Encode(), strings.NewReader(question))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-ClickHouse-User", user)
	r.Header.Set("X-ClickHouse-Key", s.server.Passwords()[user])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // read only
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.1000s", answer.Status, text)
	}
	for line := range strings.Lines(string(text)) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return rows, err
}

// do has the administrator run statements.
func (s *site) do(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if _, err := s.ask(ctx, "admin", sql); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	return nil
}

// number asks for one number.
func (s *site) number(ctx context.Context, question string) (int, error) {
	rows, err := s.ask(ctx, "admin", question)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(rows[0][0])
}

// tell says what is being done.
func tell(what string) { fmt.Fprintln(os.Stderr, what) }
