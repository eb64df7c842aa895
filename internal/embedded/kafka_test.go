package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/internal/embedded"
)

const topic, group = "t", "g"

func startKafka(t *testing.T, dir string) *embedded.Kafka {
	t.Helper()
	k, err := embedded.StartKafka(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}

// broker is what the rest of Custody does with a broker, through its client.
type broker struct {
	t *testing.T
	*kafka.Client
}

func dial(t *testing.T, addr string) broker {
	transport := &kafka.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return broker{t, &kafka.Client{Addr: kafka.TCP(addr), Transport: transport, Timeout: 10 * time.Second}}
}

func (b broker) create() {
	b.t.Helper()
	r, err := b.CreateTopics(b.t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: 2, ReplicationFactor: 1}}})
	if err = errors.Join(err, r.Errors[topic]); err != nil {
		b.t.Fatal(err)
	}
}

// produce returns the error that a producer gets for one record.
func (b broker) produce(value []byte) error {
	r, err := b.Produce(b.t.Context(), &kafka.ProduceRequest{
		Topic: topic, RequiredAcks: kafka.RequireAll,
		Records: kafka.NewRecordReader(kafka.Record{Key: kafka.NewBytes([]byte("k")), Value: kafka.NewBytes(value)}),
	})
	if err != nil {
		return err
	}
	return r.Error
}

// count reads the whole of partition 0.
func (b broker) count() (n int) {
	b.t.Helper()
	for {
		r, err := b.Fetch(b.t.Context(), &kafka.FetchRequest{Topic: topic, Offset: int64(n), MaxBytes: 1 << 20, MaxWait: time.Millisecond})
		if err = errors.Join(err, r.Error); err != nil {
			b.t.Fatal(err)
		}
		if r.HighWatermark == int64(n) {
			return n
		}
		for _, err := r.Records.ReadRecord(); err == nil; _, err = r.Records.ReadRecord() {
			n++
		}
	}
}

// commit commits as a member of the group, or as a simple consumer if generation is -1.
func (b broker) commit(generation int, member string, offset int64, metadata string) error {
	r, err := b.OffsetCommit(b.t.Context(), &kafka.OffsetCommitRequest{
		GroupID: group, GenerationID: generation, MemberID: member,
		Topics: map[string][]kafka.OffsetCommit{topic: {{Partition: 0, Offset: offset, Metadata: metadata}}},
	})
	if err != nil {
		return err
	}
	return r.Topics[topic][0].Error
}

func (b broker) committed() (offset int64, metadata string) {
	b.t.Helper()
	r, err := b.OffsetFetch(b.t.Context(), &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: {0}}})
	if err = errors.Join(err, r.Error, r.Topics[topic][0].Error); err != nil {
		b.t.Fatal(err)
	}
	return r.Topics[topic][0].CommittedOffset, r.Topics[topic][0].Metadata
}

// TestKafkaKeepsItsRecords fills a broker in three lives: one closed, one
// killed, and one that finds all of both.
func TestKafkaKeepsItsRecords(t *testing.T) {
	dir := t.TempDir()
	k := startKafka(t, dir)
	b := dial(t, k.Addr())
	b.create()
	for range 10 {
		if err := b.produce([]byte("v")); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.commit(-1, "", 4, "v1 closed"); err != nil {
		t.Fatal(err)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}

	for life, metadata := range []string{"v1 killed", "v1 killed again"} {
		cmd, addr := otherKafka(t, dir)
		b = dial(t, addr)
		for range 10 {
			if err := b.produce([]byte("v")); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.commit(-1, "", int64(life), metadata); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}

	b = dial(t, startKafka(t, dir).Addr())
	if got := b.count(); got != 30 {
		t.Errorf("records after a restart and two kills = %d, want 30", got)
	}
	if offset, metadata := b.committed(); offset != 1 || metadata != "v1 killed again" {
		t.Errorf("committed = %d %q, want 1 %q", offset, metadata, "v1 killed again")
	}
}

// otherKafka is a broker in a process of its own.
func otherKafka(t *testing.T, dir string) (cmd *exec.Cmd, addr string) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), kafkaVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	if _, err := fmt.Fscan(out, &addr); err != nil {
		t.Fatal(err)
	}
	return cmd, addr
}

func kafkaParent(dir string) {
	k, err := embedded.StartKafka(context.Background(), dir, 0)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(k.Addr())
	select {}
}

// TestKafkaFencesOldGenerations: what G2 rests on holds with this broker too.
func TestKafkaFencesOldGenerations(t *testing.T) {
	k := startKafka(t, t.TempDir())
	b := dial(t, k.Addr())
	b.create()
	g, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{ID: group, Brokers: []string{k.Addr()}, Topics: []string{topic}})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	first, err := g.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.commit(int(first.ID), first.MemberID, 7, "v1 first"); err != nil {
		t.Errorf("commit in its generation = %v, want nil", err)
	}
	if err := b.commit(int(first.ID)-1, first.MemberID, 8, "v1 stale"); !errors.Is(err, kafka.IllegalGeneration) {
		t.Errorf("commit of a past generation = %v, want %v", err, kafka.IllegalGeneration)
	}
	if err := b.commit(int(first.ID), "another", 9, "v1 foreign"); !errors.Is(err, kafka.UnknownMemberId) {
		t.Errorf("commit of a stranger = %v, want %v", err, kafka.UnknownMemberId)
	}
	if err := b.commit(-1, "", 9, "v1 simple"); !errors.Is(err, kafka.UnknownMemberId) {
		t.Errorf("simple commit to a group with members = %v, want %v", err, kafka.UnknownMemberId)
	}
	if offset, metadata := b.committed(); offset != 7 || metadata != "v1 first" {
		t.Errorf("committed = %d %q, want 7 %q", offset, metadata, "v1 first")
	}
}

// TestKafkaListsOffsets: ends and beginnings, as the certificate asks for them.
func TestKafkaListsOffsets(t *testing.T) {
	b := dial(t, startKafka(t, t.TempDir()).Addr())
	b.create()
	for range 3 {
		if err := b.produce([]byte("v")); err != nil {
			t.Fatal(err)
		}
	}
	r, err := b.ListOffsets(t.Context(), &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: {kafka.FirstOffsetOf(0), kafka.LastOffsetOf(0)}}})
	if err != nil {
		t.Fatal(err)
	}
	p := r.Topics[topic][0]
	if p.Error != nil || p.FirstOffset != 0 || p.LastOffset != 3 {
		t.Errorf("offsets = %d to %d (%v), want 0 to 3", p.FirstOffset, p.LastOffset, p.Error)
	}
}

// Clients are told the proxy's address, not the broker's.
func TestKafkaBehindAProxy(t *testing.T) {
	var broker string
	proxy := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7}
	k, err := embedded.StartKafkaBehind(t.Context(), t.TempDir(), 0, func(addr net.Addr) net.Addr {
		broker = addr.String()
		return proxy
	})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	r, err := dial(t, broker).Metadata(t.Context(), &kafka.MetadataRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if told := net.JoinHostPort(r.Brokers[0].Host, strconv.Itoa(r.Brokers[0].Port)); told != proxy.String() || k.Addr() != told {
		t.Errorf("clients are told %s, Addr is %s, want %s", told, k.Addr(), proxy)
	}
}

// TestKafkaRefusesWhenTheDiskIsFull, says why, and goes on when there is space.
func TestKafkaRefusesWhenTheDiskIsFull(t *testing.T) {
	dir := t.TempDir()
	k := startKafka(t, dir)
	undo := k.FillDisk()
	b := dial(t, k.Addr())
	b.create()
	if err := b.produce([]byte("v")); !errors.Is(err, kafka.KafkaStorageError) {
		t.Errorf("produce to a full disk = %v, want %v", err, kafka.KafkaStorageError)
	}
	log, err := os.ReadFile(filepath.Join(dir, "kafka.log"))
	if err != nil || !strings.Contains(string(log), dir+": the disk is full") {
		t.Errorf("kafka.log = %q (%v), want one that says that the disk is full", log, err)
	}
	undo()
	if err := b.produce([]byte("v")); err != nil {
		t.Errorf("produce when there is space = %v, want nil", err)
	}
	if got := b.count(); got != 1 {
		t.Errorf("records = %d, want 1", got)
	}
}

// TestDirNotWritable: the reason is named, not a later surprise.
func TestDirNotWritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.StartKafka(t.Context(), filepath.Join(file, "kafka"), 0)
	wantText(t, err, "data directory", file)
	_, err = embedded.StartClickHouse(t.Context(), embedded.Options{Dir: filepath.Join(file, "clickhouse")})
	wantText(t, err, "data directory", file)
}
