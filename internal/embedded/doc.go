// Package embedded runs Kafka and ClickHouse without Docker or a JVM, for
// custody demo, custody dev and tests. Kafka is kfake, a real TCP broker in this
// process; ClickHouse is libchdb, the server's own engine, in a child process.
// Its law: what was acknowledged is on disk when the program starts again, and
// nothing it starts outlives its parent.
package embedded
