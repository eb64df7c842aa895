package lineage_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/lineage"
)

func day(n int) time.Time { return time.Date(2026, 4, n, 0, 0, 0, 0, time.UTC) }

func TestAliases(t *testing.T) {
	link := func(a, b string, n int) lineage.Link { return lineage.Link{A: a, B: b, Time: day(n), Linked: true} }
	undo := func(a, b string, n int) lineage.Link { return lineage.Link{A: a, B: b, Time: day(n)} }
	for name, c := range map[string]struct {
		links []lineage.Link
		want  string
	}{
		"nobody else":                       {nil, "[a]"},
		"either direction":                  {[]lineage.Link{link("b", "a", 1), link("a", "c", 2)}, "[a b c]"},
		"over two links":                    {[]lineage.Link{link("b", "c", 1), link("a", "b", 2)}, "[a b c]"},
		"a ring":                            {[]lineage.Link{link("a", "b", 1), link("b", "c", 1), link("c", "a", 1)}, "[a b c]"},
		"undone before":                     {[]lineage.Link{link("a", "b", 1), undo("b", "a", 2)}, "[a]"},
		"undone and linked again":           {[]lineage.Link{undo("a", "b", 2), link("a", "b", 3), link("a", "b", 1)}, "[a b]"},
		"undone afterwards":                 {[]lineage.Link{link("a", "b", 1), undo("a", "b", 20)}, "[a b]"},
		"found out afterwards":              {[]lineage.Link{link("a", "b", 20)}, "[a b]"},
		"linked and undone at one moment":   {[]lineage.Link{link("a", "b", 2), undo("a", "b", 2)}, "[a b]"},
		"what is behind an undone link":     {[]lineage.Link{link("a", "b", 1), link("b", "c", 1), undo("a", "b", 2)}, "[a]"},
		"undone, then found out afterwards": {[]lineage.Link{link("a", "b", 1), undo("a", "b", 2), link("a", "b", 20)}, "[a b]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprint(lineage.Aliases(c.links, day(10), "a")); got != c.want {
				t.Errorf("Aliases = %s, want %s", got, c.want)
			}
		})
	}
}

// Being one person is mutual, and no order of the words changes it.
func TestAliasesAreMutual(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	people := []string{"a", "b", "c", "d", "e"}
	for range 500 {
		var links []lineage.Link
		for range random.IntN(12) {
			links = append(links, lineage.Link{
				A: people[random.IntN(5)], B: people[random.IntN(5)], Time: day(1 + random.IntN(20)), Linked: random.IntN(3) > 0,
			})
		}
		of := map[string][]string{}
		for _, p := range people {
			of[p] = lineage.Aliases(links, day(10), p)
		}
		random.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
		for _, p := range people {
			if again := lineage.Aliases(links, day(10), p); !slices.Equal(again, of[p]) {
				t.Fatalf("Aliases(%s) = %v in another order, want %v", p, again, of[p])
			}
			for _, q := range of[p] {
				if !slices.Equal(of[q], of[p]) {
					t.Fatalf("Aliases(%s) = %v, Aliases(%s) = %v, want the same of %v", p, of[p], q, of[q], links)
				}
			}
		}
	}
}
