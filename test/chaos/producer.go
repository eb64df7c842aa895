package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// producerOrders make a producer: a stream of events that is the same for the
// same seed, so that the oracle knows all that it sent.
type producerOrders struct {
	Brokers []string
	Topic   string
	Seed    uint64
	Start   time.Time // of the day that it lives
	Rate    int       // events a second
	Journal string    // file: how many of its first events are acknowledged
}

const (
	batchSize = 150
	rewound   = 2 * batchSize // what a producer sends again after a crash, acknowledged or not
)

// life is the producer's stream: 5 % repeats, some of them old; contradictions;
// records that must be refused.
func (o *producerOrders) life() *simulate.Simulation {
	day := simulate.Day(o.Seed, o.Start)
	day.Events, day.Subjects = 4_000_000, 1000
	day.Duplicates, day.Conflicts, day.Bad = 0.05, 0.005, 0.01
	return simulate.New(day)
}

// run sends until ctx ends. An event is in the journal only after it was
// acknowledged, and never before all those in front of it.
func (o *producerOrders) run(ctx context.Context) error {
	p, err := producer.New(o.Brokers, producer.Options{
		Topic: o.Topic, Unchecked: true, RequestTimeout: 3 * time.Second, DeliveryTimeout: 15 * time.Second, MaxBackoff: 500 * time.Millisecond,
	})
	if err != nil {
		return err
	}
	defer p.Close(context.Background()) //nolint:errcheck // every Emit has returned
	journal, err := os.OpenFile(o.Journal, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer journal.Close() //nolint:errcheck // written line by line
	acknowledged, err := readJournal(o.Journal)
	if err != nil {
		return err
	}
	s := o.life()
	sent := max(0, acknowledged-rewound)
	for range sent {
		s.Next()
	}
	for tick := time.NewTicker(time.Second * batchSize / time.Duration(o.Rate)); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		ms := make([]event.Message, batchSize)
		for i := range ms {
			ms[i], _ = s.Next()
		}
		if !emit(ctx, p, ms) {
			return nil
		}
		if sent += batchSize; sent > acknowledged {
			if _, err := fmt.Fprintln(journal, sent); err != nil {
				return err
			}
		}
	}
}

// emit sends again what was not acknowledged, until all is or ctx ends.
func emit(ctx context.Context, p *producer.Producer, ms []event.Message) (all bool) {
	for len(ms) > 0 {
		err := p.EmitMessages(context.WithoutCancel(ctx), ms...)
		var failed *producer.BatchError
		switch {
		case err == nil:
			return true
		case !errors.As(err, &failed):
			fmt.Fprintln(os.Stderr, err)
			return false
		case len(failed.Retry()) < len(failed.Failed):
			fmt.Fprintln(os.Stderr, "refused:", err)
			return false
		}
		fmt.Fprintln(os.Stderr, "again:", err)
		if ctx.Err() != nil {
			return false
		}
		ms = failed.Retry()
	}
	return true
}

// readJournal gives the last whole line.
func readJournal(name string) (acknowledged int, err error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // read only
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if acknowledged, err = strconv.Atoi(lines.Text()); err != nil {
			return 0, fmt.Errorf("journal %s: %w", name, err)
		}
	}
	return acknowledged, nil
}
