package store_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

func TestClockIsTheServers(t *testing.T) {
	l := writer(t)
	a, err := l.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Clock(t.Context())
	if err != nil || b.Before(a) {
		t.Errorf("Clock = %v after %v, %v", b, a, err)
	}
}

func TestExtent(t *testing.T) {
	l, p := writer(t), partition(t)
	if e, err := l.Extent(t.Context(), p); err != nil || !reflect.DeepEqual(e, ledger.Extent{}) {
		t.Errorf("Extent of nothing = %+v, %v, want zero", e, err)
	}
	future := row(12)
	future.Outcome, future.Event.Time = ledger.Rejected, day.AddDate(1, 0, 0).UnixNano()
	insert(t, l, p, append(rows(2, 12), future)...)
	want := ledger.Extent{Rows: 11, MaxOffset: 12, MinSeq: 2, MaxSeq: 12, MaxTime: day.Add(11 * time.Millisecond)}
	if e, err := l.Extent(t.Context(), p); err != nil || !reflect.DeepEqual(e, want) {
		t.Errorf("Extent = %+v, %v, want %+v: what was rejected has no say in the time", e, err, want)
	}
	other := p
	other.Epoch = 1
	if e, err := l.Extent(t.Context(), other); err != nil || e.Rows != 0 {
		t.Errorf("Extent of another epoch = %+v, %v, want nothing", e, err)
	}
}

func TestFloorsAndEpochs(t *testing.T) {
	l, p := writer(t), partition(t)
	if n, err := l.Epoch(t.Context(), p.Cluster, p.Topic); err != nil || n != 0 {
		t.Errorf("Epoch of an unknown topic = %d, %v, want 0", n, err)
	}
	p.Epoch = 2
	insert(t, l, p, rows(0, 3)...)
	p.Epoch = 3
	floor(t, p, 40, 7)
	floor(t, p, 90, 9)
	e, err := l.Extent(t.Context(), p)
	if want := (ledger.Extent{Floor: 90, FloorSeq: 9, Epoch: 3}); err != nil || e != want {
		t.Errorf("Extent = %+v, %v, want %+v", e, err, want)
	}
	if n, err := l.Epoch(t.Context(), p.Cluster, p.Topic); err != nil || n != 3 {
		t.Errorf("Epoch = %d, %v, want 3", n, err)
	}
}

func floor(t testing.TB, p ledger.Partition, offset int64, seq uint64) {
	t.Helper()
	err := sql(t, "admin").Exec(t.Context(), `INSERT INTO custody.floors
		(kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, kafka_offset, seq, why, actor) VALUES (?, ?, ?, ?, ?, ?, 'epoch', 'test')`,
		p.Cluster, p.Topic, p.Epoch, p.ID, offset, seq)
	if err != nil {
		t.Fatal(err)
	}
}

func TestBeginAndBegun(t *testing.T) {
	l, p := writer(t), partition(t)
	if ids, err := l.Begun(t.Context(), p.Cluster, p.Topic, 4); err != nil || len(ids) > 0 {
		t.Errorf("Begun of an unknown epoch = %v, %v, want none", ids, err)
	}
	p.Epoch = 4
	floors := make([]ledger.Floor, 3)
	for i := range floors {
		floors[i] = ledger.Floor{Partition: p, Offset: int64(10 * i), Seq: uint64(i), Why: ledger.EpochBegins, Actor: "operator"}
		floors[i].ID = int32(i)
	}
	floors = append(floors, ledger.Floor{Partition: p, Offset: 5, Seq: 2, Why: ledger.RetentionDrop, Actor: "operator"})
	floors[3].ID = 7
	for range 2 { // again changes nothing
		if err := l.Begin(t.Context(), floors, time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if ids, err := l.Begun(t.Context(), p.Cluster, p.Topic, 4); err != nil || !slices.Equal(ids, []int32{0, 1, 2}) {
			t.Errorf("Begun = %v, %v, want 0, 1 and 2", ids, err)
		}
		if n, err := l.Epoch(t.Context(), p.Cluster, p.Topic); err != nil || n != 4 {
			t.Errorf("Epoch = %d, %v, want 4", n, err)
		}
		p.ID = 2
		if e, err := l.Extent(t.Context(), p); err != nil || e != (ledger.Extent{Floor: 20, FloorSeq: 2, Epoch: 4}) {
			t.Errorf("Extent = %+v, %v, want floor 20 of seq 2", e, err)
		}
	}
}

func TestBeginAfterTheLease(t *testing.T) {
	l, p := writer(t), partition(t)
	p.Epoch = 1
	now, err := l.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	floors := []ledger.Floor{{Partition: p, Why: ledger.EpochBegins, Actor: "operator"}}
	if err := l.Begin(t.Context(), floors, now); err == nil {
		t.Error("Begin under a lease that is over = nil, want that the server refuses it")
	}
	if n, err := l.Epoch(t.Context(), p.Cluster, p.Topic); err != nil || n != 0 {
		t.Errorf("Epoch = %d, %v, want 0", n, err)
	}
}

func TestTrace(t *testing.T) {
	l, p := writer(t), partition(t)
	if _, ok, err := l.Trace(t.Context(), p, 100); err != nil || ok {
		t.Errorf("Trace of nothing = %v, %v, want none", ok, err)
	}
	all := rows(0, 10)
	lost := &ledger.Row{Offset: 19, LostFrom: 10, Seq: 10, Outcome: ledger.Lost}
	insert(t, l, p, append(all, lost)...)
	want := ledger.Trace{Offset: 4, Seq: 4, KafkaTime: all[4].KafkaTime.UnixMilli(), EventHash: all[4].EventHash}
	if got, ok, err := l.Trace(t.Context(), p, 4); err != nil || !ok || got != want {
		t.Errorf("Trace(4) = %+v, %v, %v, want %+v", got, ok, err, want)
	}
	if got, ok, err := l.Trace(t.Context(), p, 100); err != nil || !ok || got.Offset != 19 || !got.Lost {
		t.Errorf("Trace(100) = %+v, %v, %v, want the lost row", got, ok, err)
	}
}

func TestHas(t *testing.T) {
	l, p := writer(t), partition(t)
	lost := &ledger.Row{Offset: 19, LostFrom: 10, Seq: 10, Outcome: ledger.Lost}
	insert(t, l, p, append(rows(0, 10), lost)...)
	for offset, want := range map[int64]bool{0: true, 9: true, 10: false, 19: true, 20: false, -1: false} {
		if got, err := l.Has(t.Context(), p, offset); err != nil || got != want {
			t.Errorf("Has(%d) = %v, %v, want %v", offset, got, err, want)
		}
	}
}

func TestInserting(t *testing.T) {
	l, p := writer(t), partition(t)
	if got, err := l.Inserting(t.Context(), p); err != nil || got {
		t.Errorf("Inserting = %v, %v, want false", got, err)
	}
	longer := p
	longer.ID = 31 // "…/3" is a prefix of "…/31"
	stop := begin(t, longer)
	if got, err := l.Inserting(t.Context(), p); err != nil || got {
		t.Errorf("Inserting beside partition 31 = %v, %v, want false", got, err)
	}
	if got, err := l.Inserting(t.Context(), longer); err != nil || !got {
		t.Errorf("Inserting while one is open = %v, %v, want true", got, err)
	}
	stop()
	stop = begin(t, longer, p)
	for _, of := range []ledger.Partition{p, longer} {
		if got, err := l.Inserting(t.Context(), of); err != nil || !got {
			t.Errorf("Inserting(%s) while one of both is open = %v, %v, want true", of, got, err)
		}
	}
	stop()
}

func TestSeen(t *testing.T) {
	l, p := writer(t), partition(t)
	duplicate := row(100)
	duplicate.Outcome = ledger.Duplicate
	insert(t, l, p, append(rows(0, 100), duplicate)...)
	other := p
	other.ID++
	insert(t, l, other, rows(200, 210)...)

	all, err := l.Recent(t.Context(), p, 1000)
	if err != nil || len(all) != 100 {
		t.Fatalf("Recent(1000) = %d rows, %v, want the 100 accepted ones", len(all), err)
	}
	for _, s := range all {
		if want := seen(row(int(s.Offset))); s != want {
			t.Errorf("Recent holds %+v, want %+v", s, want)
		}
	}
	if few, err := l.Recent(t.Context(), p, 7); err != nil || len(few) != 7 {
		t.Errorf("Recent(7) = %d rows, %v", len(few), err)
	}

	keys := []ledger.Key{key(row(5)), key(row(99)), key(row(100)), key(row(205)), key(row(1000))}
	late := key(row(6))
	late.Time += int64(2 * time.Hour)
	got, err := l.Find(t.Context(), p, append(keys, late))
	slices.SortFunc(got, func(a, b ledger.Seen) int { return int(a.Offset - b.Offset) })
	if want := []ledger.Seen{seen(row(5)), seen(row(99))}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Find = %v, %v, want %v", got, err, want)
	}
	if none, err := l.Find(t.Context(), p, nil); err != nil || len(none) > 0 {
		t.Errorf("Find of nothing = %v, %v", none, err)
	}
}

// Partitions that look for events at once are answered together, each with its own rows:
// the same event may be in several.
func TestFindTogether(t *testing.T) {
	l, p := writer(t), partition(t)
	var keys []ledger.Key
	for _, r := range rows(0, 70) {
		keys = append(keys, key(r))
	}
	var asking sync.WaitGroup
	for id := range int32(6) {
		p.ID = id
		insert(t, l, p, rows(10*int(id), 10*int(id)+20)...)
	}
	for id := range int32(6) {
		asking.Go(func() {
			p := p
			p.ID = id
			for range 5 {
				got, err := l.Find(t.Context(), p, keys)
				slices.SortFunc(got, func(a, b ledger.Seen) int { return int(a.Offset - b.Offset) })
				var want []ledger.Seen
				for _, r := range rows(10*int(id), 10*int(id)+20) {
					want = append(want, seen(r))
				}
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("Find in partition %d = %v, %v, want %v", id, got, err, want)
				}
			}
		})
	}
	asking.Wait()
}

// Recent goes back from the latest hour in stretches; whatever they are, what it leaves out is no later than what it gives.
func TestRecentIsOfTheLatestHours(t *testing.T) {
	l, p := writer(t), partition(t)
	all := rows(0, 400)
	for i, r := range all { // of a hundred days without an order, some hours with none; the last hundred of a year before
		r.Event.Time = day.Add(-time.Duration(i*i%17+5*i) * time.Hour).UnixNano()
		if i >= 300 {
			r.Event.Time = day.AddDate(-1, 0, -i).UnixNano()
		}
	}
	for _, r := range all[390:] {
		r.Outcome = ledger.Rejected
	}
	insert(t, l, p, all...)
	hours := func(r *ledger.Row) int64 { return r.Event.Time / int64(time.Hour) }
	for n, want := range map[int]int{1: 1, 2: 2, 50: 50, 299: 299, 301: 301, 389: 389, 390: 390, 399: 390, 400: 390, 1000: 390} {
		got, err := l.Recent(t.Context(), p, n)
		if err != nil || len(got) != want {
			t.Errorf("Recent(%d) = %d rows, %v, want %d", n, len(got), err, want)
			continue
		}
		given := map[int64]bool{}
		first := int64(math.MaxInt64)
		for _, s := range got {
			given[s.Offset], first = true, min(first, s.Time/int64(time.Hour))
		}
		for _, r := range all[:390] {
			if !given[r.Offset] && hours(r) > first {
				t.Errorf("Recent(%d) leaves out row %d, which is of a later hour than one that it gives", n, r.Offset)
			}
		}
		if len(given) != want {
			t.Errorf("Recent(%d) gives rows twice: %d of %d", n, len(given), want)
		}
	}
}

// A refused event or a Kafka record may bear any time; ClickHouse's hours end in 2106, and
// one row beyond made it pass over all others of the part (docs/decisions/0404).
func TestNoRowHidesAnother(t *testing.T) {
	l, p := writer(t), partition(t)
	end := time.Unix(ledger.Latest, 999_999_999)
	last, far := row(10), row(11)
	last.Outcome, last.Event.Time, last.KafkaTime = ledger.Rejected, end.UnixNano(), end
	far.Outcome, far.Event.Time = ledger.Rejected, day.AddDate(80, 0, 0).UnixNano()
	insert(t, l, p, append(rows(0, 10), last, far)...)

	var keys []ledger.Key
	for _, r := range rows(0, 10) {
		keys = append(keys, key(r))
	}
	if got, err := l.Find(t.Context(), p, keys); err != nil || len(got) != 10 {
		t.Errorf("Find = %d rows, %v, want 10", len(got), err)
	}
	for column, want := range map[string]string{"time": "10", "kafka_time": "11"} {
		for _, unit := range []string{"toStartOfHour", "toStartOfDay", "toStartOfMonth"} {
			got := answer(t, "auditor", fmt.Sprintf(`SELECT toString(count()) FROM custody.log
				WHERE kafka_cluster = ? AND %[1]s(%[2]s) = %[1]s(toDateTime(?, 'UTC'))`, unit, column), p.Cluster, day.Unix())
			if !slices.Equal(got, []string{want}) {
				t.Errorf("rows by %s of %s = %v, want %s", unit, column, got, want)
			}
		}
	}
	times := answer(t, "auditor", `SELECT toString(time) FROM custody.log WHERE kafka_cluster = ? AND outcome = 'rejected' ORDER BY kafka_offset`, p.Cluster)
	if want := []string{"2106-02-07 06:28:15.999999999", "1970-01-01 00:00:00.000000000"}; !slices.Equal(times, want) {
		t.Errorf("times of the refused = %v, want %v", times, want)
	}
}

func seen(r *ledger.Row) ledger.Seen {
	return ledger.Seen{EventHash: r.EventHash, ContentHash: r.ContentHash, Time: r.Event.Time, Offset: r.Offset}
}

func key(r *ledger.Row) ledger.Key { return ledger.Key{EventHash: r.EventHash, Time: r.Event.Time} }

func TestNewest(t *testing.T) {
	l, p := writer(t), partition(t)
	old := rows(0, 5)
	old[1].Outcome, old[1].Reason = ledger.Rejected, 3
	insert(t, l, p, old...)
	batch := rows(5, 12)
	batch[1].Outcome = ledger.Conflict
	batch[3].Outcome, batch[3].Reason, batch[3].ReasonField = ledger.Rejected, 1, "data.note"
	batch[4].Outcome = ledger.Duplicate
	insert(t, l, p, batch...)
	got, err := l.Newest(t.Context(), p)
	want := []ledger.Refusal{
		{Offset: 6, Outcome: ledger.Conflict},
		{Offset: 8, Outcome: ledger.Rejected, Reason: "personal-value", ReasonField: "data.note"},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Newest = %v, %v, want %v", got, err, want)
	}
}

type gap struct {
	after, before  int64
	first, missing uint64
}

func TestGaps(t *testing.T) {
	const bucket = 65_536
	for name, c := range map[string]struct {
		there [][2]int // ranges of seq
		lost  bool
		want  []gap
	}{
		"nothing":                    {},
		"no gap":                     {there: [][2]int{{0, 20}}},
		"before the first row":       {there: [][2]int{{3, 9}}, want: []gap{{-1, 3, 0, 3}}},
		"one row":                    {there: [][2]int{{0, 5}, {6, 9}}, want: []gap{{4, 6, 5, 1}}},
		"two runs":                   {there: [][2]int{{0, 5}, {7, 9}, {12, 13}}, want: []gap{{4, 7, 5, 2}, {8, 12, 9, 3}}},
		"at a bucket's end":          {there: [][2]int{{0, bucket - 1}, {bucket, bucket + 2}}, want: []gap{{bucket - 2, bucket, bucket - 1, 1}}},
		"across a bucket's end":      {there: [][2]int{{0, bucket - 1}, {bucket + 1, bucket + 2}}, want: []gap{{bucket - 2, bucket + 1, bucket - 1, 2}}},
		"a bucket and more":          {there: [][2]int{{0, 6}, {3 * bucket, 3*bucket + 1}}, want: []gap{{5, 3 * bucket, 6, 3*bucket - 6}}},
		"before a range that's lost": {there: [][2]int{{0, 5}}, lost: true, want: []gap{{4, 100, 5, 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			l, p := writer(t), partition(t)
			var there []*ledger.Row
			for _, r := range c.there {
				there = append(there, rows(r[0], r[1])...)
			}
			if c.lost {
				there = append(there, &ledger.Row{LostFrom: 100, Offset: 200, Seq: 6, Outcome: ledger.Lost})
			}
			if len(there) > 0 {
				insert(t, l, p, there...)
			}
			got, err := l.Gaps(t.Context(), p)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) { // in the order of ledger.Gap
				t.Errorf("Gaps = %v, %v, want %v", got, err, c.want)
			}
		})
	}
}

// Whatever a cluster is called, its rows are found under that name only.
func TestOddNames(t *testing.T) {
	l := writer(t)
	p := partition(t)
	for _, name := range []string{"it's", `back\slash`, "tab\tnew\nline", `"double"`, "{x:String}", "淘宝", "a/b", "%", "?"} {
		p.Cluster += name
		insert(t, l, p, rows(0, 3)...)
		if e, err := l.Extent(t.Context(), p); err != nil || e.Rows != 3 {
			t.Errorf("Extent of %q = %d rows, %v, want 3", name, e.Rows, err)
		}
		if has, err := l.Has(t.Context(), p, 1); err != nil || !has {
			t.Errorf("Has of %q = %v, %v", name, has, err)
		}
	}
}
