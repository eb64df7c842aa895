package store

import (
	"context"
	"fmt"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

const newestQuery = `SELECT kafka_offset AS o, CAST(outcome, 'String') AS what, CAST(reason, 'String') AS why, CAST(reason_field, 'String') AS field
FROM custody.exceptions
WHERE outcome != 'lost' AND recorded_at = (SELECT max(recorded_at) FROM custody.log WHERE ` + samePartition + `) AND ` + samePartition + `
ORDER BY kafka_offset`

// Newest returns the refused rows of p's newest batch (greatest recorded_at), by offset.
func (l *Log) Newest(ctx context.Context, p ledger.Partition) (refused []ledger.Refusal, err error) {
	var o proto.ColInt64
	var what, why, field proto.ColStr
	err = l.ask(ctx, ch.Query{Body: newestQuery, Parameters: partitionParameters(p).list()},
		proto.Results{
			{Name: "o", Data: &o}, {Name: "what", Data: &what}, {Name: "why", Data: &why}, {Name: "field", Data: &field},
		}, func(rows int) {
			for i := range rows {
				r := ledger.Refusal{Offset: o[i], Outcome: ledger.Rejected, Reason: why.Row(i), ReasonField: field.Row(i)}
				if what.Row(i) == ledger.Conflict.String() {
					r.Outcome, r.Reason = ledger.Conflict, ""
				}
				refused = append(refused, r)
			}
		})
	if err != nil {
		return nil, fmt.Errorf("read the newest batch of %s: %w", p, err)
	}
	return refused, nil
}
