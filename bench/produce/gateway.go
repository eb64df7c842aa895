package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/datacustody/custody/producer"
)

// gatewayLoads are events a request, and connections.
var gatewayLoads = []load{{1, 64}, {100, 16}}

// measureGateway asks `custody serve`, as it is shipped, over loopback. This
// process is the client: its CPU is not counted, but shares the machine.
func measureGateway(ctx context.Context, o settings, b broker) (rows []row, err error) {
	events, err := newPool(poolSize)
	if err != nil {
		return nil, err
	}
	for _, l := range gatewayLoads {
		rows = append(rows, row{name: "custody serve", load: l})
	}
	for run := range o.runs {
		for i := range rows {
			r, err := runGateway(ctx, o, b, rows[i].load, events)
			if err != nil {
				return nil, fmt.Errorf("gateway, %d events a request: %w", rows[i].load.Size, err)
			}
			rows[i].runs = append(rows[i].runs, r)
			fmt.Fprintf(os.Stderr, "%s, run %d: %-24s %5d a request %9.0f events/s %6.2f µs CPU\n", b.name, run+1, "custody serve", rows[i].load.Size, r.perSecond(), r.micros())
		}
	}
	return rows, nil
}

// runGateway is one run on a gateway and a topic of its own.
func runGateway(ctx context.Context, o settings, b broker, l load, events *pool) (r result, err error) {
	remove, err := b.topic(ctx, producer.Topic, o.partitions)
	if err != nil {
		return r, err
	}
	defer remove()
	address, err := freeAddress(ctx)
	if err != nil {
		return r, err
	}
	// No ClickHouse is needed to take events: only look-ups ask for it.
	cmd := exec.CommandContext(ctx, o.custody, "serve", "--http", address, "--kafka", strings.Join(b.addrs, ","))
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		return r, err
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if ended := cmd.Wait(); ended != nil && err == nil {
			err = fmt.Errorf("custody serve: %w: %s", ended, &log)
		}
	}()
	g := gateway{url: "http://" + address, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: l.Callers}}}
	defer g.client.CloseIdleConnections()
	if err := g.ready(ctx); err != nil {
		return r, fmt.Errorf("%w: %s", err, &log)
	}
	bodies, contentType := requests(events, l.Size)
	return measure(ctx, l.Callers, o.duration, func(ctx context.Context, call int) (int, error) {
		return l.Size, g.post(ctx, contentType, bodies[call%len(bodies)])
	}, func() (float64, error) { return g.cpu(ctx) })
}

// requests are the bodies, made beforehand.
func requests(events *pool, size int) (bodies [][]byte, contentType string) {
	if size == 1 {
		for _, m := range events.messages {
			bodies = append(bodies, m.Value)
		}
		return bodies, "application/cloudevents+json"
	}
	for i := 0; i+size <= len(events.messages); i += size {
		body := []byte{'['}
		for _, m := range events.messages[i : i+size] {
			body = append(append(body, m.Value...), ',')
		}
		body[len(body)-1] = ']'
		bodies = append(bodies, body)
	}
	return bodies, "application/cloudevents-batch+json"
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// A gateway is a `custody serve` that runs.
type gateway struct {
	url    string
	client *http.Client
}

func (g gateway) post(ctx context.Context, contentType string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url+"/v1/events", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", contentType)
	res, err := g.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusAccepted {
		err = fmt.Errorf("answer %d: %.300s", res.StatusCode, text)
	}
	return err
}

func (g gateway) get(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, g.url+path, nil)
	if err != nil {
		return nil, err
	}
	return g.client.Do(r)
}

func (g gateway) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		res, err := g.get(ctx, "/readyz")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		if pause(ctx, 20*time.Millisecond); ctx.Err() != nil {
			return errors.Join(errors.New("custody serve does not become ready"), err)
		}
	}
}

// cpu is what the gateway says it has used.
func (g gateway) cpu(ctx context.Context) (float64, error) {
	res, err := g.get(ctx, "/metrics")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if v, ok := strings.CutPrefix(lines.Text(), "process_cpu_seconds_total "); ok {
			return strconv.ParseFloat(v, 64)
		}
	}
	return 0, errors.Join(errors.New("custody serve tells nothing of its CPU"), lines.Err())
}

// benchmarkGateway is what the gateway's own benchmark says: no network, no broker.
func benchmarkGateway(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "Gateway", "-benchmem", "./internal/api")
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("run BenchmarkGateway: %w\n%s", err, out)
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Benchmark") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, ""), nil
}
