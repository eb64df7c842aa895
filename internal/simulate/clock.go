package simulate

import (
	"math/bits"
	"time"
)

// busy is how much happens in a shop in each twenty-fourth of a span that
// begins at midnight: quiet before dawn, a peak at noon, the highest at nine in
// the evening.
var busy = [24]uint64{22, 12, 7, 4, 3, 5, 12, 24, 40, 56, 64, 62, 66, 58, 54, 54, 52, 50, 54, 66, 82, 88, 70, 42}

// clock says when message number n happens. It counts in whole numbers only:
// floating-point rounds differently on other processors.
type clock struct {
	start  int64 // nanoseconds since 1970
	part   uint64
	events uint64
	total  uint64 // of busy

	n      uint64 // messages so far
	spans  uint64 // whole spans gone by
	within uint64 // messages in this span
	hour   int
	before uint64 // sum of busy before hour
}

func newClock(start time.Time, span time.Duration, events int) clock {
	c := clock{start: start.UnixNano(), part: uint64(span) / 24, events: uint64(events)}
	for _, weight := range busy {
		c.total += weight
	}
	return c
}

func (c *clock) tick() {
	if c.n++; c.n == 1 {
		return
	}
	if c.within++; c.within == c.events {
		c.spans, c.within, c.hour, c.before = c.spans+1, 0, 0, 0
	}
	for c.within*c.total >= (c.before+busy[c.hour])*c.events {
		c.before += busy[c.hour]
		c.hour++
	}
}

// now is the moment of the present message, in nanoseconds since 1970.
func (c *clock) now() int64 {
	into := c.within*c.total - c.before*c.events // of busy[hour] * events
	high, low := bits.Mul64(into, c.part)
	offset, _ := bits.Div64(high, low, busy[c.hour]*c.events)
	return c.start + int64((c.spans*24+uint64(c.hour))*c.part+offset)
}
