// Package lineage is the writer of the log: it turns each Kafka record of a
// partition into exactly one row. Its law is the order of three steps: the
// intent is committed, the rows are inserted once, the dead letters are
// published; only then may anything else be committed. Whatever goes wrong in
// between, the partition is taken over again from what the log says.
package lineage
