package main

import (
	"crypto/sha256"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// Sendings are all that producers sent: their streams, made again from their
// seeds, and their journals.
type sendings struct {
	origins map[[16]byte]*origin
	last    map[thread]int // number of the latest message that came first
}

// An origin is a message, the same bytes; a stream may repeat it.
type origin struct {
	producer, number int
	told, came       int // how often it was acknowledged, and how often it is in Kafka
}

// A thread is what must stay in order: one producer's events of one key.
type thread struct {
	producer int
	key      string
}

func newSendings(journals []*producerOrders) (*sendings, error) {
	s := &sendings{origins: map[[16]byte]*origin{}, last: map[thread]int{}}
	for producer, o := range journals {
		acknowledged, err := readJournal(o.Journal)
		if err != nil {
			return nil, err
		}
		life := o.life()
		for number := range acknowledged + batchSize { // one batch may be under way
			m, _ := life.Next()
			h := fingerprint(&m)
			if s.origins[h] == nil {
				s.origins[h] = &origin{producer: producer, number: number}
			}
			if number < acknowledged {
				s.origins[h].told++
			}
		}
	}
	return s, nil
}

func fingerprint(m *event.Message) [16]byte {
	h := sha256.New()
	for _, b := range [][]byte{m.Key, m.Value} {
		_, _ = h.Write(b)
		_, _ = h.Write([]byte{0xff}) // UTF-8 has none
	}
	for _, header := range m.Headers {
		_, _ = h.Write([]byte(header.Name))
		_, _ = h.Write(header.Value)
	}
	return [16]byte(h.Sum(nil))
}

// arrived takes in a record of Kafka. One that is there for the first time comes
// after all that its producer sent before of the same key.
func (s *sendings) arrived(j *judgement, p int32, r *stream.Record) {
	o := s.origins[fingerprint(&r.Message)]
	if o == nil {
		j.differ(&j.other, 1, "%d/%d: a record that nobody sent", p, r.Offset)
		return
	}
	if o.came++; o.came > 1 || r.Key == nil {
		return
	}
	t := thread{o.producer, string(r.Key)}
	if last, ok := s.last[t]; ok && o.number < last {
		j.differ(&j.disordered, 1, "%d/%d: Kafka has message %d of producer %d after its message %d", p, r.Offset, o.number, o.producer+1, last)
	}
	s.last[t] = max(s.last[t], o.number)
}

// settle wants in Kafka all that was acknowledged.
func (s *sendings) settle(j *judgement) {
	for _, o := range s.origins {
		j.acknowledged += o.told
		j.differ(&j.lost, max(0, o.told-o.came), "message %d of producer %d: acknowledged, and not in Kafka", o.number, o.producer+1)
	}
}
