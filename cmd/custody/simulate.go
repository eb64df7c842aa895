package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// A Simulating is one run of `custody simulate`.
type simulating struct {
	events, rate, subjects int
	seed                   uint64
	start                  string
	stdout                 bool
	progress               io.Writer
}

func simulateCommand(a *app) *cobra.Command {
	var s simulating
	c := &cobra.Command{
		Use: "simulate", Short: "Send the events of a made-up shop's life", GroupID: groupSend, Args: cobra.NoArgs,
		Long: `Send the events of a made-up shop's life to Kafka: people register, order, pay,
are delivered to, review, ask to be forgotten; services repeat themselves and
make mistakes. The same seed and start give the same events, byte for byte: sent
twice, the second time they are duplicates. With --stdout they are printed, one
a line and only the correct ones, for custody emit.`,
		Example: "  custody simulate --events 100000\n" +
			"  custody simulate --rate 50 --events 0     # until Ctrl-C\n" +
			"  custody simulate --stdout --events 10 --seed 7 | custody emit -",
		RunE: func(c *cobra.Command, _ []string) error {
			s.progress = a.err
			options, err := s.options(time.Now())
			if err != nil {
				return a.misuse(err)
			}
			if s.stdout {
				return s.print(c.Context(), a.out, options)
			}
			p, err := a.servers.producer("simulate", true, teller(a.err)) // a mistake is part of the story
			if err != nil {
				return err
			}
			return errors.Join(s.send(c.Context(), p, options), p.Close(context.WithoutCancel(c.Context())))
		},
	}
	c.AddCommand(partnerCommand(a))
	c.Flags().IntVar(&s.events, "events", 100_000, "how many events; 0 = until stopped")
	c.Flags().IntVar(&s.rate, "rate", 0, "events a second; 0 = as fast as can be")
	c.Flags().IntVar(&s.subjects, "subjects", 10_000, "how many persons")
	c.Flags().Uint64Var(&s.seed, "seed", 0, "seed; 0 = another each time, told on stderr")
	c.Flags().StringVar(&s.start, "start", "", "first `day` simulated, 2026-11-22 (default: yesterday, UTC)")
	c.Flags().BoolVar(&s.stdout, "stdout", false, "print the events instead of sending them")
	return c
}

func (s *simulating) options(now time.Time) (simulate.Options, error) {
	start := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -1)
	if s.start != "" {
		var err error
		if start, err = time.Parse(time.DateOnly, s.start); err != nil {
			return simulate.Options{}, errors.New("--start is a day such as 2026-11-22")
		}
	}
	if s.seed == 0 {
		s.seed = uint64(now.UnixNano())
	}
	o := simulate.Day(s.seed, start)
	o.Subjects, o.Events = s.subjects, s.events
	if s.stdout {
		o.Bad, o.Conflicts, o.Binary = 0, 0, 0
	}
	return o, nil
}

// send goes on until all are sent or ctx ends, which is no failure.
func (s *simulating) send(ctx context.Context, p *producer.Producer, o simulate.Options) error {
	fmt.Fprintf(s.progress, "seed %d, from %s\n", o.Seed, o.Start.Format(time.DateOnly))
	sim, pace := simulate.New(o), pace{rate: s.rate, began: time.Now()}
	bar := newBar(s.progress, s.events, "sent")
	for s.events == 0 || pace.sent < s.events {
		chunk := take(sim, s.left(pace.sent, pace.chunk()))
		err := p.EmitMessages(ctx, chunk...)
		if err != nil && ctx.Err() == nil {
			return err
		}
		sent := acknowledged(err, len(chunk))
		bar.add(sent)
		if pace.wait(ctx, sent) != nil {
			break
		}
	}
	bar.done()
	fmt.Fprintf(s.progress, "%d events sent, %.0f a second\n", pace.sent, float64(pace.sent)/time.Since(pace.began).Seconds())
	return nil
}

// acknowledged is how many of n events Kafka has, by the error of sending them.
func acknowledged(err error, n int) int {
	var failures *producer.BatchError
	switch {
	case err == nil:
		return n
	case errors.As(err, &failures):
		return n - len(failures.Failed)
	}
	return 0
}

func (s *simulating) left(sent, chunk int) int {
	if s.events == 0 {
		return chunk
	}
	return min(chunk, s.events-sent)
}

func take(sim *simulate.Simulation, n int) []event.Message {
	messages := make([]event.Message, n)
	for i := range messages {
		messages[i], _ = sim.Next()
	}
	return messages
}

func (s *simulating) print(ctx context.Context, w io.Writer, o simulate.Options) error {
	sim, out, pace := simulate.New(o), bufio.NewWriter(w), pace{rate: s.rate, began: time.Now()}
	for s.events == 0 || pace.sent < s.events {
		chunk := take(sim, s.left(pace.sent, pace.chunk()))
		for _, m := range chunk {
			if _, err := fmt.Fprintf(out, "%s\n", m.Value); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if pace.wait(ctx, len(chunk)) != nil {
			return nil
		}
	}
	return nil
}
