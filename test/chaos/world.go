package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/datacustody/custody/internal/stream"
)

// A world is all that the campaign breaks.
type world struct {
	settings
	dir        string
	server     *server
	brokers    brokers
	network    []*proxy // to each broker
	kafka      *stream.Client
	consumers  []*consumer
	producers  []*process
	journals   []*producerOrders
	spare      *consumer  // joins now and then
	brokerLife sync.Mutex // held by the fault that decides over a broker's life
	traps      sync.Mutex // held while a trap is armed

	topic, letters, group string
}

// A consumer is a process with a network of its own to ClickHouse.
type consumer struct {
	*process
	network *proxy
	life    sync.Mutex // held by the fault that decides over its life
}

func newWorld(ctx context.Context, o settings) (w *world, err error) {
	w = &world{settings: o, topic: "events", letters: "letters", group: "lineage"}
	if w.dir, err = os.MkdirTemp("", "custody-chaos-"); err != nil {
		return nil, err
	}
	if err = w.build(ctx); err != nil {
		w.close()
		return nil, fmt.Errorf("%w; logs are in %s", err, w.dir)
	}
	return w, nil
}

func (w *world) build(ctx context.Context) (err error) {
	if w.server, err = startServer(ctx, filepath.Join(w.dir, "clickhouse")); err != nil {
		return err
	}
	if err := w.startKafka(ctx); err != nil {
		return err
	}
	w.kafka = stream.New(stream.Config{Brokers: w.brokers.Addrs()})
	for topic, n := range map[string]int{w.topic: w.partitions, w.letters: 1} {
		if _, err := w.kafka.EnsureTopic(ctx, stream.Topic{Name: topic, Partitions: n, Replication: w.brokers.Replication()}); err != nil {
			return err
		}
	}
	if err := w.kafka.InitGroup(ctx, w.group, w.topic); err != nil {
		return err
	}
	if err := w.hire(); err != nil {
		return err
	}
	return w.startProducers()
}

// advertise puts a proxy before each broker.
func (w *world) advertise(_ int, addr string) string {
	p, err := newProxy(func() string { return addr }, func() tap { return new(commit) })
	if err != nil {
		return addr // no network of its own: no fault can hit it
	}
	w.network = append(w.network, p)
	return p.addr()
}

func (w *world) startKafka(ctx context.Context) (err error) {
	if w.settings.kafka == "real" {
		w.brokers, err = startApache(ctx, w.version, filepath.Join(w.dir, "kafka"), w.advertise)
		return err
	}
	w.brokers, err = startEmbedded(w.dir, w.advertise)
	return err
}

// hire starts the consumers; the spare one is left for later.
func (w *world) hire() (err error) {
	for i := range w.settings.consumers {
		c, err := w.consumer(fmt.Sprintf("consumer-%d", i+1))
		if err != nil {
			return err
		}
		w.consumers = append(w.consumers, c)
		if err := c.start(); err != nil {
			return err
		}
	}
	w.spare, err = w.consumer("consumer-spare")
	return err
}

func (w *world) consumer(name string) (*consumer, error) {
	p, err := newProxy(w.server.addr, func() tap { return new(insert) })
	if err != nil {
		return nil, err
	}
	o := &consumerOrders{
		Name: name, Brokers: w.brokers.Addrs(), Topic: w.topic, Letters: w.letters, Group: w.group,
		ClickHouse: p.addr(), Password: w.server.now.Load().Passwords()["writer"], ClockStep: w.clockFile(),
		Rebalance: rebalance, Drain: drain,
	}
	if w.settings.kafka == "embedded" {
		o.Rebalance, o.Drain = embeddedRebalance, embeddedDrain
	}
	return &consumer{network: p, process: newProcess(w.dir, name, orders{Consumer: o})}, nil
}

func (w *world) clockFile() string { return filepath.Join(w.dir, "clock") }

func (w *world) startProducers() error {
	today := time.Now().UTC().Truncate(24 * time.Hour)
	for i := range w.settings.producers {
		o := &producerOrders{
			Brokers: w.brokers.Addrs(), Topic: w.topic, Seed: w.seed*1000 + uint64(i), Start: today.AddDate(0, 0, -1),
			Rate: max(1, w.rate/w.settings.producers), Journal: filepath.Join(w.dir, fmt.Sprintf("producer-%d.journal", i+1)),
		}
		p := newProcess(w.dir, fmt.Sprintf("producer-%d", i+1), orders{Producer: o})
		w.producers, w.journals = append(w.producers, p), append(w.journals, o)
		if err := p.start(); err != nil {
			return err
		}
	}
	return nil
}

// standing wants every process there when no fault is at work: none may end by itself.
func (w *world) standing() error {
	ps := slices.Clone(w.producers)
	for _, c := range w.consumers {
		ps = append(ps, c.process)
	}
	for _, p := range ps {
		if !p.runs() {
			return fmt.Errorf("%s ended by itself; its log is %s", p.name, p.log)
		}
	}
	return nil
}

// finish lets the producers end what they have begun.
func (w *world) finish() error {
	for _, p := range w.producers {
		if !p.end(30 * time.Second) {
			return fmt.Errorf("%s does not end; its log is %s", p.name, p.log)
		}
	}
	return nil
}

// rows is how many the log has.
func (w *world) rows(ctx context.Context) (n int64, err error) {
	text, err := w.server.text(ctx, "auditor", "SELECT count() FROM custody.log")
	if err == nil {
		_, err = fmt.Sscan(text, &n)
	}
	return n, err
}

// records is how many the topic has.
func (w *world) records(ctx context.Context) (n int64, err error) {
	ranges, err := w.kafka.Ranges(ctx, w.topic)
	for _, r := range ranges {
		n += r.End - r.First
	}
	return n, err
}

// surplus is how many rows there are beyond one for each seq.
func (w *world) surplus(ctx context.Context) (n int64, err error) {
	text, err := w.server.text(ctx, "auditor", `SELECT toInt64(sum(greatest(toInt64(rows) - toInt64(high - low + 1), 0))) FROM
		(SELECT count() AS rows, min(seq) AS low, max(seq) AS high FROM custody.log GROUP BY kafka_partition)`)
	if err == nil {
		_, err = fmt.Sscan(text, &n)
	}
	return n, err
}

// whole waits until the log has all of Kafka's records, as long as it grows, and
// then for a while: what would come too often may still come.
func (w *world) whole(ctx context.Context) error {
	var before int64
	var last error
	for grew := time.Now(); time.Since(grew) < 3*time.Minute && ctx.Err() == nil; sleep(ctx, 200*ms) {
		records, err := w.records(ctx)
		rows, failed := w.rows(ctx)
		switch last = errors.Join(err, failed); {
		case last != nil:
		case rows >= records:
			sleep(ctx, lease+margin+2*time.Second)
			return ctx.Err()
		case rows != before:
			before, grew = rows, time.Now()
		}
	}
	return errors.Join(fmt.Errorf("the log has %d rows, not all of Kafka's records, and there it stays", before), last, ctx.Err())
}

// close ends all of it, whatever it is doing.
func (w *world) close() {
	for _, p := range w.producers {
		p.kill()
	}
	for _, c := range append(w.consumers, w.spare) {
		if c != nil {
			c.kill()
			c.network.close()
		}
	}
	if w.kafka != nil {
		w.kafka.Close()
	}
	for _, p := range w.network {
		p.close()
	}
	if w.brokers != nil {
		_ = w.brokers.Close()
	}
	if w.server != nil {
		w.server.close()
	}
}
