package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/schemas/event"
)

// A loader sends events at a rate that does not wait for anybody, and notes when
// Kafka acknowledged which. It has made them before: that takes a fifth of a core.
type loader struct {
	partitions int
	rate       float64
	stock      []made
	kafka      *kafka.Client

	mu      sync.Mutex
	batches []batch
	err     error
}

// beat is how often it sends: what came meanwhile goes in one request a partition.
const beat = 50 * time.Millisecond

// made is an event that is to be sent.
type made struct {
	partition int
	record    kafka.Record
}

// newLoader makes what is to be sent at a rate for a time.
func (s *site) newLoader(rate float64, long time.Duration) *loader {
	// A transport of its own knows nothing of a former topic of this name.
	client := &kafka.Client{Addr: kafka.TCP(s.broker.addrs...), Timeout: 10 * time.Second, Transport: &kafka.Transport{}}
	l := &loader{partitions: s.o.partitions, rate: rate, kafka: client}
	l.stock = make([]made, int(rate*(long+time.Second).Seconds()))
	sim := shop(seed+1, len(l.stock))
	for i := range l.stock {
		m, _ := sim.Next()
		l.stock[i] = made{event.Partition(m.Key, s.o.partitions), record(m)}
	}
	return l
}

// run sends for a time and returns when all of it is acknowledged.
func (l *loader) run(ctx context.Context, long time.Duration) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lanes := make([]chan []kafka.Record, l.partitions)
	var work sync.WaitGroup
	for partition := range lanes {
		lanes[partition] = make(chan []kafka.Record, 1000)
		work.Go(func() {
			for records := range lanes[partition] {
				l.send(ctx, partition, records)
			}
		})
	}
	began, sent := time.Now(), 0
	for tick := time.NewTicker(beat); time.Since(began) < long && ctx.Err() == nil; <-tick.C {
		due := int(l.rate * time.Since(began).Seconds())
		for partition, records := range l.take(due - sent) {
			if len(records) > 0 {
				lanes[partition] <- records
			}
		}
		sent = due
	}
	for _, lane := range lanes {
		close(lane)
	}
	work.Wait()
	l.kafka.Transport.(*kafka.Transport).CloseIdleConnections()
	if l.err == nil {
		l.err = ctx.Err()
	}
	return l.err
}

// take gives the next n events, by partition.
func (l *loader) take(n int) [][]kafka.Record {
	by := make([][]kafka.Record, l.partitions)
	n = min(n, len(l.stock))
	for _, m := range l.stock[:n] {
		m.record.Time = time.Now()
		by[m.partition] = append(by[m.partition], m.record)
	}
	l.stock = l.stock[n:]
	return by
}

func record(m event.Message) kafka.Record {
	r := kafka.Record{Key: kafka.NewBytes(m.Key), Value: kafka.NewBytes(m.Value)}
	for _, h := range m.Headers {
		r.Headers = append(r.Headers, kafka.Header{Key: h.Name, Value: bytes.Clone(h.Value)})
	}
	return r
}

func (l *loader) send(ctx context.Context, partition int, records []kafka.Record) {
	r, err := l.kafka.Produce(ctx, &kafka.ProduceRequest{
		Topic: topic, Partition: partition, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(records...),
	})
	if err == nil {
		err = r.Error
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.err = fmt.Errorf("send %d events: %w", len(records), err)
		return
	}
	l.batches = append(l.batches, batch{partition, r.BaseOffset, r.BaseOffset + int64(len(records)) - 1, time.Now()})
}

// ends is the last offset of each partition that was sent to.
func (l *loader) ends() map[int]int64 {
	ends := map[int]int64{}
	for _, b := range l.batches {
		ends[b.partition] = max(ends[b.partition], b.last)
	}
	return ends
}
