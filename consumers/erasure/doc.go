// Package erasure sees to it that a request to erase reaches everyone who holds
// the data: it waits until the log has all that Kafka held, plans, tells the
// parties, and tells Kafka what it told them. Its law: what it knows it knows
// from the log, so that a crash at any moment repeats no notice as a new one and
// loses none; one party that cannot be reached delays no other.
package erasure
