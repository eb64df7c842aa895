package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/embedded"
)

func devCommand(a *app) *cobra.Command {
	var p plot
	var port int
	c := &cobra.Command{
		Use: "dev", Short: "Run all of Custody on this machine until Ctrl-C", GroupID: groupTry, Args: cobra.NoArgs,
		Long: `Run all of Custody on this machine: Kafka, ClickHouse, the writer of the log,
the consumer of findings and the HTTP gateway. Everything listens on 127.0.0.1 only. The data stays in --dir:
started again, every event is there. Ctrl-C ends it cleanly. With --kafka or
--clickhouse a server of yours takes the place of the one started here.`,
		Example: "  custody dev\n  custody dev --dir /var/lib/custody-dev --http-port 8081",
		RunE: func(c *cobra.Command, _ []string) error {
			if a.log.Format == "json" && !c.Flags().Changed("log-format") {
				a.log.Format = "console"
			}
			if err := a.servers.contract.open(); err != nil {
				return err
			}
			p.servers = a.servers
			return a.dev(c.Context(), p, port)
		},
	}
	fs := c.Flags()
	fs.StringVar(&p.dir, "dir", "./custody-data", "`directory` of all data")
	fs.IntVar(&p.kafkaPort, "kafka-port", 9092, "port of Kafka")
	fs.IntVar(&p.clickhousePort, "clickhouse-port", 9000, "port of ClickHouse's native protocol")
	fs.IntVar(&p.httpPort, "clickhouse-http-port", 8123, "port of ClickHouse's HTTP interface")
	fs.IntVar(&port, "http-port", 8080, "port of Custody's HTTP gateway")
	return c
}

// devMemory is what the process may take up before it collects garbage harder:
// with ClickHouse beside it all stays below 600 MB.
const devMemory = 240 << 20

// tend looks after the house twice a minute: it gives back memory that the last
// burst of events has left unused, and says when the disk is full.
func tend(log *zap.Logger, disk daemon.Check) func(context.Context) error {
	return func(ctx context.Context) error {
		for {
			if err := disk(ctx); err != nil {
				log.Error("no space", zap.Error(err))
			}
			debug.FreeOSMemory()
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(30 * time.Second):
			}
		}
	}
}

// dev puts up a house, lives in it and takes it down.
func (a *app) dev(ctx context.Context, p plot, port int) (err error) {
	log, err := a.log.New(a.err)
	if err != nil {
		return a.misuse(err)
	}
	debug.SetMemoryLimit(devMemory)
	if p.dir, err = filepath.Abs(p.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	listener, err := daemon.Listen(ctx, fmt.Sprintf("127.0.0.1:%d", port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w; end what uses it or choose another with --http-port", err)
	}
	if err != nil {
		return err
	}
	defer listener.Close()
	p.progress = teller(a.err)
	h, err := build(ctx, p, func(what string, took time.Duration) {
		fmt.Fprintf(a.err, "  %-12s %.1f s\n", what, took.Seconds())
	})
	if errors.Is(err, embedded.ErrPort) {
		err = fmt.Errorf("%w (--kafka-port, --clickhouse-port, --clickhouse-http-port)", err)
	}
	if err != nil {
		return err
	}
	err = h.live(ctx, a.out, p.dir, listener, log)
	log.Info("stopping", zap.String("dir", p.dir))
	return errors.Join(err, h.Close())
}

// live runs the gateway and the writer of the log in the house until ctx ends.
func (h *house) live(ctx context.Context, out io.Writer, dir string, listener net.Listener, log *zap.Logger) error {
	registry, health := daemon.NewMetrics(daemon.ReadVersion()), new(daemon.Health)
	health.Add("disk", space(dir))
	handler, closeGateway, err := (&gateway{handling: handling{zone: zoneDefault}}).handler(&h.servers, log, registry, health)
	if err != nil {
		return err
	}
	consume, closeConsumer, err := h.consumer(smallWriting(), log, registry, health)
	if err != nil {
		return errors.Join(err, closeGateway())
	}
	find, closeFindings, err := h.servers.findings(findingsEvery, log, registry, health)
	if err != nil {
		return errors.Join(err, closeGateway(), closeConsumer())
	}
	if err := h.welcome(out, dir, listener.Addr().String()); err != nil {
		return errors.Join(err, closeGateway(), closeConsumer(), closeFindings())
	}
	var group daemon.Group
	group.Add("http", func(ctx context.Context) error { return daemon.Serve(ctx, listener, handler) })
	group.Add("lineage", consume)
	group.Add("catalog", h.servers.contract.hangups(log))
	group.Add("findings", find)
	group.Add("house", tend(log, space(dir)))
	return errors.Join(group.Run(ctx), closeGateway(), closeConsumer(), closeFindings())
}
