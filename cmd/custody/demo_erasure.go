package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	consumer "github.com/datacustody/custody/consumers/erasure"
	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/store"
)

// demoCase is the case that the demo opens.
const demoCase = "demo-case"

// erase has one person's data erased by everyone who has it, and shows the case.
// The parties are simulated; notices and answers go over HTTP and are signed.
func (d *demo) erase(ctx context.Context, db *store.DB, subject string) error {
	controller, _, _ := strings.Cut(subject, ":")
	fmt.Fprintf(d.out, "\nThe same person asks to be forgotten: custody erase request %s --for %s\n", subject, controller)
	began := time.Now()
	p, err := d.house.servers.producer("demo", false, nil)
	if err != nil {
		return err
	}
	q := asking{controller: controller, ground: "account-closure", id: demoCase}
	if err := errors.Join(p.Emit(ctx, q.event(subject)), p.Close(context.WithoutCancel(ctx))); err != nil {
		return err
	}
	desk := &demoDesk{reader: reader{DB: db, kafka: d.house.servers.stream("demo"), cluster: clusterDefault}}
	defer desk.kafka.Close()
	first, err := desk.open(ctx, docket.Docket{Log: db, Persons: db})
	if err != nil {
		return err
	}
	files, stop, err := d.deliver(ctx, desk, first)
	if err != nil {
		return err
	}
	file, err := desk.settled(ctx, files)
	if err = errors.Join(err, stop()); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "%d parties told and heard within %.1f s: custody erase show %s\n", len(file.Case.Parties), time.Since(began).Seconds(), demoCase)
	return printAll(d.out, "table", file.Case.Parties, partyColumns())
}

// A demoDesk looks after one case, and leaves the day's others alone.
type demoDesk struct{ reader }

// Requests is the one request, again and again: so its case is looked at each round.
func (d *demoDesk) Requests(ctx context.Context, k, _ ledger.Known) ([]lineage.Act, error) {
	return d.Case(ctx, k, demoCase)
}

// Touched is nobody, as the case is looked at anyway.
func (d *demoDesk) Touched(context.Context, ledger.Known, ledger.Known) ([]string, error) {
	return nil, nil
}

// open opens the case as of now.
func (d *demoDesk) open(ctx context.Context, files docket.Docket) (docket.File, error) {
	await, err := d.Ask(ctx)
	if err != nil {
		return docket.File{}, err
	}
	certificate, err := await(ctx, 30*time.Second)
	if err != nil {
		return docket.File{}, err
	}
	requests, err := d.Case(ctx, certificate.Known(), demoCase)
	if err != nil || len(requests) != 1 {
		return docket.File{}, errors.Join(err, fmt.Errorf("the log has %d requests of %s, want one", len(requests), demoCase))
	}
	opened, err := files.Open(ctx, certificate.Known(), time.Now(), requests...)
	if err != nil {
		return docket.File{}, err
	}
	return opened[0], nil
}

// settled waits until every party has answered for all that it was to erase.
func (d *demoDesk) settled(ctx context.Context, files docket.Docket) (docket.File, error) {
	for end := time.Now().Add(time.Minute); ; {
		file, err := d.open(ctx, files)
		at := slices.IndexFunc(file.Case.Parties, func(p erasure.Party) bool { return p.Open() || p.Notified.IsZero() && len(p.Choices) > 0 && !gone(&p) })
		switch {
		case err != nil || at < 0:
			return file, err
		case time.Now().After(end):
			return file, fmt.Errorf("%s was not told or has not answered within a minute", file.Case.Parties[at].Party)
		}
		select {
		case <-ctx.Done():
			return file, context.Cause(ctx)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// gone says that a party had nothing left to erase.
func gone(p *erasure.Party) bool {
	return !slices.ContainsFunc(p.Categories, func(g erasure.Category) bool { return g.State != erasure.Gone })
}

// deliver runs, beside the writer of the log, what tells the parties, the parties,
// and the gateway that they answer to; stop ends them.
func (d *demo) deliver(parent context.Context, desk *demoDesk, file docket.File) (files docket.Docket, stop func() error, err error) {
	answers, err := daemon.Listen(parent, "127.0.0.1:0")
	if err != nil {
		return files, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, answers.Close())
		}
	}()
	notices, err := daemon.Listen(parent, "127.0.0.1:0")
	if err != nil {
		return files, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, notices.Close())
		}
	}()
	h, err := d.routes(file, answers.Addr(), notices.Addr())
	if err != nil {
		return files, nil, err
	}
	routes, rules, err := h.open(nopTopics{})
	if err != nil {
		return files, nil, err
	}
	if files, err = h.docket(&d.house.servers, desk.DB, rules); err != nil {
		return files, nil, err
	}
	log, err := (&daemon.Log{Level: "error", Format: "console"}).New(d.progress)
	if err != nil {
		return files, nil, err
	}
	handler, release, err := (&gateway{handling: h}).handler(&d.house.servers, log, prometheus.NewRegistry(), new(daemon.Health))
	if err != nil {
		return files, nil, err
	}
	p, err := d.house.servers.producer("erase", false, nil)
	if err != nil {
		return files, nil, errors.Join(err, release())
	}
	o := consumer.Options{Log: desk, Publisher: p, Routes: routesOf(routes), Docket: files, Answers: routes.Answers, Every: time.Second, Logger: log}
	ctx, end := context.WithCancel(parent)
	inbox, wait := (&partners{routes: routes, log: log}).inbox(ctx)
	var parts daemon.Group
	parts.Add("answers", func(ctx context.Context) error { return daemon.Serve(ctx, answers, handler) })
	parts.Add("notices", func(ctx context.Context) error { return daemon.Serve(ctx, notices, inbox) })
	parts.Add("erasure", consumer.New(o).Run)
	ended := make(chan error, 1)
	go func() { ended <- parts.Run(ctx) }()
	return files, func() error {
		end()
		wait()
		return errors.Join(<-ended, p.Close(context.WithoutCancel(parent)), release())
	}, nil
}

// routes writes down how each party is told, and what it signs its answers with.
func (d *demo) routes(file docket.File, answers, notices net.Addr) (h handling, err error) {
	dir := filepath.Join(d.plot.dir, "erasure")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return h, err
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return h, err
	}
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return h, err
	}
	secrets := map[string][]byte{"erasure.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text})}
	routes := "key: erasure.pem\nanswers: http://" + answers.String() + "/v1/erasures\nparties:\n"
	for _, p := range file.Case.Parties {
		var token [20]byte
		_, _ = rand.Read(token[:]) // never fails
		secrets[p.Party+".token"] = []byte(hex.EncodeToString(token[:]))
		routes += fmt.Sprintf("  %s: {channel: webhook, url: \"http://%s/\", token-file: %s.token}\n", p.Party, notices, p.Party)
	}
	secrets["routes.yaml"] = []byte(routes)
	for name, secret := range secrets {
		if err := os.WriteFile(filepath.Join(dir, name), secret, 0o600); err != nil {
			return h, err
		}
	}
	return handling{routes: filepath.Join(dir, "routes.yaml"), zone: zoneDefault}, nil
}
