package main

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/datacustody/custody/consumers/lineage"
	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
)

func consumeCommand(a *app) *cobra.Command {
	var w writing
	var monitor string
	c := &cobra.Command{
		Use: "consume", Short: "Write the log: one row for every Kafka record", GroupID: groupRun, Args: cobra.NoArgs,
		Long: `Write the log: read custody.events, judge every record, and keep exactly one row
of it in ClickHouse, whatever crashes. Run as many as there are partitions, or
fewer; they share the work. SIGTERM ends it cleanly; a second one at once. SIGHUP
reads parties and policies again.`,
		Example: "  custody consume --kafka kafka-1:9092 --clickhouse ch-1:9000 --clickhouse-password-file /run/secrets/writer\n" +
			"  curl http://127.0.0.1:9464/readyz    # what it waits for",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := w.check(); err != nil {
				return a.misuse(err)
			}
			contract := &a.servers.contract
			if err := contract.open(); err != nil {
				return err
			}
			log, err := a.logger(c)
			if err != nil {
				return err
			}
			daemon.SaveMemory()
			listener, err := daemon.Listen(c.Context(), monitor)
			if err != nil {
				return err
			}
			registry, health := daemon.NewMetrics(daemon.ReadVersion()), new(daemon.Health)
			db, err := store.OpenLog(a.servers.storeConfig(roleWriter))
			if err != nil {
				return errors.Join(err, listener.Close())
			}
			defer db.Close()
			kafka := a.servers.stream("consume")
			defer kafka.Close()
			health.Add("kafka", reachable(kafka))
			health.Add("clickhouse", func(ctx context.Context) error { _, err := db.Clock(ctx); return err })

			var group daemon.Group
			group.Add("http", func(ctx context.Context) error {
				return daemon.Serve(ctx, listener, daemon.Operations(health, registry))
			})
			group.Add("lineage", w.consumer(db, kafka, contract, log, registry, health))
			group.Add("catalog", contract.hangups(log))
			log.Info("consuming", zap.String("kafka", kafka.String()), zap.Stringer("monitor", listener.Addr()))
			return group.Run(c.Context())
		},
	}
	w.flags(c.Flags())
	c.Flags().StringVar(&monitor, "monitor", "127.0.0.1:9464", "`address` for /livez, /readyz and /metrics")
	return c
}

// Writing is how the log is written.
type writing struct {
	cluster, group      string
	rows, bytes, window int
	age                 time.Duration
}

// clusterDefault is the Kafka cluster's name, where nobody says which.
const clusterDefault = "kafka"

func (w *writing) flags(fs *pflag.FlagSet) {
	fs.StringVar(&w.cluster, "cluster", clusterDefault, "`name` of the Kafka cluster in the log; never change it")
	fs.StringVar(&w.group, "group", stream.LineageGroup, "consumer `group`; all who write one log share it: two groups would write each record twice")
	fs.IntVar(&w.rows, "batch-rows", 65_536, "rows after which a batch is stored")
	fs.IntVar(&w.bytes, "batch-bytes", 32<<20, "bytes after which a batch is stored")
	fs.DurationVar(&w.age, "batch-age", 600*time.Millisecond, "what an event waits for others at the most before its batch is stored")
	fs.IntVar(&w.window, "window", 24_576, "events of each partition in which repeats are found without asking ClickHouse; twice that is held")
}

// check keeps batches to what is one block, and so one part (1,048,449 rows).
func (w *writing) check() error {
	if w.rows < 1 || w.rows > 1_000_000 || w.bytes < 1 || w.age <= 0 || w.window < 1 {
		return errors.New("--batch-rows is from 1 to 1000000; --batch-bytes, --batch-age and --window are more than 0")
	}
	return nil
}

// defaultWriting is how the log is written where no flag says otherwise.
func defaultWriting() (w writing) {
	w.flags(pflag.NewFlagSet("", pflag.ContinueOnError))
	return w
}

// smallWriting is for a machine that has other things to do: it takes a third of
// the memory, and is half as fast when there is much to write.
func smallWriting() writing {
	w := defaultWriting()
	w.rows, w.bytes, w.window = 8192, 4<<20, 16_384
	return w
}

// consumer wires the writer of the log: Kafka's partitions to ClickHouse's table.
func (w *writing) consumer(db *store.Log, kafka *stream.Client, contract *contract, log *zap.Logger,
	registry *prometheus.Registry, health *daemon.Health) func(context.Context) error {
	metrics := lineage.NewMetrics()
	registry.MustRegister(metrics)
	writer := lineage.New(lineage.Options{
		Store: db, Letters: kafka.DeadLetters(stream.DeadLetterTopic), Cluster: w.cluster,
		Log: log, Metrics: metrics, Event: contract.options, Rules: contract.court, NotStored: store.NotStored,
		MaxRows: w.rows, MaxBytes: w.bytes, MaxAge: w.age, Window: w.window,
	})
	group := kafka.Group(w.group, stream.EventsTopic, stream.GroupOptions{
		Report: func(err error) { log.Warn("consumer group", zap.Error(err)) },
	})
	health.Add("group", group.Joined)
	health.Add("lineage", writer.Ready)
	return func(ctx context.Context) error { return group.Run(ctx, writer.Serve) }
}

// reachable checks that Kafka answers and has our topic.
func reachable(kafka *stream.Client) daemon.Check {
	return func(ctx context.Context) error {
		_, err := kafka.Ranges(ctx, stream.EventsTopic)
		return err
	}
}

// logger is the log of a service; it opens with the settings, secrets masked.
func (a *app) logger(c *cobra.Command) (*zap.Logger, error) {
	log, err := a.log.New(a.err)
	if err != nil {
		return nil, a.misuse(err)
	}
	log.Info(c.CommandPath(), zap.Stringer("version", daemon.ReadVersion()), zap.Strings("settings", daemon.Dump(c.Flags())))
	return log, nil
}
