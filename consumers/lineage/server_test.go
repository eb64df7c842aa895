package lineage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/zap"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/event"
)

// childEnv makes the test binary a writer, so that a test can kill -9 one. It
// holds the parts of a site, with spaces between.
const childEnv = "CUSTODY_TEST_WRITER"

func TestMain(m *testing.M) {
	if site := os.Getenv(childEnv); site != "" {
		beWriter(strings.Fields(site))
		return
	}
	os.Exit(testkit.Main(m))
}

// A site is a topic on a broker and a log in ClickHouse.
type site struct {
	t          testing.TB
	server     *testkit.Server
	brokers    []string
	topic      string
	partitions int
	client     *stream.Client
	producer   *kgo.Client
	tune       func(*lineage.Options)
}

func newSite(t testing.TB, partitions int) *site {
	t.Helper()
	s := &site{t: t, server: testkit.ClickHouse(t), brokers: testkit.Kafka(t), topic: testkit.Unique("events"), partitions: partitions}
	s.client = stream.New(stream.Config{Brokers: s.brokers})
	t.Cleanup(s.client.Close)
	for _, name := range []string{s.topic, s.deadLetters()} {
		if _, err := s.client.EnsureTopic(t.Context(), stream.Topic{Name: name, Partitions: partitions, Replication: testkit.Replication()}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.client.InitGroup(t.Context(), s.group(), s.topic); err != nil {
		t.Fatal(err)
	}
	s.producer = s.kgo()
	return s
}

// kgo is a producer of the topic that places records itself.
func (s *site) kgo(o ...kgo.Opt) *kgo.Client {
	s.t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(s.brokers...), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.DefaultProduceTopic(s.topic),
	}, o...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	return c
}

func (s *site) deadLetters() string { return s.topic + "-dead" }
func (s *site) group() string       { return s.topic + "-group" }

// options are those of a writer here; leases are short, as tests wait for them.
func (s *site) options(log *store.Log, client *stream.Client) lineage.Options {
	o := lineage.Options{
		Store: log, Letters: client.DeadLetters(s.deadLetters()), Cluster: "test", Log: testLog(),
		MaxRows: 5000, MaxAge: 200 * time.Millisecond, Lease: 3 * time.Second, Margin: 500 * time.Millisecond,
		NotStored: func(err error) bool { return errors.Is(err, store.ErrNotSent) || errors.Is(err, store.ErrLease) },
	}
	if s.tune != nil {
		s.tune(&o)
	}
	return o
}

// testLog is silent unless CUSTODY_TEST_LOG is set.
func testLog() *zap.Logger {
	if os.Getenv("CUSTODY_TEST_LOG") == "" {
		return zap.NewNop()
	}
	l, err := zap.NewDevelopment()
	if err != nil {
		panic(err)
	}
	return l.Named(fmt.Sprint(os.Getpid()))
}

// write runs a writer until ctx ends.
func (s *site) write(ctx context.Context, c store.Config) error {
	log, err := store.OpenLog(c)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // nothing hangs on it
	client := stream.New(stream.Config{Brokers: s.brokers})
	defer client.Close()
	o := stream.GroupOptions{Session: 6 * time.Second, Rebalance: 20 * time.Second, Heartbeat: 200 * time.Millisecond,
		Report: func(err error) { testLog().Warn("group", zap.Error(err)) }}
	return client.Group(s.group(), s.topic, o).Run(ctx, lineage.New(s.options(log, client)).Serve)
}

// start runs a writer in this process; stop drains it.
func (s *site) start() (stop func()) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.write(ctx, s.server.Config("writer")) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("writer: %v", err)
		}
	})
	s.t.Cleanup(stop)
	return stop
}

// spawn runs a writer in a process of its own, to be killed.
func (s *site) spawn() *os.Process {
	s.t.Helper()
	c := s.server.Config("writer")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{s.brokers[0], s.topic, c.Addr[0], c.User, c.Password}, " "))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd.Process
}

func beWriter(word []string) {
	s := &site{brokers: word[:1], topic: word[1]}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := s.write(ctx, store.Config{Addr: word[2:3], User: word[3], Password: word[4]}); err != nil {
		fmt.Fprintln(os.Stderr, "writer:", err)
	}
}

// produce sends messages, keyed and placed as the contract says.
func (s *site) produce(ms ...event.Message) {
	s.t.Helper()
	s.send(s.producer, ms...)
}

// send gives the records with the offsets that they got.
func (s *site) send(producer *kgo.Client, ms ...event.Message) (rs []*kgo.Record) {
	s.t.Helper()
	for _, m := range ms {
		r := &kgo.Record{Key: m.Key, Value: m.Value, Partition: int32(event.Partition(m.Key, s.partitions))}
		for _, h := range m.Headers {
			r.Headers = append(r.Headers, kgo.RecordHeader{Key: h.Name, Value: h.Value})
		}
		rs = append(rs, r)
	}
	if err := producer.ProduceSync(context.Background(), rs...).FirstErr(); err != nil {
		s.t.Fatal(err)
	}
	return rs
}

// query asks ClickHouse as an auditor; a row's values have tabs between.
func (s *site) query(sql string) ([]string, error) {
	q := url.Values{"user": {"auditor"}, "password": {s.server.Passwords["auditor"]}, "param_topic": {s.topic}}
	resp, err := http.Post("http://"+s.server.HTTP+"/?"+q.Encode(), "text/plain", strings.NewReader(sql))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d: %s: %w", resp.StatusCode, body, err)
	}
	text := strings.TrimSuffix(string(body), "\n")
	if text == "" {
		return nil, nil
	}
	return strings.Split(text, "\n"), nil
}

func (s *site) ask(sql string) []string {
	s.t.Helper()
	rows, err := s.query(sql)
	if err != nil {
		s.t.Fatal(err)
	}
	return rows
}

// logged waits until the log has n rows of the topic, and checks that they are
// every offset once, dense and in order.
func (s *site) logged(n int) {
	s.t.Helper()
	s.await(n)
	for _, row := range s.ask(`SELECT kafka_partition FROM custody.log WHERE kafka_topic = {topic:String} GROUP BY kafka_partition
		HAVING count() != uniqExact(kafka_offset) OR count() != max(kafka_offset) + 1 OR min(seq) != 0 OR max(seq) != count() - 1
			OR countIf(seq != kafka_offset) > 0`) {
		s.t.Errorf("partition %s does not have each offset once", row)
	}
}

func (s *site) await(n int) {
	s.t.Helper()
	rows := 0
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		answer, err := s.query(`SELECT count() FROM custody.log WHERE kafka_topic = {topic:String}`)
		if err != nil {
			continue // it may have been killed
		}
		if _, err := fmt.Sscan(answer[0], &rows); err != nil {
			s.t.Fatal(err)
		}
		if rows >= n {
			break
		}
	}
	if rows != n {
		s.t.Fatalf("%d rows, want %d", rows, n)
	}
}

// letters reads all dead letters, by key.
func (s *site) letters() map[string][]stream.Record {
	s.t.Helper()
	all := map[string][]stream.Record{}
	rs, err := s.client.Ranges(s.t.Context(), s.deadLetters())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range rs {
		for at := r.First; at < r.End; {
			b, err := s.client.Read(s.t.Context(), s.deadLetters(), r.Partition, at)
			if err != nil {
				s.t.Fatal(err)
			}
			for _, rec := range b.Records {
				all[string(rec.Key)] = append(all[string(rec.Key)], rec)
			}
			at = b.Next
		}
	}
	return all
}
