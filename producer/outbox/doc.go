// Package outbox lets a service write an event in the same transaction as the
// change that it tells of, and emits it afterwards: both are there, or neither.
//
// Its law: an event leaves the box only when Kafka has acknowledged it. What a
// committed transaction added is emitted at least once, always with the id that
// [Box.Add] stored, so the log holds it exactly once, whatever is killed in between.
//
// # Order
//
// If a transaction committed before another one added an event of the same
// subject, the first one's events come before the second one's. A service that
// needs this of transactions that run at the same time serialises them: it locks
// a row of the person or the order (SELECT … FOR UPDATE) before it calls Add, not
// after. Events of one transaction keep the order in which they were added. Of
// transactions that overlap no order is promised: nobody could say which was first.
//
// The relay keeps it by three rules. It reads the rows that it sees, the lowest
// number first: who adds later has a higher number, and whoever sees a row sees
// all that was committed before that row was written. It emits them in this order,
// and sends nothing of a subject behind an event that is not acknowledged. It
// deletes, by their numbers, just the rows that are. So a number that becomes
// visible late is not skipped, as it would be by a mark of how far one has come,
// and whatever has to precede an event was emitted by the same relay before, or
// was acknowledged and deleted.
//
// A relay that cannot delete remembers what was acknowledged, and deletes that
// before it emits anything else: it emits a row once, however long it may not
// delete. It knows the row by its number and content, on whichever connection, so
// it deletes no other event than the one that was acknowledged.
//
// None of this rests on there being one relay. The lock that makes all but one of
// them wait saves work; where it is lost while a batch is under way, two relays
// emit the same events, each in order. Then their first occurrences are in order,
// too, and the log calls the others duplicates.
//
// It does rest on one primary server that numbers rows as they come: a cluster
// that writes on several nodes, such as Galera, keeps all but the order.
package outbox
