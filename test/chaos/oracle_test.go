package main

import (
	"bufio"
	"strings"
	"testing"
)

// held is what the oracle says of three records, offsets 5 to 7, and of these rows.
func held(text ...string) *judgement {
	o := &oracle{judgement: &judgement{}}
	r := &rows{oracle: o, lines: bufio.NewScanner(strings.NewReader(strings.Join(text, "\n"))), moments: map[string]bool{}}
	r.next()
	r.hold(5, "accepted\t\t\ta")
	r.hold(6, "duplicate\t\t\ta")
	r.hold(7, "rejected\tsyntax\tdata\t")
	for ; r.more; r.next() {
		o.differ(&o.other, 1, "%d: a row without a record", r.offset)
	}
	return o.judgement
}

func TestRowsAreHeldAgainstRecords(t *testing.T) {
	const five, six, seven = "5\t0\t100\taccepted\t\t\ta", "6\t1\t100\tduplicate\t\t\ta", "7\t2\t101\trejected\tsyntax\tdata\t"
	type counts struct{ lost, doubled, disordered, other int }
	for name, c := range map[string]struct {
		rows []string
		want counts
	}{
		"as it must be":                   {[]string{five, six, seven}, counts{}},
		"the first row lacks":             {[]string{six, seven}, counts{lost: 1}},
		"the last row lacks":              {[]string{five, six}, counts{lost: 1}},
		"no row at all":                   {nil, counts{lost: 3}},
		"a row twice":                     {[]string{five, six, six, seven}, counts{doubled: 1}},
		"the last row twice":              {[]string{five, six, seven, seven}, counts{doubled: 1}},
		"a row says that it was lost":     {[]string{five, "6\t1\t100\tlost\t\t\t", seven}, counts{lost: 1}},
		"a repeat is accepted":            {[]string{five, "6\t1\t100\taccepted\t\t\ta", seven}, counts{other: 1}},
		"another reason":                  {[]string{five, six, "7\t2\t101\trejected\ttombstone\tdata\t"}, counts{other: 1}},
		"two rows have changed places":    {[]string{"5\t1\t100\taccepted\t\t\ta", "6\t0\t100\tduplicate\t\t\ta", seven}, counts{disordered: 2}},
		"seq has a gap":                   {[]string{five, six, "7\t3\t101\trejected\tsyntax\tdata\t"}, counts{disordered: 1}},
		"a row without a record":          {[]string{five, six, seven, "8\t3\t101\taccepted\t\t\tb"}, counts{other: 1}},
		"a row before the first record":   {[]string{"4\t0\t100\taccepted\t\t\tb", five, six, seven}, counts{other: 1}},
		"one moment for two batches":      {[]string{five, "6\t1\t99\tduplicate\t\t\ta", "7\t2\t100\trejected\tsyntax\tdata\t"}, counts{other: 1}},
		"a batch that was healed between": {[]string{five, "6\t1\t102\tduplicate\t\t\ta", seven}, counts{}},
	} {
		j := held(c.rows...)
		if got := (counts{j.lost, j.doubled, j.disordered, j.other}); got != c.want {
			t.Errorf("%s: the oracle counts %+v, want %+v: %v", name, got, c.want, j.first)
		}
	}
}
