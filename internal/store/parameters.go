package store

import (
	"maps"
	"strconv"
	"strings"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
)

// table is the log's name in SQL.
const table = "custody.log"

// parameters are a query's; the server puts them in, so no value is ever part of
// the SQL. They are sent as the literals that ClickHouse reads.
type parameters map[string]string

func (p parameters) list() (out []proto.Parameter) {
	for k, v := range p {
		out = append(out, proto.Parameter{Key: k, Value: quote(v)})
	}
	return out
}

// quote is v as a query parameter travels: an escaped string in quotes.
func quote(v string) string {
	escaped := strings.NewReplacer("\\", "\\\\\\\\", "'", "\\'", "\t", "\\\\t", "\n", "\\\\n").Replace(v)
	return "'" + escaped + "'"
}

// samePartition is the condition on a row's partition.
const samePartition = `kafka_cluster = {cluster:String} AND kafka_topic = {topic:String}
	AND kafka_epoch = {epoch:UInt32} AND kafka_partition = {partition:Int32}`

func partitionParameters(p ledger.Partition) parameters {
	return parameters{
		"cluster": p.Cluster, "topic": p.Topic,
		"epoch": decimal(int64(p.Epoch)), "partition": decimal(int64(p.ID)),
	}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// with is p and more.
func (p parameters) with(more parameters) parameters {
	all := maps.Clone(p)
	maps.Copy(all, more)
	return all
}
