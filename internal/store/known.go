package store

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/datacustody/custody/internal/ledger"
)

// isKnown is the condition that a row is in the part of the log that k is. What
// lies below given offsets is the same whenever it is asked for: no row changes.
func isKnown(k ledger.Known) (where string, args []any) {
	where = "1"
	if !k.At.IsZero() {
		where, args = "recorded_at <= fromUnixTimestamp64Micro(?)", []any{k.At.UnixMicro()}
	}
	if k.Below == nil {
		return where, args
	}
	epochs := byEpoch(k.Below)
	among := []string{"0"}
	for _, e := range slices.SortedFunc(maps.Keys(epochs), compare) {
		among = append(among, `kafka_cluster = ? AND kafka_topic = ? AND kafka_epoch = ?
			AND kafka_offset < transform(kafka_partition, CAST(? AS Array(Int32)), CAST(? AS Array(Int64)), toInt64(-1))`)
		args = append(args, e.Cluster, e.Topic, e.Epoch, epochs[e].ids, epochs[e].below)
	}
	return where + " AND (" + strings.Join(among, " OR ") + ")", args
}

// isUnseen is the condition that a row is not in the part of the log that was
// seen; of nothing seen all rows are not.
func isUnseen(seen ledger.Known) (where string, args []any) {
	if seen.Below == nil {
		return "1", nil
	}
	where, args = isKnown(seen)
	return "NOT (" + where + ")", args
}

// Bounds are offsets of the partitions of one epoch of a topic.
type bounds struct {
	ids   []int32
	below []int64
}

// byEpoch sorts the offsets into bounds; the keys' ids are 0.
func byEpoch(below map[ledger.Partition]int64) map[ledger.Partition]bounds {
	epochs := map[ledger.Partition]bounds{}
	for _, p := range slices.SortedFunc(maps.Keys(below), compare) {
		e := p
		e.ID = 0
		b := epochs[e]
		epochs[e] = bounds{append(b.ids, p.ID), append(b.below, below[p])}
	}
	return epochs
}

func compare(a, b ledger.Partition) int {
	return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.ID, b.ID))
}
