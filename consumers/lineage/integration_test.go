package lineage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/datacustody/custody/schemas/event"
)

// of is a message about one of many people, so that every partition has some.
func of(person int, id, content string, at time.Time) event.Message {
	m := message(id, content, at)
	who := fmt.Sprintf("tmall:0192d3a4-0000-8000-8000-%012d", person)
	m.Key = []byte(who)
	m.Value = []byte(strings.Replace(string(m.Value), subject, who, 1))
	return m
}

// crowd is n events of many people, every tenth a repeat, every hundredth another
// content under a known name, every fiftieth bad.
func crowd(n int) (ms []event.Message, outcomes map[string]int) {
	at := time.Now().Add(-time.Hour)
	outcomes = map[string]int{}
	for i := range n {
		person := i % 97
		moment := at.Add(time.Duration(i) * time.Microsecond)
		switch {
		case i%100 == 99:
			back := i - 97
			ms = append(ms, of(back%97, fmt.Sprint("event ", back), "other", at.Add(time.Duration(back)*time.Microsecond)))
			outcomes[kindOf(back, "conflict")]++
		case i%10 == 9 && i > 97:
			back := i - 97
			ms = append(ms, of(back%97, fmt.Sprint("event ", back), "once", at.Add(time.Duration(back)*time.Microsecond)))
			outcomes[kindOf(back, "duplicate")]++
		case i%50 == 25:
			m := of(person, fmt.Sprint("event ", i), "once", moment)
			m.Value = []byte(strings.Replace(string(m.Value), `,"purpose":"payment"`, "", 1))
			ms = append(ms, m)
			outcomes["rejected"]++
		default:
			ms = append(ms, of(person, fmt.Sprint("event ", i), "once", moment))
			outcomes["accepted"]++
		}
	}
	return ms, outcomes
}

// kindOf is what a second sending of event i is: the first if that was none.
func kindOf(i int, known string) string {
	if i%50 == 25 || i%10 == 9 {
		return "accepted"
	}
	return known
}

func (s *site) outcomes() map[string]int {
	got := map[string]int{}
	for _, row := range s.ask(`SELECT outcome, count() FROM custody.log WHERE kafka_topic = {topic:String} GROUP BY outcome`) {
		var outcome string
		var n int
		if _, err := fmt.Sscan(row, &outcome, &n); err != nil {
			s.t.Fatal(err)
		}
		got[outcome] = n
	}
	return got
}

// checkLetters holds the dead letters against the log: each refused row has
// one at least, no other row has any.
func (s *site) checkLetters() {
	s.t.Helper()
	letters := s.letters()
	refused := s.ask(`SELECT concat(kafka_cluster, '/', kafka_topic, '/', toString(kafka_epoch), '/', toString(kafka_partition), '/', toString(kafka_offset))
		FROM custody.log WHERE kafka_topic = {topic:String} AND outcome IN ('rejected', 'conflict')`)
	for _, key := range refused {
		if len(letters[key]) == 0 {
			s.t.Errorf("no dead letter of %s", key)
		}
		delete(letters, key)
	}
	for key := range letters {
		s.t.Errorf("dead letter of %s, which was not refused", key)
	}
}

func (s *site) check(n int, want map[string]int) {
	s.t.Helper()
	s.logged(n)
	if got := s.outcomes(); fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("outcomes = %v, want %v", got, want)
	}
	s.checkLetters()
}

func TestRowsAreRecords(t *testing.T) {
	s := newSite(t, 4)
	stop := s.start()
	ms, want := crowd(20_000)
	for part := range slices.Chunk(ms, 3000) {
		s.produce(part...)
	}
	s.await(len(ms))
	stop()
	s.check(len(ms), want)
}

func TestClickHouseIsKilled(t *testing.T) {
	s := newSite(t, 4)
	stop := s.start()
	ms, want := crowd(60_000)
	for i, part := range slices.Collect(slices.Chunk(ms, 3000)) {
		s.produce(part...)
		if i%7 == 3 { // and once more when it is back
			s.back()
			s.server.Kill(t)
		}
	}
	s.await(len(ms))
	stop()
	s.check(len(ms), want)
}

// back waits until ClickHouse answers, and has for long enough to be in the midst of an insert.
func (s *site) back() {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if _, err := s.query("SELECT 1"); err == nil {
			time.Sleep(300 * time.Millisecond)
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatal("ClickHouse does not come back")
		}
	}
}

// stable waits until every member of the group has its partitions.
func (s *site) stable() {
	s.t.Helper()
	admin := kadm.NewClient(s.producer)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		groups, err := admin.DescribeGroups(s.t.Context(), s.group())
		if g := groups[s.group()]; err == nil && g.State == "Stable" && len(g.AssignedPartitions().Sorted()) > 0 {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the group does not settle: %v", err)
		}
	}
}

func TestWritersAreKilledAndRebalanced(t *testing.T) {
	s := newSite(t, 4)
	ms, want := crowd(60_000)
	parts := slices.Collect(slices.Chunk(ms, 3000))
	victim, other := s.spawn(), s.start()
	for i, part := range parts {
		s.produce(part...)
		switch i {
		case 3, 9, 15:
			s.stable() // the embedded broker never forgets a member that dies while it joins
			if err := victim.Kill(); err != nil {
				t.Fatal(err)
			}
			victim = s.spawn()
		case 6:
			other()
		case 12:
			other = s.start()
		}
		time.Sleep(200 * time.Millisecond)
	}
	s.await(len(ms))
	other()
	s.check(len(ms), want)
}
