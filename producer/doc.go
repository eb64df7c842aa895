// Package producer publishes events of personal data to Kafka from Go services,
// and makes the pseudonyms under which events name persons.
//
// Its law: when Emit returns nil, every event is on all in-sync replicas; what
// it could not send is named in a [BatchError] and may be sent again with the
// same ids as often as need be, for the log keeps each event once. An event that
// the consumer would reject is refused here, before it is sent. No error and no
// hook ever holds a value of an event, and account ids never leave [Pseudonyms].
//
// Services in other languages publish with any CloudEvents client, or over HTTP.
package producer
