package store

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/datacustody/custody/internal/ledger"
)

// ErrTooMany is the ledger's.
var ErrTooMany = ledger.ErrTooMany

// A DB reads the log and migrates it.
type DB struct {
	config Config
	conn   driver.Conn
}

// Open returns a DB that connects when it is first used.
func Open(c Config) (*DB, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	settings := clickhouse.Settings{}
	for _, s := range questionSettings {
		settings[s.Key] = s.Value
	}
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: c.Addr, TLS: c.TLS, Settings: settings,
		Auth:        clickhouse.Auth{Database: c.Database, Username: c.User, Password: c.Password},
		Compression: &clickhouse.Compression{Method: clickhouse.CompressionLZ4},
		DialTimeout: dialTimeout, ReadTimeout: answerTime, MaxOpenConns: maxReaders, MaxIdleConns: maxReaders,
	})
	if err != nil {
		return nil, fmt.Errorf("open ClickHouse: %w", err)
	}
	return &DB{c, conn}, nil
}

// maxReaders is how many questions are asked at once; more wait.
const maxReaders = 8

// Close gives back every connection.
func (db *DB) Close() error { return db.conn.Close() }

// Ping says whether ClickHouse answers and takes us in.
func (db *DB) Ping(ctx context.Context) error { return db.conn.Ping(ctx) }
