package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/api"
	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/stream"
)

func serveCommand(a *app) *cobra.Command {
	var g gateway
	var address, answers string
	c := &cobra.Command{
		Use: "serve", Short: "Take events and look-ups over HTTP", GroupID: groupRun, Args: cobra.NoArgs,
		Long: `Take events and look-ups over HTTP. POST /v1/events answers 202 only after Kafka
has acknowledged every event; /openapi.json describes it all. Without --tokens
whoever reaches the port may do everything, so it then listens on this machine
only, unless --open says otherwise. SIGHUP reads parties and policies again.`,
		Example: "  custody serve --http 0.0.0.0:8080 --tokens /run/secrets/tokens\n" +
			"  custody token order-service --scopes emit    # makes a token",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := g.check(address); err != nil {
				return a.misuse(err)
			}
			if err := a.servers.contract.open(); err != nil {
				return err
			}
			log, err := a.logger(c)
			if err != nil {
				return err
			}
			listener, err := daemon.Listen(c.Context(), address)
			if err != nil {
				return err
			}
			registry, health := daemon.NewMetrics(daemon.ReadVersion()), new(daemon.Health)
			gate, release, err := g.handler(&a.servers, log, registry, health)
			if err != nil {
				return errors.Join(err, listener.Close())
			}
			var group daemon.Group
			group.Add("http", func(ctx context.Context) error { return daemon.Serve(ctx, listener, gate) })
			if answers != "" { // no reason not to be ready: events are taken all the same
				kafka := a.servers.stream("answers")
				defer kafka.Close()
				members := kafka.Group(answersGroup, answers, stream.GroupOptions{Report: func(err error) { log.Warn("consumer group", zap.Error(err)) }})
				group.Add("answers", func(ctx context.Context) error { return members.Run(ctx, gate.AnswersFrom) })
			}
			group.Add("catalog", a.servers.contract.hangups(log))
			log.Info("serving", zap.Stringer("http", listener.Addr()), zap.Bool("tokens", g.tokens != ""))
			return errors.Join(group.Run(c.Context()), release())
		},
	}
	g.flags(c.Flags())
	c.Flags().StringVar(&address, "http", "127.0.0.1:8080", "`address` to listen on")
	c.Flags().StringVar(&answers, "answers-topic", "", "take the answers of parties from this Kafka `topic`, too: custody.answers")
	return c
}

// answersGroup is the consumer group of all who take answers from a topic.
const answersGroup = "custody-answers"

// A Gateway is how events and look-ups come in over HTTP.
type gateway struct {
	tokens, controller, cluster string
	open                        bool
	handling                    handling
}

func (g *gateway) flags(fs *pflag.FlagSet) {
	fs.StringVar(&g.tokens, "tokens", "", "let in only the API tokens in this `file`")
	fs.BoolVar(&g.open, "open", false, "let everyone in who reaches the port")
	fs.StringVar(&g.cluster, "cluster", clusterDefault, "`name` of the Kafka cluster in the log")
	g.handling.flags(fs)
	fs.StringVar(&g.controller, "controller", controllerDefault, "`party` that looks persons up, for the record")
}

// check keeps a gateway that lets everyone in from being opened by mistake.
func (g *gateway) check(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--http: %w", err)
	}
	ip := net.ParseIP(host)
	if local := host == "localhost" || ip != nil && ip.IsLoopback(); !local && g.tokens == "" && !g.open {
		return fmt.Errorf("--http %s can be reached from other machines: give --tokens, or --open to let everyone in", address)
	}
	return nil
}

// handler wires the gateway: HTTP to Kafka, and look-ups to the log.
func (g *gateway) handler(s *servers, log *zap.Logger, registry *prometheus.Registry, health *daemon.Health) (*api.API, func() error, error) {
	o := api.Options{
		Check: s.contract.options, Rules: s.contract.court, Controller: g.controller,
		Operations: daemon.Operations(health, registry), Metrics: registry, Log: log,
	}
	if g.tokens != "" {
		tokens, err := api.LoadTokens(g.tokens)
		if err != nil {
			return nil, nil, fmt.Errorf("read tokens: %w", err)
		}
		o.Tokens = tokens
	}
	routes, rules, err := g.handling.open(nopTopics{})
	if err != nil {
		return nil, nil, err
	}
	p, err := s.producer("serve", true, nil) // the gateway has checked them
	if err != nil {
		return nil, nil, err
	}
	db, err := s.store(roleAuditor)
	if err != nil {
		return nil, nil, err
	}
	kafka := s.stream("serve")
	health.Add("kafka", reachable(kafka)) // without ClickHouse events are taken all the same; look-ups say so themselves
	o.Findings, o.Declared, o.Cases, o.Routes = db, db, db, routes
	if o.Docket, err = g.handling.docket(s, db, rules); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	o.Publisher, o.Lineage = p, reader{db, kafka, cmp.Or(g.cluster, clusterDefault)}
	return api.New(o), func() error {
		kafka.Close()
		return errors.Join(p.Close(context.Background()), db.Close())
	}, nil
}
