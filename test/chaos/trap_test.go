package main

import (
	"bytes"
	"testing"
)

// A chunk is what comes at once, one way.
type chunk struct {
	way  int
	text string
}

func TestStepsOfAnInsert(t *testing.T) {
	empty := "\x02\x00checksum-of-16-b" + string(emptyBlock) + "eleven bytes"[:emptyRest]
	query := "\x01id INSERT INTO custody.log (a, b) VALUES" + empty
	block := "\x02\x00" + string(bytes.Repeat([]byte("data"), 100))
	for name, c := range map[string]struct {
		chunks []chunk
		want   []step
	}{
		"a block in one piece": {
			[]chunk{{up, query}, {down, "columns"}, {up, block + empty}, {down, "end"}},
			[]step{0, 0, beforeData | inBlock | beforeAnswer, answering},
		},
		"a block in pieces": {
			[]chunk{{up, query}, {up, block}, {up, block}, {down, "progress"}, {up, empty[:10]}, {up, empty[10:]}, {down, "end"}, {down, "more"}},
			[]step{0, beforeData | inBlock, inBlock, 0, inBlock, inBlock | beforeAnswer, answering, 0},
		},
		"a query in pieces": {
			[]chunk{{up, query[:10]}, {up, query[10:30]}, {up, query[30:]}, {up, block + empty}},
			[]step{0, 0, 0, beforeData | inBlock | beforeAnswer},
		},
		"two inserts": {
			[]chunk{{up, query}, {up, block + empty}, {down, "end"}, {up, query}, {up, block + empty}, {down, "end"}},
			[]step{0, beforeData | inBlock | beforeAnswer, answering, 0, beforeData | inBlock | beforeAnswer, answering},
		},
		"a question": {
			[]chunk{{up, "\x01id SELECT 1" + empty}, {down, "1"}},
			[]step{0, 0},
		},
	} {
		var i insert
		for n, c := range zip(c.chunks, c.want) {
			if got := i.see(c.chunk.way, []byte(c.chunk.text)); got != c.want {
				t.Errorf("%s: chunk %d is of step %b, want %b", name, n, got, c.want)
			}
		}
	}
}

type expected struct {
	chunk chunk
	want  step
}

func zip(chunks []chunk, want []step) (es []expected) {
	for i := range chunks {
		es = append(es, expected{chunks[i], want[i]})
	}
	return es
}

func TestStepsOfACommit(t *testing.T) {
	request := func(api byte, metadata string) []byte {
		return []byte("\x00\x00\x00\x60\x00" + string(api) + "\x00\x02\x00\x00\x00\x07\x00\x0aconsumer-2\x00\x07lineage" + metadata)
	}
	var c commit
	for _, e := range []struct {
		name string
		way  int
		text []byte
		want step
	}{
		{"a fetch", up, request(1, ""), 0},
		{"its answer", down, []byte("records"), 0},
		{"a commit that is idle", up, request(offsetCommit, "v1 idle 1790000000000000"), 0},
		{"its answer", down, []byte("done"), 0},
		{"a commit with an intent", up, request(offsetCommit, "v1 0 100 200 1790000000000000 1790000004000000"), intending},
		{"its answer", down, []byte("done"), intended},
	} {
		if got := c.see(e.way, e.text); got != e.want {
			t.Errorf("%s is of step %b, want %b", e.name, got, e.want)
		}
	}
	if c.of() != "consumer-2" {
		t.Errorf("the connection is of %q, want %q", c.of(), "consumer-2")
	}
}
