package event_test

import (
	"slices"
	"strings"
	"sync"

	"github.com/datacustody/custody/schemas/vocabulary"
)

// refTerms are the terms of each list, read from the YAML files line by line.
var refTerms = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	files, err := vocabulary.Files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		b, err := vocabulary.Files.ReadFile(f.Name())
		if err != nil {
			panic(err)
		}
		list := strings.TrimSuffix(f.Name(), ".yaml")
		for line := range strings.SplitSeq(string(b), "\n") {
			if id, ok := strings.CutPrefix(line, "  - id: "); ok {
				all[list] = append(all[list], id)
			}
		}
	}
	return all
})

func refHasTerm(list, term string) bool { return slices.Contains(refTerms()[list], term) }
