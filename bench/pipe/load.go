package main

import (
	"context"
	"fmt"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// seed of the simulation; the figures of other seeds are alike.
const seed = 1

// shop is the stream of custody simulate, of correct events in structured mode as
// others can read them: 2 % of them repeat an earlier one, and some of these are
// written another way (other order of members, another zone, data in base64).
func shop(seed uint64, events int) *simulate.Simulation {
	o := simulate.Day(seed, time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -30))
	o.Events, o.Bad, o.Conflicts, o.Binary = events, 0, 0, 0
	return simulate.New(o)
}

// fill loads the topic and gives the mean size of an event.
func (s *site) fill(ctx context.Context) (size float64, err error) {
	p, err := producer.New(s.broker.addrs, producer.Options{ClientID: "bench", Unchecked: true})
	if err != nil {
		return 0, err
	}
	defer p.Close(context.WithoutCancel(ctx)) //nolint:errcheck // each Emit has said what went wrong
	sim, bytes, began := shop(seed, s.o.events), 0, time.Now()
	for sent := 0; sent < s.o.events; {
		chunk := make([]event.Message, min(10_000, s.o.events-sent))
		for i := range chunk {
			chunk[i], _ = sim.Next()
			bytes += len(chunk[i].Value)
		}
		if err := p.EmitMessages(ctx, chunk...); err != nil {
			return 0, fmt.Errorf("load the topic: %w", err)
		}
		if sent += len(chunk); sent%500_000 < len(chunk) {
			progress("loaded %d events", sent)
		}
	}
	progress("%d events of %d bytes on average, loaded in %.0f s", s.o.events, bytes/s.o.events, time.Since(began).Seconds())
	return float64(bytes) / float64(s.o.events), nil
}

// records is how many the topic has; it may be more than was sent.
func (s *site) records(ctx context.Context) (n int, err error) {
	ranges, err := s.stream.Ranges(ctx, topic)
	for _, r := range ranges {
		n += int(r.End - r.First)
	}
	return n, err
}
