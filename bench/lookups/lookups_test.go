package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/embedded"
)

func TestMain(m *testing.M) {
	embedded.ChildMain()
	os.Exit(m.Run())
}

// A log is filled, grows when it is opened again, and stays one that Custody could have written.
func TestFill(t *testing.T) {
	dir := t.TempDir()
	grow(t, settings{rows: 6000, base: 3000, dir: dir, keep: true}, func(*site) {})
	grow(t, settings{rows: 12_000, base: 3000, dir: dir, keep: true}, func(s *site) {
		for what, want := range map[string]int{
			"SELECT count() FROM custody.log":                                                        12_000,
			"SELECT count() - uniqExact(id) FROM custody.log WHERE outcome = 'accepted'":             0,
			"SELECT count() - uniqExact(event_hash) FROM custody.log WHERE outcome = 'accepted'":     0,
			"SELECT count() - uniqExact(kafka_partition, kafka_offset) FROM custody.log":             0,
			"SELECT count() FROM custody.certificate WHERE NOT whole":                                0,
			"SELECT uniqExact(toStartOfMonth(time)) < 30 FROM custody.log WHERE time > '1980-01-01'": 0,
			// what an event derives from is in its own copy: of the same person, hence of as many rows
			"SELECT countIf(id NOT IN (SELECT id FROM custody.log)) FROM (SELECT arrayJoin(parent_ids) AS id FROM custody.log)": 0,
		} {
			if got, err := s.number(t.Context(), what); err != nil || got != want {
				t.Errorf("%s = %d (%v), want %d", what, got, err, want)
			}
		}
	})
}

// Who and what is drawn is in the log: else an answer that takes no time would be measured.
func TestDrawsAreInTheLog(t *testing.T) {
	grow(t, settings{rows: 9000, base: 3000, dir: t.TempDir(), seed: 7}, func(s *site) {
		known, copies, err := s.known(t.Context())
		if err != nil || copies != 2 {
			t.Fatalf("copies = %d (%v), want 2", copies, err)
		}
		draws, err := s.draws(t.Context(), settings{seed: 7}, 0, copies, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range draws {
			if n := s.count(t, is(d.subject)); n == 0 {
				t.Errorf("no row is of %s", d.subject)
			}
			if n := s.count(t, "source = '"+d.source+"' AND id = '"+d.id+"' AND outcome = 'accepted'"); n != 1 {
				t.Errorf("%d rows are event %s of %s, want 1", n, d.id, d.source)
			}
			found, err := s.log.Find(t.Context(), d.partition, d.keys)
			if err != nil || len(found) != (len(d.keys)+1)/2 {
				t.Errorf("%d of %d late events found (%v), want half of them", len(found), len(d.keys), err)
			}
		}
		for _, q := range s.questions(known) {
			m, err := s.answers(t.Context(), q, draws[:1])
			if err != nil || len(m.cold) != 1 || len(m.warm) != 1 {
				t.Errorf("%s: %v", q.name, err)
			}
		}
	})
}

// Every layout can be made of the table as it is.
func TestLayouts(t *testing.T) {
	grow(t, settings{rows: 100, base: 100, dir: t.TempDir()}, func(s *site) {
		shipped, err := s.definition(t.Context(), layouts[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range layouts[1:] {
			sql, err := s.definition(t.Context(), l)
			if err != nil || sql == shipped {
				t.Errorf("%s: %v, changed: %t", l.name, err, sql != shipped)
				continue
			}
			if err := s.do(t.Context(), sql, "DROP TABLE bench.layout"); err != nil {
				t.Errorf("%s: %v", l.name, err)
			}
		}
	})
}

func TestReport(t *testing.T) {
	// of 3000 simulated rows some 15 are refused; of fewer perhaps none, and who had some is asked about
	dir := t.TempDir()
	to := filepath.Join(dir, "report.md")
	err := run(t.Context(), []string{"-rows", "6000", "-base", "3000", "-draws", "1", "-only", "Extent|Flows", "-dir", filepath.Join(dir, "log"), "-report", to})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"log of 6,000 rows", "| recipients of a person (Flows) | 1 |", "(Extent)", "| projection by_event |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report has no %q:\n%s", want, text)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "log")); err == nil {
		t.Error("the log is still there, want it removed without -keep")
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"more rows than the disk holds": {[]string{"-rows", "1000000000000"}, "GB free"},
		"kept nowhere":                  {[]string{"-keep"}, "-keep needs -dir"},
		"no rows":                       {[]string{"-rows", "0"}, "at least 1"},
		"an odd word":                   {[]string{"rows"}, "no flag"},
		"a bad expression":              {[]string{"-only", "("}, "-only"},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(t.Context(), c.args)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("run(%q) = %v, want %q in it", c.args, err, c.want)
			}
		})
	}
}

func TestShares(t *testing.T) {
	var answers []answer
	for n := range 200 {
		answers = append(answers, answer{rows: 200 - n, took: time.Duration(n) * time.Millisecond})
	}
	for share, want := range map[float64]int{0: 1, 0.5: 101, 0.99: 199, 1: 200} {
		if got := of(share, answers, read); got != want {
			t.Errorf("of(%v) = %d, want %d", share, got, want)
		}
	}
	if got := of(0.99, answers[:1], took); got != 0 {
		t.Errorf("of one answer = %d, want 0", got)
	}
}

func (s *site) count(t *testing.T, where string) int {
	t.Helper()
	n, err := s.number(t.Context(), "SELECT count() FROM custody.log WHERE "+where)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// grow opens a site, fills it, and gives it to do while it is open.
func grow(t *testing.T, o settings, do func(*site)) {
	t.Helper()
	s, err := open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := s.fill(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	do(s)
}
