package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

func emitCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "emit FILE|-", Short: "Send events from a file: JSON lines, one event or a batch", GroupID: groupSend, Args: cobra.ExactArgs(1),
		Long: `Send events from a file, or from standard input if it is -: one CloudEvent a line,
one CloudEvent, or an array of them. Each is checked as the consumer checks it,
keyed and placed by its subject. What is wrong is told by line (in an array by
place) with its remedy; all others are sent. Exit code 1 if any was not sent.
Sending again is safe: the log keeps each source and id once.`,
		Example: "  custody emit events.jsonl\n" +
			"  custody simulate --stdout --events 100 | custody emit -",
		RunE: func(c *cobra.Command, args []string) error {
			in := a.in
			if args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer file.Close()
				in = file
			}
			p, err := a.servers.producer("emit", false, teller(a.err))
			if err != nil {
				return err
			}
			e := emitting{producer: p, complain: a.err, bar: newBar(a.err, 0, "sent")}
			err = e.all(c.Context(), in)
			e.bar.done()
			fmt.Fprintf(a.out, "%d sent, %d not sent\n", e.sent, e.failed)
			if err = errors.Join(err, p.Close(context.WithoutCancel(c.Context()))); err == nil && e.failed > 0 {
				err = fmt.Errorf("%d events were not sent", e.failed)
			}
			return err
		},
	}
	return c
}

// chunk is how many events are sent at once.
const chunk = 1000

// An Emitting is one run of `custody emit`.
type emitting struct {
	producer     *producer.Producer
	complain     io.Writer
	bar          *bar
	sent, failed int
	open         []piece
}

// all sends everything that in holds.
func (e *emitting) all(ctx context.Context, in io.Reader) error {
	for p, err := range pieces(in) {
		if err != nil {
			return errors.Join(e.flush(ctx), err)
		}
		if e.open = append(e.open, p); len(e.open) == chunk {
			if err := e.flush(ctx); err != nil {
				return err
			}
		}
	}
	return e.flush(ctx)
}

// flush sends the open pieces. What is wrong with them is told, and no error;
// a broker that takes none of them is one.
func (e *emitting) flush(ctx context.Context) error {
	messages := make([]event.Message, len(e.open))
	for i, p := range e.open {
		messages[i] = structured(p.text)
	}
	err := e.producer.EmitMessages(ctx, messages...)
	var failures *producer.BatchError
	if err != nil && !errors.As(err, &failures) {
		return err
	}
	for i, p := range e.open {
		if failures == nil || failures.Failed[i] == nil {
			e.sent++
			continue
		}
		e.failed++
		fmt.Fprintf(e.complain, "%s: %v\n", p.place, explain(failures.Failed[i]))
	}
	e.open = e.open[:0]
	e.bar.set(e.sent)
	return ctx.Err()
}

// structured is an event in JSON as a message, keyed by its subject, or by its
// source where it has none. Text that is no event stays as it is, for the check to say so.
func structured(text []byte) event.Message {
	var envelope struct{ Subject, Source string }
	key := []byte(nil)
	if json.Unmarshal(text, &envelope) == nil {
		key = []byte(envelope.Subject)
		if len(key) == 0 {
			key = []byte(envelope.Source)
		}
	}
	return event.Message{
		Key: key, Value: text,
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
	}
}

// explain is a rejection with its rule and remedy.
func explain(err error) string {
	var r *event.Rejection
	if !errors.As(err, &r) {
		return err.Error()
	}
	text := "rejected: " + r.Reason.String()
	for _, more := range []string{r.Field, r.Rule, r.Remedy} {
		if more != "" {
			text += ": " + more
		}
	}
	return text
}
