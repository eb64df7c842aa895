package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	consumer "github.com/datacustody/custody/consumers/erasure"
	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// erasureGroup is the consumer group of which one member at a time looks after cases.
const erasureGroup = "custody-erasure"

func eraseRunCommand(a *app) *cobra.Command {
	var h handling
	var monitor, cluster, group string
	c := &cobra.Command{
		Use: "run", Short: "Tell everyone who holds the data, remind, and follow every case", Args: cobra.NoArgs,
		Long: `Tell everyone who holds the data, remind, and follow every case. Run more than one
to have others stand by: the one that has the first partition of custody.events
does the work.`,
		Example: "  custody erase run --routes routes.yaml",
		RunE: func(c *cobra.Command, _ []string) error {
			kafka := a.servers.stream("erase")
			defer kafka.Close()
			routes, rules, err := h.open(kafka)
			if err != nil {
				return a.misuse(err)
			}
			log, err := a.logger(c)
			if err != nil {
				return err
			}
			listener, err := daemon.Listen(c.Context(), monitor)
			if err != nil {
				return err
			}
			registry, health, metrics := daemon.NewMetrics(daemon.ReadVersion()), new(daemon.Health), consumer.NewMetrics()
			registry.MustRegister(metrics)
			db, err := a.servers.store(roleEraser)
			if err != nil {
				return errors.Join(err, listener.Close())
			}
			defer db.Close()
			p, err := a.servers.producer("erase", false, nil)
			if err != nil {
				return errors.Join(err, listener.Close())
			}
			defer p.Close(context.WithoutCancel(c.Context())) //nolint:errcheck // whatever matters is acknowledged before
			files, err := h.docket(&a.servers, db, rules)
			if err != nil {
				return errors.Join(err, listener.Close())
			}
			o := consumer.Options{
				Log: reader{db, kafka, cluster}, Publisher: p, Routes: routesOf(routes), Docket: files,
				Answers: routes.Answers, Logger: log, Metrics: metrics,
			}
			members := kafka.Group(group, stream.EventsTopic, stream.GroupOptions{Report: func(err error) { log.Warn("consumer group", zap.Error(err)) }})
			health.Add("kafka", reachable(kafka))
			health.Add("clickhouse", db.Ping)
			health.Add("group", members.Joined)
			var parts daemon.Group
			parts.Add("http", func(ctx context.Context) error {
				return daemon.Serve(ctx, listener, daemon.Operations(health, registry))
			})
			parts.Add("erasure", func(ctx context.Context) error {
				return members.Run(ctx, func(ctx context.Context, at *stream.Partition) error {
					if at.ID != 0 {
						<-ctx.Done()
						return nil
					}
					return consumer.New(o).Run(ctx)
				})
			})
			log.Info("looking after cases", zap.Int("routes", len(routes.Names)), zap.Stringer("monitor", listener.Addr()))
			return parts.Run(c.Context())
		},
	}
	h.flags(c.Flags())
	c.Flags().StringVar(&monitor, "monitor", "127.0.0.1:9466", "`address` for /livez, /readyz and /metrics")
	c.Flags().StringVar(&cluster, "cluster", clusterDefault, "`name` of the Kafka cluster in the log")
	c.Flags().StringVar(&group, "group", erasureGroup, "consumer `group`: of all its members one does the work")
	return c
}

// routesOf is how each party is told, as the consumer takes it.
func routesOf(r *notice.Routes) map[string]consumer.Route {
	all := make(map[string]consumer.Route, len(r.Names))
	for party, name := range r.Names {
		all[party] = consumer.Route{Name: name, Channel: r.Channels[party]}
	}
	return all
}

func eraseAnswerCommand(a *app) *cobra.Command {
	l, h, said := lookup{app: a}, handling{}, erasure.Answer{}
	var evidence event.Evidence
	var status, file string
	c := &cobra.Command{
		Use: "answer [CASE PARTY]", Short: "Take down what a party says, with evidence", Args: cobra.MaximumNArgs(2),
		Long: `Take down what a party says, with evidence; or with --file what many say. An answer
in a file is a line of JSON, as parties post it (docs/erasure.md), without a
signature. One that was taken before is left out: the file can be given again.`,
		Example: "  custody erase answer case-17 sto --status executed --evidence https://files.example/letter.pdf --sha256 9f86…\n" +
			"  custody erase answer --file answers.jsonl",
		RunE: func(c *cobra.Command, args []string) error {
			if (len(args) == 2) == (file != "") || len(args) == 1 {
				return a.misuse(errors.New("want CASE and PARTY, or --file"))
			}
			if file != "" {
				return l.importAnswers(c.Context(), &h, file)
			}
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			files, _, err := l.opened(c.Context(), &h, db, args[0], event.ActionErasurePlan)
			if err != nil {
				return err
			}
			if len(files) != 1 {
				return fmt.Errorf("%d controllers have a case %s", len(files), args[0])
			}
			if said.Status = erasure.Status(status); evidence != (event.Evidence{}) {
				said.Evidence = &evidence
			}
			if said.ID == "" {
				said.ID = event.NewID()
			}
			if said.Actor, err = l.who(); err != nil {
				return err
			}
			events, err := files[0].Case.Take(args[1], said, "/custody/cli", time.Now())
			if err != nil {
				return err
			}
			p, err := a.servers.producer("erase", false, teller(a.err))
			if err != nil {
				return err
			}
			return errors.Join(p.Emit(c.Context(), events...), p.Close(context.WithoutCancel(c.Context())))
		},
	}
	h.flags(c.Flags())
	l.recordFlags(c)
	l.certificateFlags(c)
	fs := c.Flags()
	fs.StringVar(&file, "file", "", "take down the answers in this `file`, one a line, as JSON or (.csv) as CSV; - is standard input, JSON")
	fs.StringVar(&status, "status", "", "acknowledged, executed, restricted, refused or verified")
	fs.StringSliceVar(&said.Categories, "category", nil, "only of these `kinds` of data")
	fs.StringVar(&said.Method, "method", "", "how it was erased: erase, delete, anonymise")
	fs.StringVar(&said.Exemption, "exemption", "", "why it is kept: statutory-retention, backup, legal-claim …")
	fs.StringVar(&said.Until, "until", "", "last `day` of keeping")
	fs.StringVar(&said.Refusal, "refusal", "", "why it is refused: own-authorisation, legal-claim …")
	fs.StringVar(&evidence.URI, "evidence", "", "`URI` of the proof")
	fs.StringVar(&evidence.SHA256, "sha256", "", "SHA-256 of the proof, hexadecimal")
	fs.StringVar(&said.ID, "id", "", "the answer's own `id`: the same answer sent again is taken once")
	fs.StringVar(&said.Note, "note", "", "a remark, without personal values")
	return c
}
