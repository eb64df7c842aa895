package ledger

import (
	"fmt"
	"time"
)

// Gaps says, in short sentences, what makes the answer incomplete.
func (c *Certificate) Gaps() (said []string) {
	for _, p := range c.Partitions {
		if p.Missing > 0 {
			said = append(said, fmt.Sprintf("%s not logged yet, of %s from offset %d on", plural(uint64(p.Missing), "record is", "records are"), p.Place(), p.Logged))
		}
		if p.Hole {
			said = append(said, fmt.Sprintf("rows of %s are missing below offset %d", p.Place(), p.Logged))
		}
	}
	if n := c.DeadLetters.OfSubject; n > 0 {
		said = append(said, plural(n, "record of this person was", "records of this person were")+" rejected, and nobody has resolved that")
	}
	return said
}

// caveats says what a reader of the answer should know although it is complete.
func (c *Certificate) caveats() []string {
	said := []string{} // never null in JSON
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	if c.KnownAt != nil {
		say("what was recorded after %s is left out", c.KnownAt.UTC().Format(time.RFC3339Nano))
	}
	asked := make(map[[2]string]bool)
	for _, p := range c.Partitions {
		if p.End != nil {
			asked[[2]string{p.Cluster, p.Topic}] = true
		}
	}
	for _, p := range c.Partitions {
		if !asked[[2]string{p.Cluster, p.Topic}] {
			say("%s was not asked how far it is; the log has it up to offset %d", p.Place(), p.Logged)
		}
		if p.Lost > 0 {
			say("%s lost in %s: Kafka dropped them before they were read", plural(uint64(p.Lost), "offset was", "offsets were"), p.Place())
		}
	}
	if n := c.DeadLetters.Conflicts; n > 0 {
		say("%s an event of this person that was accepted first, and nobody has resolved that", plural(n, "record contradicts", "records contradict"))
	}
	if n := c.DeadLetters.OfAnyone; n > 0 {
		say("%s rejected, and nobody has resolved that: some may belong in this answer", plural(n, "record was", "records were"))
	} else if n := c.DeadLetters.Unattributable; n > 0 {
		say("%s no person, and nobody has resolved that: some may be of this one", plural(n, "rejected record names", "rejected records name"))
	}
	for _, s := range c.Sources {
		if s.Missing > 0 {
			say("%s skips %s in the sequence of its events", s.Source, plural(s.Missing, "number", "numbers"))
		}
	}
	return said
}

func plural(n uint64, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", more)
}
