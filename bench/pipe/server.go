package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/embedded"
)

// A server is the embedded ClickHouse, reached past its gates, whose work would
// be ours and not the server's.
type server struct {
	clickhouse   *embedded.ClickHouse
	passwords    map[string]string
	native, http string
	version      string
	client       *http.Client
}

// user is who may do everything there. Custody's own users may not.
const user = "bench"

// config, in conf.d, is laid over the server's configuration and over its users.
// The threads of the Kafka engine are those of a server: the embedded one has one.
const config = `<clickhouse>
  <background_message_broker_schedule_pool_size replace="1">16</background_message_broker_schedule_pool_size>
  <users>
    <bench>
      <password from_env="CUSTODY_BENCH_PASSWORD"/>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants><query>GRANT ALL ON *.*</query></grants>
    </bench>
  </users>
</clickhouse>
`

func startServer(ctx context.Context, dir string) (*server, error) {
	s := &server{passwords: map[string]string{}, client: &http.Client{Timeout: 5 * time.Minute}}
	for _, name := range []string{"admin", "writer", "auditor", "eraser", user} {
		s.passwords[name] = rand.Text()
	}
	if err := s.configure(dir); err != nil {
		return nil, fmt.Errorf("configure ClickHouse: %w", err)
	}
	var err error
	s.clickhouse, err = embedded.StartClickHouse(ctx, embedded.Options{Dir: dir, Progress: func(what string) { progress("%s", what) }})
	if err != nil {
		return nil, err
	}
	s.native, s.http = s.clickhouse.Direct()
	if s.version, err = s.ask(ctx, "SELECT version()"); err != nil {
		return nil, fmt.Errorf("%w (and %w)", err, s.close())
	}
	return s, nil
}

// configure lays down what the server is to find when it starts.
func (s *server) configure(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "conf.d"), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "conf.d", "bench.xml"), []byte(config), 0o600); err != nil {
		return err
	}
	text, err := json.Marshal(s.passwords)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "passwords"), text, 0o600)
}

func (s *server) close() error { return s.clickhouse.Close() }

// ask puts a question; a row's values have tabs between.
func (s *server) ask(ctx context.Context, question string) (answer string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.http+"/", strings.NewReader(question))
	if err != nil {
		return "", err
	}
	r.Header.Set("X-ClickHouse-User", user)
	r.Header.Set("X-ClickHouse-Key", s.passwords[user])
	response, err := s.client.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close() //nolint:errcheck // read only
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.1000s", response.Status, text)
	}
	if err != nil {
		return "", fmt.Errorf("ask ClickHouse %.60q: %w", question, err)
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}

// do runs statements, one after the other.
func (s *server) do(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := s.ask(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// scan reads an answer of one row.
func (s *server) scan(ctx context.Context, question string, values ...any) error {
	answer, err := s.ask(ctx, question)
	if err == nil {
		_, err = fmt.Sscan(answer, values...)
	}
	return err
}

// settle waits until the server has nothing left to merge: none begins for a second.
func (s *server) settle(ctx context.Context) error {
	for quiet := 0; quiet < 5; {
		var merges int
		if err := s.scan(ctx, "SELECT count() FROM system.merges", &merges); err != nil {
			return err
		}
		if quiet++; merges > 0 {
			quiet = 0
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
