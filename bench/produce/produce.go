package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// A row is the runs of one contestant under one load.
type row struct {
	name string
	load load
	runs []result
}

// A table is what was measured on one Kafka.
type table struct {
	kafka   string
	sdks    []row
	gateway []row
}

func produce(ctx context.Context, o settings) error {
	events, err := newPool(poolSize)
	if err != nil {
		return err
	}
	r := report{settings: o, began: time.Now(), size: events.size()}
	if r.alone, err = benchmarkGateway(ctx); err != nil {
		return err
	}
	for _, kind := range kinds(o.kafka) {
		t, err := measureOn(ctx, o, kind)
		if err != nil {
			return fmt.Errorf("on the %s Kafka: %w", kind, err)
		}
		r.tables = append(r.tables, t)
		if err := r.save(o.out); err != nil { // what comes after may take long, or fail
			return err
		}
	}
	fmt.Println("written:", o.out)
	return nil
}

func (r report) save(file string) error {
	var b bytes.Buffer
	r.write(&b)
	return os.WriteFile(file, b.Bytes(), 0o644)
}

func kinds(which string) []string {
	if which == "both" {
		return []string{"real", "embedded"}
	}
	return []string{which}
}

// measureOn runs everybody on one Kafka. Runs are interleaved: what the machine
// does beside them hits all contestants alike.
func measureOn(ctx context.Context, o settings, kind string) (t table, err error) {
	b, err := startBroker(ctx, kind)
	if err != nil {
		return t, err
	}
	defer b.close()
	t.kafka = b.name
	for _, l := range loads {
		for _, c := range contestants {
			t.sdks = append(t.sdks, row{name: c.name, load: l})
		}
	}
	for run := range o.runs {
		for i := range t.sdks {
			r := &t.sdks[i]
			got, err := runContestant(ctx, o, b, i%len(contestants), r.load, fmt.Sprintf("produce-%d-%d", run, i))
			if err != nil {
				return t, fmt.Errorf("%s, %d events a call: %w", r.name, r.load.Size, err)
			}
			r.runs = append(r.runs, got)
			fmt.Fprintf(os.Stderr, "%s, run %d: %-24s %5d a call %9.0f events/s %6.2f µs CPU\n", b.name, run+1, r.name, r.load.Size, got.perSecond(), got.micros())
		}
	}
	t.gateway, err = measureGateway(ctx, o, b)
	return t, err
}

// runContestant is one run, in a process and on a topic of its own.
func runContestant(ctx context.Context, o settings, b broker, who int, l load, topic string) (r result, err error) {
	remove, err := b.topic(ctx, topic, o.partitions)
	if err != nil {
		return r, err
	}
	defer remove()
	text, err := json.Marshal(orders{Place: place{Brokers: b.addrs, Topic: topic, Compression: o.compression}, Contestant: who, Load: l, Duration: o.duration})
	if err != nil {
		return r, err
	}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), ordersVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(out, &r)
}
