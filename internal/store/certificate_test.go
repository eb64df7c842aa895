package store_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

// refuse turns the newest row of the story into a refused one.
func (s *story) refuse(o ledger.Outcome) {
	r := s.rows[len(s.rows)-1]
	if r.Outcome = o; o == ledger.Rejected {
		r.Reason, r.EventHash, r.ContentHash = 1, [16]byte{}, [16]byte{}
	}
}

// settle has an operator say that the record at offset is dealt with.
func (s *story) settle(t testing.TB, p ledger.Partition, action string, offset int) {
	t.Helper()
	s.tell(t, "data.shared", subjects(1)[0], day, shared)
	r := s.rows[len(s.rows)-1]
	m := &event.Message{
		Key:     []byte(s.source),
		Headers: []event.Header{{Name: "content-type", Value: []byte("application/cloudevents+json")}},
		Value: fmt.Appendf(nil, `{"specversion":"1.0","type":"org.datacustody.operation.logged.v1","source":%q,"id":%q,"time":%q,"data":{"action":%q,"actor":"operator","record_ref":%q}}`,
			s.source, r.Event.ID, day.Format(time.RFC3339), action, ledger.Identity{Partition: p, Offset: int64(offset)}),
	}
	var rejection *event.Rejection
	if r.Event, rejection = event.NewDecoder(event.Options{}).Decode(m, day); rejection != nil {
		t.Fatalf("operation.logged: %s %s", rejection.Reason, rejection.Field)
	}
	r.EventHash, r.ContentHash = r.Event.EventHash(), r.Event.ContentHash()
}

// number gives the newest row the sequence n.
func (s *story) number(n string) {
	e := s.rows[len(s.rows)-1].Event
	e.Extensions = append([]event.Extension{{Name: []byte("sequence"), Value: []byte(n)}}, e.Extensions...)
}

// again sends the event of an earlier row once more: with its id.
func (s *story) again(t testing.TB, n int, subject string, at time.Time) {
	t.Helper()
	s.tell(t, "data.shared", subject, at, shared)
	r := s.rows[len(s.rows)-1]
	r.Event = decode(t, "data.shared", s.source, fmt.Sprint("event-", n), subject, at, shared)
	r.EventHash, r.ContentHash = r.Event.EventHash(), r.Event.ContentHash()
}

func TestUnresolved(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(9)
	s := &story{source: "/" + strings.Repeat("long", 40) + p.Cluster} // its length takes two bytes in the hash
	refused := func(o ledger.Outcome, subject string) int {
		s.tell(t, "data.shared", subject, day, shared)
		s.refuse(o)
		return len(s.rows) - 1
	}
	refused(ledger.Rejected, who[0])
	refused(ledger.Conflict, who[0])
	refused(ledger.Rejected, who[1])
	s.again(t, refused(ledger.Rejected, who[2]), who[2], day.Add(30*time.Hour)) // on another day
	s.again(t, refused(ledger.Rejected, who[3]), who[8], day.Add(time.Minute))  // of another person
	s.again(t, refused(ledger.Conflict, who[4]), who[4], day)                   // settles no conflict
	s.settle(t, p, "replay", refused(ledger.Rejected, who[5]))
	s.settle(t, p, "heal", refused(ledger.Conflict, who[6]))
	s.settle(t, p, "replay", 10_000)
	insert(t, l, p, s.rows...)
	all := ledger.Known{Below: map[ledger.Partition]int64{p: int64(len(s.rows))}}
	for name, c := range map[string]struct {
		who  []string
		want ledger.DeadLetters
	}{
		"no one person":             {nil, ledger.DeadLetters{OfAnyone: 2}},
		"both":                      {who[:1], ledger.DeadLetters{OfSubject: 1, Conflicts: 1}},
		"two pseudonyms":            {who[:2], ledger.DeadLetters{OfSubject: 2, Conflicts: 1}},
		"sent again another day":    {who[2:3], ledger.DeadLetters{}},
		"sent again for another":    {who[3:4], ledger.DeadLetters{}},
		"a conflict's event":        {who[4:5], ledger.DeadLetters{Conflicts: 1}},
		"replayed":                  {who[5:6], ledger.DeadLetters{}},
		"a conflict that was dealt": {who[6:7], ledger.DeadLetters{}},
		"nothing was refused":       {who[7:8], ledger.DeadLetters{}},
	} {
		got, err := reader(t).Unresolved(t.Context(), all, c.who...)
		if err != nil || got != c.want {
			t.Errorf("Unresolved, %s = %+v, %v, want %+v", name, got, err, c.want)
		}
		of := answer(t, "auditor", `SELECT concat(toString(countIf(reason != 'conflict')), ' ', toString(countIf(reason = 'conflict'))) FROM custody.dead_letters
			WHERE resolved_by = '' AND has(?, concat(subject_namespace, ':', toString(subject)))`, append([]string{""}, c.who...))[0]
		if want := fmt.Sprint(c.want.OfSubject, " ", c.want.Conflicts); of != want {
			t.Errorf("custody.dead_letters, %s = %s, want %s", name, of, want)
		}
	}
	// an answer that is asked for as of before the event was sent again lacks it
	before := ledger.Known{Below: map[ledger.Partition]int64{p: 4}}
	if got, err := reader(t).Unresolved(t.Context(), before, who[2]); err != nil || got.OfSubject != 1 {
		t.Errorf("Unresolved before it was sent again = %+v, %v, want 1 of the subject", got, err)
	}
	if got, err := reader(t).Unresolved(t.Context(), before); err != nil || got.OfAnyone != 3 {
		t.Errorf("Unresolved of anyone before it was sent again = %+v, %v, want 3", got, err)
	}
	if got, err := reader(t).Unresolved(t.Context(), ledger.Known{At: time.Now().AddDate(-1, 0, 0)}, who[0]); err != nil || got.OfSubject != 0 {
		t.Errorf("Unresolved a year ago = %+v, %v, want none", got, err)
	}
}

// Of records that name no person those count that nobody sent again and nobody dealt with.
func TestUnattributable(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	s := &story{source: "/t/" + p.Cluster}
	for range 3 {
		s.tell(t, "data.shared", who, day, shared)
		s.refuse(ledger.Rejected)
		s.rows[len(s.rows)-1].Event.Namespace, s.rows[len(s.rows)-1].Event.Subject = nil, [16]byte{}
	}
	s.again(t, 0, who, day)
	s.settle(t, p, "replay", 1)
	insert(t, l, p, s.rows...)
	for below, want := range map[int64]uint64{0: 0, 2: 2, 3: 3, 4: 2, 5: 1} {
		k := ledger.Known{Below: map[ledger.Partition]int64{p: below}}
		if got, err := reader(t).Unresolved(t.Context(), k); err != nil || got != (ledger.DeadLetters{OfAnyone: want, Unattributable: want}) {
			t.Errorf("Unresolved below %d = %+v, %v, want %d of nobody", below, got, err, want)
		}
	}
}

// Beside a person those of nobody are counted apart, and an event of the same hour settles one of
// them however many of the person's are newer.
func TestUnattributableBesideAPerson(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(3)
	s := &story{source: "/t/" + p.Cluster}
	refused := func(o ledger.Outcome, subject string) {
		s.tell(t, "data.shared", who[0], day, shared)
		s.refuse(o)
		if e := s.rows[len(s.rows)-1].Event; subject == "" {
			e.Namespace, e.Subject = nil, [16]byte{}
		}
	}
	refused(ledger.Rejected, "")
	refused(ledger.Rejected, "")
	insert(t, l, p, s.rows...)
	s.again(t, 0, who[1], day)
	refused(ledger.Conflict, "")
	for range 150 {
		refused(ledger.Rejected, who[0])
	}
	refused(ledger.Conflict, who[0])
	insert(t, l, p, s.rows[2:]...)
	k := ledger.Known{Below: map[ledger.Partition]int64{p: int64(len(s.rows))}}
	for subject, want := range map[string]ledger.DeadLetters{
		who[0]: {OfSubject: 150, Conflicts: 1, Unattributable: 1},
		who[1]: {Unattributable: 1},
		who[2]: {Unattributable: 1},
	} {
		if got, err := reader(t).Unresolved(t.Context(), k, subject); err != nil || got != want {
			t.Errorf("Unresolved of %s = %+v, %v, want %+v", subject, got, err, want)
		}
	}
	if got, err := reader(t).Unresolved(t.Context(), k); err != nil || got != (ledger.DeadLetters{OfAnyone: 151, Unattributable: 1}) {
		t.Errorf("Unresolved of anyone = %+v, %v, want 151, of which 1 of nobody", got, err)
	}
}

func TestSources(t *testing.T) {
	cases := map[string]struct {
		numbers string // in the order of the events' times
		missing uint64
	}{
		"without-numbers":         {"- - -", 0},
		"one-event":               {"7", 0},
		"every-number":            {"7 8 9 10", 0},
		"some-left-out":           {"1 2 5 9", 5},
		"with-leading-zeros":      {"0001 0003", 1},
		"some-without":            {"1 - 4", 2},
		"out-of-order":            {"2 1 3 5", 1},
		"no-numbers":              {"1 x5 2026-11-20 3", 1},
		"sent-twice":              {"1 2 2 3", 0},
		"began-anew":              {"1000 1001 1002 1 2 3", 0},
		"began-anew-and-overtook": {"3 4 5 1 2 3 4 5 6", 0},
		"the-greatest-of-all":     {"18446744073709551613 18446744073709551615", 1},
		"least-and-greatest":      {"0 18446744073709551615", 18446744073709551614},
	}
	l, p, who := writer(t), partition(t), subjects(1)[0]
	var all []*ledger.Row
	for name, c := range cases {
		s := &story{source: "/" + name + "/" + p.Cluster}
		for i, n := range strings.Fields(c.numbers) {
			s.tell(t, "data.shared", who, day.Add(time.Duration(i)*time.Minute), shared)
			if n != "-" {
				s.number(n)
			}
		}
		s.tell(t, "data.shared", who, day, shared)
		s.number("99999")
		s.refuse(ledger.Duplicate)
		all = append(all, s.rows...)
	}
	insert(t, l, p, all...)
	sources, err := reader(t).Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range cases {
		i := slices.IndexFunc(sources, func(g ledger.Source) bool { return g.Source == "/"+name+"/"+p.Cluster })
		if i < 0 {
			t.Fatalf("Sources = %v, want %s", sources, name)
		}
		got := sources[i]
		if got.Since.IsZero() || got.Since != got.Last {
			t.Errorf("%s: since %v, last %v, want one batch's moment", name, got.Since, got.Last)
		}
		if want := uint64(len(strings.Fields(c.numbers))); got.Events != want || got.Missing != c.missing {
			t.Errorf("%s: %d events, %d numbers missing, want %d, %d", name, got.Events, got.Missing, want, c.missing)
		}
	}
}

// What was lost for good is told, and is no hole.
func TestLostOffsetsAreCounted(t *testing.T) {
	l, p := writer(t), partition(t)
	lost := func(from, to, seq int) *ledger.Row {
		return &ledger.Row{Offset: int64(to), LostFrom: int64(from), Seq: uint64(seq), Outcome: ledger.Lost}
	}
	insert(t, l, p, append([]*ledger.Row{lost(0, 9, 0), lost(10, 10, 1)}, rows(12, 13)...)...)
	ends, err := reader(t).Ends(t.Context())
	i := slices.IndexFunc(ends, func(e store.End) bool { return e.Partition == p })
	if err != nil || i < 0 || ends[i].Lost != 11 || ends[i].Rows != 3 || ends[i].Next != 13 {
		t.Errorf("Ends = %+v, %v, want 11 lost offsets of %s", ends, err, p)
	}
}

// A row that is gone is a hole wherever it stood: also at the head, where seq
// begins at the newest floor's, or at 0.
func TestHoles(t *testing.T) {
	for name, c := range map[string]struct {
		floors []uint64
		rows   []int
		hole   bool
	}{
		"whole":                 {nil, []int{0, 1, 2}, false},
		"the middle is gone":    {nil, []int{0, 2}, true},
		"the head is gone":      {nil, []int{1, 2}, true},
		"a floor, no rows":      {[]uint64{7}, nil, false},
		"whole from a floor on": {[]uint64{2}, []int{2, 3}, false},
		"floor, the head gone":  {[]uint64{2}, []int{3, 4}, true},
		"floor, the middle":     {[]uint64{2}, []int{2, 4}, true},
		"raised, all there":     {[]uint64{2, 4}, []int{2, 3, 4}, false},
		"raised, below dropped": {[]uint64{2, 4}, []int{4, 5}, false},
		"raised, the head gone": {[]uint64{2, 4}, []int{5, 6}, true},
	} {
		t.Run(name, func(t *testing.T) {
			l, p := writer(t), partition(t)
			for _, seq := range c.floors {
				floor(t, p, int64(seq), seq)
			}
			for _, n := range c.rows {
				insert(t, l, p, rows(n, n+1)...)
			}
			ends, err := reader(t).Ends(t.Context())
			i := slices.IndexFunc(ends, func(e store.End) bool { return e.Partition == p })
			if err != nil || i < 0 || ends[i].Hole != c.hole || ends[i].Rows != uint64(len(c.rows)) {
				t.Errorf("Ends = %+v, %v, want of %s a hole: %v", ends, err, p, c.hole)
			}
		})
	}
}

// Repeats that the writer cannot see: in another partition, and of another hour.
func TestRepeatsView(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(1)[0]
	s := &story{source: "/t/" + p.Cluster}
	for range 4 {
		s.tell(t, "data.shared", who, day, shared)
	}
	s.again(t, 1, who, day)
	s.again(t, 2, who, day.Add(5*time.Hour))
	s.again(t, 3, who, day)
	s.refuse(ledger.Duplicate)
	insert(t, l, p, s.rows[:4]...)
	other := p
	other.ID++
	for i, r := range s.rows[4:] {
		r.Offset, r.LostFrom, r.Seq = int64(i), int64(i), uint64(i)
	}
	insert(t, l, other, s.rows[4:]...)
	got := answer(t, "auditor", `SELECT concat(id, ': ', toString(accepted), ' times, ', toString(contents), ' contents, ', arrayStringConcat(places, ' '))
		FROM custody.repeats WHERE source = ? ORDER BY id`, s.source)
	want := []string{
		fmt.Sprintf("event-1: 2 times, 1 contents, %s/1 %s/0", p, other),
		fmt.Sprintf("event-2: 2 times, 2 contents, %s/2 %s/1", p, other),
	}
	if !slices.Equal(got, want) {
		t.Errorf("custody.repeats = %q, want %q", got, want)
	}
}

// What lies below given offsets is the same however much is logged later.
func TestKnownPartsOfTheLog(t *testing.T) {
	l, p, who := writer(t), partition(t), subjects(3)
	other := p
	other.Epoch, other.ID = 1, p.ID+1
	begin := func(from int) *story { return &story{source: fmt.Sprintf("/%d/%s", from, p.Cluster)} }
	move := func(s *story, from int) []*ledger.Row {
		for i, r := range s.rows {
			r.Offset, r.LostFrom, r.Seq = int64(from+i), int64(from+i), uint64(from+i)
		}
		return s.rows
	}
	s := begin(0)
	s.tell(t, "data.shared", who[0], day, shared)
	s.tell(t, "subject.linked", who[0], day, fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, who[1]))
	s.tell(t, "data.shared", who[1], day, shared)
	insert(t, l, p, s.rows...)
	s = begin(10)
	s.tell(t, "data.shared", who[1], day, shared)
	insert(t, l, other, move(s, 10)...)
	then := answer(t, "auditor", `SELECT toString(toUnixTimestamp64Micro(max(recorded_at))) FROM custody.log WHERE kafka_cluster = ?`, p.Cluster)[0]
	micros, err := strconv.ParseInt(then, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	s = begin(3)
	s.tell(t, "data.shared", who[0], day, shared)
	s.tell(t, "subject.linked", who[1], day, fmt.Sprintf(`{"controller":"tmall","linked_subject":%q}`, who[2]))
	s.tell(t, "data.shared", who[2], day, shared)
	insert(t, l, p, move(s, 3)...)

	below := func(first, second int64) ledger.Known {
		return ledger.Known{Below: map[ledger.Partition]int64{p: first, other: second}}
	}
	for name, c := range map[string]struct {
		known        ledger.Known
		people, rows int
	}{
		"all":                  {ledger.Known{}, 3, 5},
		"as far as it goes":    {below(6, 11), 3, 5},
		"some offsets":         {below(3, 11), 2, 3},
		"fewer":                {below(2, 11), 2, 2},
		"less than a link":     {below(1, 11), 1, 1},
		"one partition only":   {ledger.Known{Below: map[ledger.Partition]int64{p: 3}}, 2, 2},
		"no partition":         {ledger.Known{Below: map[ledger.Partition]int64{}}, 1, 0},
		"a moment":             {ledger.Known{At: time.UnixMicro(micros)}, 2, 3},
		"a moment and offsets": {ledger.Known{At: time.UnixMicro(micros), Below: below(2, 11).Below}, 2, 2},
		"before it all":        {ledger.Known{At: time.UnixMicro(1)}, 1, 0},
	} {
		db := reader(t)
		people, err := db.Aliases(t.Context(), c.known, who[0])
		if err != nil || len(people) != c.people {
			t.Errorf("%s: Aliases = %v, %v, want %d", name, people, err, c.people)
		}
		flows, err := db.Flows(t.Context(), c.known, people...)
		if err != nil || len(flows) != c.rows {
			t.Errorf("%s: Flows = %d, %v, want %d", name, len(flows), err, c.rows)
		}
		events, err := db.Events(t.Context(), store.Filter{Subjects: people, Known: c.known, Kinds: []event.Kind{event.KindShared}})
		if err != nil || len(events) != c.rows {
			t.Errorf("%s: Events = %d, %v, want %d", name, len(events), err, c.rows)
		}
		one, err := db.Event(t.Context(), c.known, "/10/"+p.Cluster, "event-0")
		if there := c.rows > 0 && name != "one partition only"; err != nil || (len(one) == 1) != there {
			t.Errorf("%s: Event = %d rows, %v, want it there: %v", name, len(one), err, there)
		}
	}
}
