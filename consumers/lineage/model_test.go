package lineage_test

import "testing"

// The writer's protocol as an explicit-state model: every order in which two
// writers, Kafka's group and ClickHouse can take their steps, with every fault
// at every step. The steps are named as in the code (takeover.go, settle.go,
// heal.go, rest.go): who changes one changes both.
//
// In it are: one partition of three records, of which the second is refused and
// the third repeats the first; two writers that are killed, fall asleep and are
// replaced at any step; inserts that arrive late, run long, fail at the server or
// lose their answer; commits that lose their answer and are made late; a group
// that forgets its commit; a log that loses its newest part, twice; a clock in
// ticks. Not in it: offsets that Kafka skipped or dropped, epochs, several holes.

// A safeguard is a part of the protocol that can be taken out.
type safeguard int

const (
	whole            safeguard = iota // nothing is taken out
	intentFirst                       // the intent is committed before the insert
	fence                             // a commit of a former generation is refused
	leaseAtServer                     // the server refuses a block whose lease is over
	waitForLease                      // takeOver outlives the last intent's lease
	waitForInserts                    // takeOver waits until no insert runs
	leaseThenInserts                  // in this order
	waitsThenEnd                      // the log's end is read after both
	wholeLease                        // without a usable intent a whole lease is waited
	sentOnce                          // an insert without an answer is not sent again
	republished                       // the newest batch's dead letters are published again
	lettersFirst                      // dead letters are published before the next commit
	logFollowed                       // the log says where to go on, not the commit
	membershipEnds                    // a commit without an answer ends the membership
	healConfirmed                     // a heal is held against the log
	memoryCompared                    // before resting, and now and then, memory is held against the log
	windowRebuilt                     // after a takeover known events are read from the log
	safeguards
)

var safeguardNames = [safeguards]string{
	"none", "intent before the insert", "fence of the generation", "lease at the server", "wait for the lease",
	"wait for running inserts", "lease first, then running inserts", "log's end read after the waits",
	"whole lease without a usable intent", "insert sent once", "dead letters read back", "dead letters before the next commit",
	"log followed, not the commit", "membership ends without an answer", "heals confirmed", "memory compared with the log",
	"window rebuilt from the log",
}

func (g safeguard) String() string { return safeguardNames[g] }

// What befalls the worlds that are explored; kills, takeovers and late inserts
// befall all. The whole protocol was not explored to its end against unlucky: a million and
// a half of its states showed no violation.
var (
	slow       = trouble{ticks: 2}
	unanswered = trouble{ticks: 1, faults: 1}
	restored   = trouble{losses: 2}
	unlucky    = trouble{ticks: 2, faults: 1}
)

// TestModelKeepsEveryRecordOnce explores the whole protocol to its last state:
// 2.9 million of them, in 18 s of a core's time and 0.7 GB.
func TestModelKeepsEveryRecordOnce(t *testing.T) {
	all := 0
	for _, left := range []trouble{slow, unanswered, restored} {
		states, p := model{without: whole}.explore(left)
		if p != nil {
			t.Fatalf("%+v: %d states, then\n%v", left, states, p)
		}
		t.Logf("%+v: %d states, no violation", left, states)
		all += states
	}
	if all < 1_000_000 {
		t.Errorf("%d states, want a million at least: a smaller world shows less", all)
	}
}

// TestModelNeedsEverySafeguard takes each out in turn: something must break. With
// -v it prints how, in the fewest steps.
func TestModelNeedsEverySafeguard(t *testing.T) {
	for g := whole + 1; g < safeguards; g++ {
		t.Run(g.String(), func(t *testing.T) {
			left := unlucky
			if g == healConfirmed || g == logFollowed || g == memoryCompared {
				left = restored
			}
			states, p := model{without: g}.explore(left)
			if p == nil {
				t.Fatalf("%d states without a violation", states)
			}
			t.Logf("%d states\n%v", states, p)
		})
	}
}
