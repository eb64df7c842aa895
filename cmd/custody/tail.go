package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A Tailing is one run of `custody tail`.
type tailing struct {
	topic    string
	begin    bool
	count    int
	contract event.Options

	mu   sync.Mutex
	out  io.Writer
	seen int
	stop func()
}

func tailCommand(a *app) *cobra.Command {
	var t tailing
	var letters bool
	c := &cobra.Command{
		Use: "tail", Short: "Watch events arrive in Kafka, and what the log will say of them", GroupID: groupAsk, Args: cobra.NoArgs,
		Long: `Watch events arrive in Kafka: place, time, kind, subject and the point of each,
or why it will be rejected. Nothing of a rejected event is shown. Ctrl-C ends it.`,
		Example: "  custody tail\n  custody tail --from-beginning --count 20\n  custody tail --dead-letters",
		RunE: func(c *cobra.Command, _ []string) error {
			client := a.servers.stream("tail")
			defer client.Close()
			t.out, t.topic, t.contract = a.out, stream.EventsTopic, a.servers.contract.options
			if letters {
				t.topic = stream.DeadLetterTopic
			}
			return t.run(c.Context(), client)
		},
	}
	c.Flags().BoolVar(&t.begin, "from-beginning", false, "begin with the oldest that Kafka has, not with what comes next")
	c.Flags().IntVar(&t.count, "count", 0, "end after so many; 0 = never")
	c.Flags().BoolVar(&letters, "dead-letters", false, "watch the dead letters: what was rejected, and why")
	return c
}

// run follows every partition until ctx ends or enough is seen.
func (t *tailing) run(ctx context.Context, client *stream.Client) error {
	ranges, err := client.Ranges(ctx, t.topic)
	if err != nil {
		return err
	}
	ctx, t.stop = context.WithCancel(ctx)
	defer t.stop()
	var group daemon.Group
	for _, r := range ranges {
		from := r.End
		if t.begin {
			from = r.First
		}
		group.Add(fmt.Sprintf("partition %d", r.Partition), func(ctx context.Context) error {
			return t.follow(ctx, client, r.Partition, from)
		})
	}
	return group.Run(ctx)
}

func (t *tailing) follow(ctx context.Context, client *stream.Client, partition int32, from int64) error {
	decoder := event.NewDecoder(t.contract)
	for ctx.Err() == nil {
		batch, err := client.Read(ctx, t.topic, partition, from)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range batch.Records {
			if !t.show(decoder, partition, &batch.Records[i]) {
				return nil
			}
		}
		from = batch.Next
	}
	return nil
}

// show prints one line; false when enough is seen.
func (t *tailing) show(decoder *event.Decoder, partition int32, r *stream.Record) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count > 0 && t.seen >= t.count {
		return false
	}
	t.seen++
	text := letter(r)
	if t.topic == stream.EventsTopic {
		text = line(decoder, r)
	}
	fmt.Fprintf(t.out, "%d/%d %s\n", partition, r.Offset, text)
	if t.count > 0 && t.seen >= t.count {
		t.stop()
	}
	return true
}

func line(decoder *event.Decoder, r *stream.Record) string {
	record, rejection := decoder.Decode(&r.Message, time.Now())
	if rejection != nil {
		return strings.TrimSpace(fmt.Sprintf("%s rejected: %s %s", stamp(r), rejection.Reason, rejection.Field))
	}
	words := []string{time.Unix(0, record.Time).UTC().Format(time.RFC3339), record.Kind.String()}
	if len(record.Namespace) > 0 {
		words = append(words, string(r.Key))
	}
	words = append(words, string(record.Text(event.FieldHolder)))
	if recipient := record.Text(event.FieldRecipient); len(recipient) > 0 {
		words = append(words, "→", string(recipient))
	}
	vocabulary := event.Standard()
	var categories []string
	for _, c := range record.Terms(event.FieldCategories) {
		categories = append(categories, vocabulary.Text(event.ListCategory, c))
	}
	return strings.TrimSpace(strings.Join(append(words, strings.Join(categories, ", ")), " "))
}

// letter tells why a dead letter is one, from its headers.
func letter(r *stream.Record) string {
	words := []string{stamp(r), string(r.Key)}
	for _, h := range r.Headers {
		if h.Name == "custody-reason" || h.Name == "custody-field" {
			words = append(words, string(h.Value))
		}
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func stamp(r *stream.Record) string { return time.UnixMilli(r.Timestamp).UTC().Format(time.RFC3339) }
