package erasure

import (
	"cmp"
	"time"
)

// A Breaker keeps from a party what it does not take: after so many failures in a
// row it is tried only once in a pause, which doubles each time.
type Breaker struct {
	After   int           // 0 = 5
	Pause   time.Duration // 0 = 30 s
	Longest time.Duration // 0 = 15 minutes
}

func (b Breaker) withDefaults() Breaker {
	b.After = cmp.Or(b.After, 5)
	b.Pause = cmp.Or(b.Pause, 30*time.Second)
	b.Longest = cmp.Or(b.Longest, 15*time.Minute)
	return b
}

// A circuit is the breaker of one party.
type circuit struct {
	Breaker
	failures int
	until    time.Time // nothing is sent before
	probing  bool      // one notice tries whether the party is back
}

// ready says whether a notice may be sent now, or else from when on; zero: when
// the one that tries has come back.
func (c *circuit) ready(now time.Time) (ok bool, from time.Time) {
	if now.Before(c.until) {
		return false, c.until
	}
	if c.failures < c.After {
		return true, now
	}
	if c.probing {
		return false, time.Time{}
	}
	c.probing = true
	return true, now
}

// report notes how a notice went. A party that says when it is to be tried again
// is left alone until then.
func (c *circuit) report(now time.Time, err error) {
	c.probing = false
	if err == nil {
		c.failures, c.until = 0, time.Time{}
		return
	}
	c.failures++
	var until time.Time
	if c.failures >= c.After {
		pause := c.Longest
		if shift := c.failures - c.After; shift < 30 {
			pause = min(pause, c.Pause<<shift)
		}
		until = now.Add(pause)
	}
	if asked := now.Add(retryAfter(err)); asked.After(until) && retryAfter(err) > 0 {
		until = asked
	}
	if until.After(c.until) {
		c.until = until
	}
}
