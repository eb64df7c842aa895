package ledger

import (
	"slices"
	"time"
)

// A Certificate says how much of what there was to know an answer knew (G5). It
// is made by whoever asks both Kafka and the log; Conclude draws the conclusions.
type Certificate struct {
	AskedAt  time.Time  `json:"asked_at" doc:"When Kafka was asked how far it is: the answer is of this moment"`
	KnownAt  *time.Time `json:"known_at,omitempty" doc:"Only what was recorded up to then is in the answer; absent: all that is logged"`
	Complete bool       `json:"complete" doc:"Whether the log had all that Kafka held when it was asked, without a hole, and no record of this person stands rejected and unresolved"`
	Missing  int64      `json:"missing" doc:"How many records in Kafka were not logged yet"`

	Partitions  []Coverage  `json:"partitions" doc:"Every partition that the log or Kafka knows: pseudonyms of one person may live in several"`
	DeadLetters DeadLetters `json:"dead_letters" doc:"Refused records that nobody has resolved yet"`
	Sources     []Source    `json:"sources" doc:"Every service that ever reported: what one did before its first record is not known"`
	Caveats     []string    `json:"caveats" doc:"What else to know of the answer, in short sentences; none of it makes the answer incomplete by itself"`
}

// A Coverage is how far one partition was logged when an answer was given.
type Coverage struct {
	Cluster   string `json:"cluster"`
	Topic     string `json:"topic"`
	Epoch     uint32 `json:"epoch"`
	Partition int32  `json:"partition"`
	End       *int64 `json:"end" doc:"Kafka's end offset when it was asked; null where it was not: another cluster, an older epoch"`
	Logged    int64  `json:"logged" doc:"The log has all offsets below this one; the answer knows of none above"`
	Missing   int64  `json:"missing" doc:"How many records between the two were not logged; markers of transactions are none"`
	Hole      bool   `json:"hole" doc:"Whether rows are missing below logged"`
	Lost      int64  `json:"lost" doc:"How many offsets Kafka had dropped before they were read: they are lost for good"`
}

// DeadLetters counts the refused records that nobody has resolved.
type DeadLetters struct {
	OfSubject      uint64 `json:"of_subject" doc:"Rejected records of the person: each may be an event that the answer lacks"`
	OfAnyone       uint64 `json:"of_anyone,omitempty" doc:"Rejected records, whomever they are of; only where the answer is of no one person"`
	Conflicts      uint64 `json:"conflicts" doc:"Records of the person that contradict an accepted event of the same source and id"`
	Unattributable uint64 `json:"unattributable" doc:"Rejected records that name no person: some may be of this one"`
}

// A Source is what the log holds of one service that reports.
type Source struct {
	Source  string    `json:"source" doc:"As its events name it"`
	Since   time.Time `json:"since" doc:"When its first event was recorded"`
	Last    time.Time `json:"last" doc:"When its latest event was recorded"`
	Events  uint64    `json:"events" doc:"How many of its events were accepted"`
	Missing uint64    `json:"missing" doc:"How many numbers its events' sequence skips; 0 where it does not number them, or began anew"`
}

// Place is the partition that the coverage is of.
func (c Coverage) Place() Partition { return Partition{c.Cluster, c.Topic, c.Epoch, c.Partition} }

// Conclude sets what follows from the rest: Missing, Complete and Caveats. Only
// what can be mended makes an answer incomplete; what never can be, or may be of
// anybody, is told beside it (docs/decisions/0405).
func (c *Certificate) Conclude() {
	c.Missing = 0
	for _, p := range c.Partitions {
		c.Missing += p.Missing
	}
	c.Complete = len(c.Gaps()) == 0
	c.Caveats = c.caveats()
}

// Known is the part of the log that the answer was given from.
func (c *Certificate) Known() Known {
	k := Known{Below: make(map[Partition]int64, len(c.Partitions))}
	for _, p := range c.Partitions {
		k.Below[p.Place()] = p.Logged
	}
	if c.KnownAt != nil {
		k.At = *c.KnownAt
	}
	return k
}

// Holed says whether rows are missing in the middle of what was logged: who asks
// again when they have been mended gets more.
func (c *Certificate) Holed() bool {
	return slices.ContainsFunc(c.Partitions, func(p Coverage) bool { return p.Hole })
}

// Since is when the first of the sources began to report; zero where there is none.
func (c *Certificate) Since() (first time.Time) {
	for _, s := range c.Sources {
		if first.IsZero() || s.Since.Before(first) {
			first = s.Since
		}
	}
	return first
}

// A Known is the part of the log that an answer may know. Its zero value is all of it.
type Known struct {
	Below map[Partition]int64 // only offsets below these, of these partitions; nil: any
	At    time.Time           // only what was recorded up to then; zero: whenever
}
