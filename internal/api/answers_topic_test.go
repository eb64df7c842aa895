package api_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

const answersTopic = "custody.answers"

// An answer in a topic has the verdict that it has over HTTP. What is none holds up
// nothing behind it; what is our own trouble does, until it is over.
func TestAnswersFromATopic(t *testing.T) {
	f, s := newDesk(t, api.Options{RetryAfter: time.Millisecond})
	s.acts = append(s.acts, lineage.Act{Event: lineage.Ref{Source: "/custody/api", ID: erasure.ID("answer", "tmall", "case/17", "sto", "before")}, Kind: event.KindErasureAcknowledged,
		Time: noon, RecordedAt: noon, Subject: person, Controller: "tmall", RequestID: "case/17", Recipient: "sto"})
	attempts, emitted := 0, 0
	f.publisher.fail = func(ms []event.Message) error {
		if attempts++; attempts < 3 {
			return errors.New("away")
		}
		emitted += len(ms)
		return nil
	}
	const executed = `"status":"executed"`
	b := newBox(t)
	b.put(t, nil, "", time.Now())
	b.put(t, []byte("executed"), "1", time.Now())
	b.put(t, []byte(said("1", executed+`,"note":"`+strings.Repeat("a", 300<<10)+`"`)), "1", time.Now())
	b.put(t, []byte(strings.Replace(said("1", executed), `"sto"`, `"zto"`, 1)), "1", time.Now())
	b.put(t, []byte(said("1", executed)), "1", time.Now().Add(-6*time.Minute))
	b.put(t, []byte(said("1", executed)), "2", time.Now())
	b.put(t, []byte(strings.Replace(said("1", executed), "case/17", "none", 1)), "1", time.Now())
	b.put(t, []byte(strings.Replace(said("1", executed), "case/17", "all", 1)), "1", time.Now())
	b.put(t, []byte(said("1", `"status":"fine"`)), "1", time.Now())
	b.put(t, []byte(said("before", `"status":"acknowledged"`)), "before", time.Now())
	b.put(t, []byte(said("1", executed)), "1", time.Now())

	b.read(t, f.handler.(*api.API), 11)
	if got, want := f.answers(), "elsewhere 1, failed 2, malformed 4, not-asked 1, repeated 1, taken 1, unknown 1, unsigned 2"; got != want {
		t.Errorf("answers counted = %s, want %s", got, want)
	}
	if emitted != 1 {
		t.Errorf("%d events, want one", emitted)
	}
	b.read(t, f.handler.(*api.API), 11) // nothing is judged twice
	if got := f.answers(); !strings.Contains(got, "taken 1") || !strings.Contains(got, "malformed 4") {
		t.Errorf("answers counted when nothing is new = %s", got)
	}
}

// A box is the topic of answers.
type box struct {
	client *kgo.Client
	stream *stream.Client
}

func newBox(t *testing.T) *box {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, answersTopic))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.DefaultProduceTopic(answersTopic))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	b := &box{client, stream.New(stream.Config{Brokers: cluster.ListenAddrs()})}
	t.Cleanup(b.stream.Close)
	return b
}

// put puts an answer of sto into the box, signed at a moment.
func (b *box) put(t *testing.T, body []byte, id string, at time.Time) {
	t.Helper()
	r := &kgo.Record{Value: body, Headers: []kgo.RecordHeader{
		{Key: notice.HeaderID, Value: []byte(id)},
		{Key: notice.HeaderTimestamp, Value: []byte(strconv.FormatInt(at.Unix(), 10))},
		{Key: notice.HeaderSignature, Value: []byte(stoToken.Sign(id, at, body))},
	}}
	if err := b.client.ProduceSync(t.Context(), r).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// read has the answers read until the commit is where it is to be.
func (b *box) read(t *testing.T, a *api.API, want int64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	at := make(chan *stream.Partition, 1)
	go func() {
		ended <- b.stream.Group("answers", answersTopic, stream.GroupOptions{}).Run(ctx, func(ctx context.Context, p *stream.Partition) error {
			select {
			case at <- p:
			default:
			}
			return a.AnswersFrom(ctx, p)
		})
	}()
	p := <-at
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		offset, _, err := p.Committed(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if offset == want {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the commit stands at %d, want %d", offset, want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
