// Package replay looks at dead letters again, and sends those whose fault is
// mended. Its law: who sends is in Kafka before what is sent; what looks
// personal is never sent, what would be refused again only when that is asked
// for; a letter sent twice is one event in the log.
package replay

import (
	"context"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
)

// Letters are the dead letters in Kafka: *stream.DeadLetters.
type Letters interface {
	Find(ctx context.Context, ids []ledger.Identity, passed func(n, of int64)) (map[ledger.Identity]stream.Letter, error)
}

// Source has the records that pointers point at: *stream.Client.
type Source interface {
	Pick(ctx context.Context, topic string, partition int32, offsets []int64, take func(*stream.Record)) error
}

// Log knows what was accepted: *store.DB.
type Log interface {
	Contents(ctx context.Context, ids []string) (map[[16]byte][16]byte, error)
}
