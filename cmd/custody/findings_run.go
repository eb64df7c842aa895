package main

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"go.uber.org/zap"

	history "github.com/datacustody/custody/consumers/findings"
	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

func findingsRunCommand(a *app) *cobra.Command {
	var every time.Duration
	var monitor string
	c := &cobra.Command{
		Use: "run", Short: "Keep the findings: judge the log by the rules that need history", Args: cobra.NoArgs,
		Long: `Keep the findings: follow the log, judge it by the rules that need history, and
keep what is found in custody.findings, in ClickHouse and in Kafka, exactly as the
log has it, whatever crashes. Of several one works, the others stand by. SIGTERM
ends it cleanly; the next one then need not wait for what may be under way.
SIGHUP reads parties and policies again, and everybody is judged by them.`,
		Example: "  custody findings run --clickhouse ch-1:9000 --clickhouse-password-file /run/secrets/writer\n" +
			"  curl http://127.0.0.1:9465/readyz",
		RunE: func(c *cobra.Command, _ []string) error {
			log, err := a.logger(c)
			if err != nil {
				return err
			}
			if err := a.servers.contract.open(); err != nil {
				return err
			}
			listener, err := daemon.Listen(c.Context(), monitor)
			if err != nil {
				return err
			}
			registry, health := daemon.NewMetrics(daemon.ReadVersion()), new(daemon.Health)
			run, release, err := a.servers.findings(every, log, registry, health)
			if err != nil {
				return errors.Join(err, listener.Close())
			}
			var group daemon.Group
			group.Add("http", func(ctx context.Context) error {
				return daemon.Serve(ctx, listener, daemon.Operations(health, registry))
			})
			group.Add("findings", run)
			group.Add("catalog", a.servers.contract.hangups(log))
			log.Info("keeping the findings", zap.Stringer("monitor", listener.Addr()))
			return errors.Join(group.Run(c.Context()), release())
		},
	}
	c.Flags().DurationVar(&every, "every", findingsEvery, "how often to look for new rows of the log")
	c.Flags().StringVar(&monitor, "monitor", "127.0.0.1:9465", "`address` for /livez, /readyz and /metrics")
	return c
}

// findingsEvery is how often new rows are looked for, where nobody says otherwise.
const findingsEvery = 2 * time.Second

// findings wires the consumer of findings: the log's rows to findings, in
// ClickHouse and Kafka. The contract must be open.
func (s *servers) findings(every time.Duration, log *zap.Logger, registry *prometheus.Registry, health *daemon.Health) (run func(context.Context) error, release func() error, err error) {
	db, err := s.store(roleWriter)
	if err != nil {
		return nil, nil, err
	}
	kafka := s.stream("findings")
	metrics := history.NewMetrics()
	registry.MustRegister(metrics)
	runner := history.New(history.Options{
		Lead:   func(ctx context.Context) (history.Lead, error) { return db.Lead(ctx, store.LeadLease) },
		Record: db, Judge: s.contract.judge(db), Topic: kafka.Publisher(stream.FindingsTopic),
		Log: log, Metrics: metrics, Every: every,
	})
	health.Add("findings", runner.Ready)
	return runner.Run, func() error { kafka.Close(); return db.Close() }, nil
}

// judge judges by the catalogue as it is now, and notes first what that declares.
func (k *contract) judge(db *store.DB) func(context.Context) (history.Judge, error) {
	var by *catalog.Catalog
	var judge *store.Judge
	return func(ctx context.Context) (history.Judge, error) {
		if c := k.court.Catalog(); c != by {
			if err := db.Declare(ctx, c); err != nil {
				return nil, err
			}
			by, judge = c, db.Judge(judging(c))
		}
		return judge, nil
	}
}

// judging is what the catalogue says of history.
func judging(c *catalog.Catalog) store.Judging {
	j := store.Judging{Superseded: history.Superseded(c), Zones: history.Zones(c), Days: history.Days(c), Rules: map[string]store.RuleFacts{}, Digest: c.Digest()}
	for _, r := range rules.All() {
		j.Rules[r.ID] = store.RuleFacts{Severity: r.Severity.String(), Article: r.Article}
	}
	for _, r := range history.Rules() {
		j.Rules[r.ID] = store.RuleFacts{Severity: r.Severity, Article: r.Article}
	}
	return j
}
