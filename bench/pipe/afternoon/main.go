// Command afternoon is a contestant of bench/pipe: the consumer that a team would
// write in an afternoon with the usual libraries, and as they are meant to be used.
// It is no example of how to keep evidence: what is sent twice is stored twice, and
// a crash between the insert and the commit stores a batch again.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/segmentio/kafka-go"
)

const (
	batchRows = 50_000
	batchAge  = time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "afternoon:", err)
		os.Exit(1) //nolint:forbidigo // main owns the process
	}
}

func run(ctx context.Context) error {
	db, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{os.Getenv("CLICKHOUSE_ADDR")},
		Auth: clickhouse.Auth{Username: os.Getenv("CLICKHOUSE_USER"), Password: os.Getenv("CLICKHOUSE_PASSWORD")},
		Compression: &clickhouse.Compression{
			Method: clickhouse.CompressionLZ4,
		},
		Settings: clickhouse.Settings{"async_insert": 0},
	})
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing hangs on it
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers:       strings.Split(os.Getenv("KAFKA_BROKERS"), ","),
		Topic:         os.Getenv("KAFKA_TOPIC"),
		GroupID:       os.Getenv("KAFKA_GROUP"),
		StartOffset:   kafka.FirstOffset,
		MinBytes:      64 << 10,
		MaxBytes:      10 << 20,
		MaxWait:       250 * time.Millisecond,
		QueueCapacity: 10_000,
	})
	defer reader.Close() //nolint:errcheck // nothing hangs on it
	c := consumer{db: db, reader: reader, insert: "INSERT INTO " + os.Getenv("CLICKHOUSE_TABLE") + " (" + columns + ")"}
	for {
		if err := c.batch(ctx); err != nil {
			return err
		}
	}
}

type consumer struct {
	db     driver.Conn
	reader *kafka.Reader
	insert string
	last   map[int]kafka.Message // of the batch, by partition
}

// batch moves one batch: what it has inserted it commits.
func (c *consumer) batch(ctx context.Context) error {
	first, err := c.reader.FetchMessage(ctx)
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	rows, err := c.db.PrepareBatch(ctx, c.insert)
	if err != nil {
		return fmt.Errorf("prepare a batch: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Send says what went wrong
	c.last = map[int]kafka.Message{}
	if err := c.add(rows, first); err != nil {
		return err
	}
	if err := c.fill(ctx, rows); err != nil {
		return err
	}
	if err := rows.Send(); err != nil {
		return fmt.Errorf("insert %d rows: %w", rows.Rows(), err)
	}
	var done []kafka.Message
	for _, m := range c.last {
		done = append(done, m)
	}
	return c.reader.CommitMessages(ctx, done...)
}

// fill takes what comes until the batch is large or old.
func (c *consumer) fill(ctx context.Context, rows driver.Batch) error {
	old, cancel := context.WithTimeout(ctx, batchAge)
	defer cancel()
	for rows.Rows() < batchRows {
		m, err := c.reader.FetchMessage(old)
		if errors.Is(err, context.DeadlineExceeded) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("fetch: %w", err)
		}
		if err := c.add(rows, m); err != nil {
			return err
		}
	}
	return nil
}

// add makes a row of a message; what is no event is logged and left out.
func (c *consumer) add(rows driver.Batch, m kafka.Message) error {
	c.last[m.Partition] = m
	e := cloudevents.NewEvent()
	if err := json.Unmarshal(m.Value, &e); err != nil {
		log.Printf("%d/%d: %v", m.Partition, m.Offset, err)
		return nil
	}
	if err := e.Validate(); err != nil {
		log.Printf("%d/%d: %v", m.Partition, m.Offset, err)
		return nil
	}
	var d data
	if err := e.DataAs(&d); err != nil {
		log.Printf("%d/%d: %v", m.Partition, m.Offset, err)
		return nil
	}
	return appendRow(rows, m, &e, &d)
}
