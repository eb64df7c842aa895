package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/embedded"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/clickhouse"
)

// A site is Kafka with a topic, ClickHouse with a log, and a writer between.
type site struct {
	kafka  *embedded.Kafka
	server *embedded.ClickHouse
	client *stream.Client
	writer *writer
	undo   []func() error // last first
}

func newSite(ctx context.Context, partitions int) (s *site, err error) {
	s = new(site)
	if err = s.build(ctx, partitions); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *site) build(ctx context.Context, partitions int) error {
	dir, err := os.MkdirTemp("", "custody-soak-")
	if err != nil {
		return err
	}
	s.undo = append(s.undo, func() error { return os.RemoveAll(dir) })
	if s.kafka, err = embedded.StartKafka(ctx, filepath.Join(dir, "kafka"), 0); err != nil {
		return err
	}
	s.undo = append(s.undo, s.kafka.Close)
	if s.server, err = embedded.StartClickHouse(ctx, embedded.Options{Dir: filepath.Join(dir, "clickhouse")}); err != nil {
		return err
	}
	s.undo = append(s.undo, s.server.Close)
	if err := s.migrate(ctx); err != nil {
		return err
	}
	s.client = stream.New(stream.Config{Brokers: []string{s.kafka.Addr()}})
	s.undo = append(s.undo, func() error { s.client.Close(); return nil })
	for topic, n := range map[string]int{stream.EventsTopic: partitions, stream.DeadLetterTopic: 1} {
		if _, err := s.client.EnsureTopic(ctx, stream.Topic{Name: topic, Partitions: n, Replication: 1}); err != nil {
			return err
		}
	}
	return s.client.InitGroup(ctx, stream.LineageGroup, stream.EventsTopic)
}

// write starts the writer.
func (s *site) write(o settings) (err error) {
	s.writer, err = startWriter(orders{Kafka: s.kafka.Addr(), ClickHouse: s.server.Addr(), Password: s.server.Passwords()["writer"], Window: o.window})
	if err == nil {
		s.undo = append(s.undo, s.writer.end)
	}
	return err
}

func (s *site) migrate(ctx context.Context) error {
	db, err := store.Open(store.Config{Addr: []string{s.server.Addr()}, User: "admin", Password: s.server.Passwords()["admin"]})
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing hangs on it
	return db.Migrate(ctx, clickhouse.Migrations, nil)
}

// close ends all of it and leaves nothing on the disk.
func (s *site) close() (err error) {
	for i := len(s.undo) - 1; i >= 0; i-- {
		err = errors.Join(err, s.undo[i]())
	}
	s.undo = nil
	return err
}

// ask puts a question to ClickHouse as an auditor; a row's values have tabs between.
func (s *site) ask(ctx context.Context, question string) (rows []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.server.HTTPAddr()+"/", strings.NewReader(question))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-ClickHouse-User", "auditor")
	r.Header.Set("X-ClickHouse-Key", s.server.Passwords()["auditor"])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // read only
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.1000s", answer.Status, text)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), err
}

// logged is how many rows the log has.
func (s *site) logged(ctx context.Context) (n int, err error) {
	rows, err := s.ask(ctx, "SELECT count() FROM custody.log")
	if err == nil {
		_, err = fmt.Sscan(rows[0], &n)
	}
	return n, err
}

// records is how many Kafka has, in each partition.
func (s *site) records(ctx context.Context) (all int, by []stream.Range, err error) {
	by, err = s.client.Ranges(ctx, stream.EventsTopic)
	for _, r := range by {
		all += int(r.End - r.First)
	}
	return all, by, err
}
