package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

const (
	span    = 270 * 24 * time.Hour // from the first event's time to the last one's
	repeats = 0.05                 // of all that is sent
	lately  = 10_000               // half of the repeats are of so many newest events, half of any
	persons = 100_000
)

// A life is the stream of events: each has a number, from which all of it
// follows, so that one sent long ago is made again and need not be kept.
type life struct {
	random *rand.Rand
	start  time.Time
	step   time.Duration

	distinct, again, old int    // events; repeats; those repeated more than a day later
	sum                  uint64 // of the distinct events' marks
}

func newLife(o settings, end time.Time) *life {
	return &life{
		random: rand.New(rand.NewPCG(o.seed, 0)),
		start:  end.Add(-span).Truncate(time.Second),
		step:   span / time.Duration(o.events),
	}
}

// next gives a new event, or one that was there, as it was or told otherwise.
func (l *life) next() event.Message {
	if l.distinct == 0 || l.random.Float64() >= repeats {
		l.distinct++
		l.sum += mark(l.distinct)
		return l.event(l.distinct, 0)
	}
	among := l.distinct
	if l.random.IntN(2) == 0 {
		among = min(among, lately)
	}
	number := l.distinct - l.random.IntN(among)
	l.again++
	if l.time(l.distinct).Sub(l.time(number)) > 24*time.Hour {
		l.old++
	}
	return l.event(number, l.random.IntN(len(tellings)))
}

func (l *life) time(number int) time.Time { return l.start.Add(time.Duration(number) * l.step) }

// Tellings of one event: as it was first sent, its lists in another order, and
// under another trace.
var tellings = []struct{ categories, span string }{
	{`"consignee-name","consignee-phone-number","delivery-address"`, "a0f067aa0ba902b7"},
	{`"delivery-address","consignee-name","consignee-phone-number"`, "a0f067aa0ba902b7"},
	{`"consignee-name","consignee-phone-number","delivery-address"`, "b7ad6b7169203331"},
}

func (l *life) event(number, telling int) event.Message {
	subject := uuid("soak:", mark(number%persons))
	return event.Message{
		Key: []byte(subject),
		Value: fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":"/soak/order-service","type":"org.datacustody.data.shared.v1",`+
			`"subject":%q,"time":%q,"datacontenttype":"application/json","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-%s-01",`+
			`"data":{"controller":"soak","recipient":"cainiao","relationship":"provision","categories":[%s],"purpose":"order-delivery","legal_basis":"pipl-13-1-2","channel":"api"}}`,
			uuid("", mark(number)), subject, l.time(number).Format(time.RFC3339Nano), tellings[telling].span, tellings[telling].categories),
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
	}
}

// mark is a number of 64 bits that no other number has: each step can be undone.
func mark(number int) uint64 {
	x := uint64(number) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// uuid holds all of a mark, in its last 16 digits and the hyphen between.
func uuid(prefix string, mark uint64) string {
	return fmt.Sprintf("%s0197e0f4-5b7a-7c31-%04x-%012x", prefix, mark>>48, mark&(1<<48-1))
}
