// Command example is a small order service that tells Custody what it does with
// personal data. Its law: an order and the events of it are committed together.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/outbox"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "example:", err)
		os.Exit(1)
	}
}

type settings struct{ database, kafka, topic, keys, listen string }

func parse(args []string) (s settings, err error) {
	f := flag.NewFlagSet("example", flag.ContinueOnError)
	f.StringVar(&s.database, "database", "postgres://postgres@127.0.0.1/postgres", "`address` of the PostgreSQL of the service")
	f.StringVar(&s.kafka, "kafka", "127.0.0.1:9092", "Kafka `brokers`, host:port, separated by commas")
	f.StringVar(&s.topic, "topic", producer.Topic, "Kafka `topic` of the events")
	f.StringVar(&s.keys, "key-file", "pseudonyms.keys", "`file` of the pseudonym keys: see docs/pseudonyms.md")
	f.StringVar(&s.listen, "listen", "127.0.0.1:8090", "`address` of the HTTP server")
	return s, f.Parse(args)
}

// run is the program.
func run(ctx context.Context, args []string) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	pseudonyms, err := producer.LoadPseudonyms(s.keys)
	if err != nil {
		return err
	}
	db, err := sql.Open("pgx", s.database)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing hangs on it
	box, err := outbox.New(outbox.Postgres, outbox.Options{})
	if err != nil {
		return err
	}
	p, err := producer.New(strings.Split(s.kafka, ","), producer.Options{Topic: s.topic})
	if err != nil {
		return err
	}
	defer p.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the relay has ended
	shop := &shop{db: db, box: box, pseudonyms: pseudonyms}
	if err := shop.migrate(ctx); err != nil {
		return err
	}
	relay := &outbox.Relay{
		Box: box, DB: db, Emitter: p,
		OnError: func(err error) { fmt.Fprintln(os.Stderr, "outbox:", err) },
	}
	return serve(ctx, s.listen, shop.routes(relay), relay)
}

// serve runs the relay and the HTTP server until ctx ends, or one of them does.
func serve(ctx context.Context, address string, h http.Handler, relay *outbox.Relay) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("orders are taken at http://%s/orders\n", l.Addr())
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served, relayed := make(chan error, 1), make(chan error, 1)
	go func() { served <- server.Serve(l); cancel() }()
	go func() { relayed <- relay.Run(ctx); cancel() }()
	<-ctx.Done()
	err = server.Shutdown(context.WithoutCancel(ctx)) // when the orders under way are placed
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return errors.Join(err, <-relayed)
}
