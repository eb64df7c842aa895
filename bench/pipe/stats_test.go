package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestSpreadOf(t *testing.T) {
	for name, c := range map[string]struct {
		values []float64
		want   spread
	}{
		"none":                     {nil, spread{}},
		"one":                      {[]float64{3}, spread{3, 3, 3}},
		"an odd number, unsorted":  {[]float64{9, 1, 5}, spread{5, 1, 9}},
		"an even number, unsorted": {[]float64{9, 1, 5, 7}, spread{6, 1, 9}},
	} {
		given := slices.Clone(c.values)
		if got := spreadOf(c.values); got != c.want {
			t.Errorf("%s: spreadOf(%v) = %v, want %v", name, given, got, c.want)
		}
		if !slices.Equal(given, c.values) {
			t.Errorf("%s: the values are %v afterwards", name, c.values)
		}
	}
}

func TestQuantile(t *testing.T) {
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = i + 1
	}
	for name, c := range map[string]struct {
		values []int
		q      float64
		want   int
	}{
		"of one":              {[]int{7}, 0.99, 7},
		"the middle of three": {[]int{1, 2, 9}, 0.5, 2},
		"half of a hundred":   {hundred, 0.5, 50},
		"99 of a hundred":     {hundred, 0.99, 99},
		"all":                 {hundred, 1, 100},
		"the least":           {hundred, 0, 1},
	} {
		if got := quantile(c.values, c.q); got != c.want {
			t.Errorf("%s: quantile(%v) = %d, want %d", name, c.q, got, c.want)
		}
	}
}

// Two contestants, drained twice: the line says what is between them, and null of all others.
func TestFigures(t *testing.T) {
	took := func(seconds float64, cpu time.Duration, memory float64) drain {
		return drain{records: 1000, took: time.Duration(seconds * float64(time.Second)), self: cpu / 2, server: cpu / 4, broker: cpu / 4, memory: memory}
	}
	r := results{
		drains: map[string][]drain{
			nameCustody:   {took(1, 4*time.Millisecond, 99.6), took(0.5, 8*time.Millisecond, 50), took(2, 6*time.Millisecond, 70)},
			nameEngineLog: {took(4, 24*time.Millisecond, 0)},
		},
		own: map[string]visible{nameCustody: {p99: 1234567 * time.Microsecond}},
	}
	line, err := json.Marshal(r.figures())
	want := `{"custody_events_per_second":1000,"ratio_kafka_engine":4,"cpu_ratio_kafka_engine":0.25,"ratio_kafka_engine_plain":null,` +
		`"ratio_afternoon_go":null,"memory_mib":100,"visible_p99_ms":1234}`
	if err != nil || string(line) != want {
		t.Errorf("figures = %s, %v\nwant %s", line, err, want)
	}
}

// Only what is a part is asked about, not what is about to be one or was.
func TestBlocks(t *testing.T) {
	for name, want := range map[string]string{
		"2026_3_3_0":            "2026 3 3",
		"all_1_12_2":            "all 1 12",
		"tmp_insert_2026_3_3_0": "",
		"tmp_merge_2026_1_6_1":  "",
		"delete_tmp_2026_1_1_0": "",
		"2026_x_3_0":            "",
		"format_version.txt":    "",
		"detached":              "",
		"moving":                "",
	} {
		got := ""
		if partition, first, last, ok := blocks(name); ok {
			got = fmt.Sprint(partition, " ", first, " ", last)
		}
		if got != want {
			t.Errorf("blocks(%q) = %q, want %q", name, got, want)
		}
	}
}

// Offsets 0 to 2 are acknowledged while it warms up, 3 to 5 at once afterwards, 6
// and another partition's 0 later still.
func TestMeasure(t *testing.T) {
	start := time.Now()
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	batches := []batch{{1, 6, 6, at(200)}, {1, 0, 2, at(50)}, {1, 3, 5, at(100)}, {2, 0, 0, at(200)}}
	looks := []look{{at(60), nil}, {at(120), map[int]int64{1: 3}}, {at(190), map[int]int64{1: 5}}, {at(300), map[int]int64{1: 6, 2: 0}}}
	v, err := measure(batches, looks, at(100))
	// 3 after 20 ms, 4 and 5 after 90, the last two after 100
	if err != nil || v.p50 != 90*time.Millisecond || v.p99 != 100*time.Millisecond || v.rate != 50 {
		t.Errorf("measure = %+v, %v; want 90 ms, 100 ms, 50 a second", v, err)
	}
	if _, err := measure(append(batches, batch{1, 7, 7, at(210)}), looks, at(100)); err == nil {
		t.Error("an event that is never seen is no error")
	}
	if _, err := measure(batches, looks, at(1000)); err == nil {
		t.Error("a measurement without events is no error")
	}
}
