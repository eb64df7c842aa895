package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/rules"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/vocabulary"
)

// A Contract is by what events are judged. Whoever judges, the gateway, a
// producer or the writer of the log, has to be given the same one.
type contract struct {
	bytes      int
	ahead      time.Duration
	vocabulary string
	parties    string
	policies   string
	options    event.Options    // what comes of them; the zero value is the contract's own
	words      *catalog.Catalog // the vocabulary with the user's terms; nil: without
	court      *rules.Court     // what finds what events break; open makes it
}

const (
	maxBytesDefault = 64 << 10
	maxAheadDefault = 5 * time.Minute
	maxAheadMost    = 365 * 24 * time.Hour
)

func (k *contract) flags(fs *pflag.FlagSet) {
	fs.IntVar(&k.bytes, "max-event-bytes", maxBytesDefault, "a bigger event is rejected: key, value and headers together")
	fs.DurationVar(&k.ahead, "max-ahead", maxAheadDefault, "an event whose time lies further in the future is rejected")
	fs.StringVar(&k.vocabulary, "vocabulary", "", "`directory` of YAML files with further terms of the closed lists")
	fs.StringVar(&k.parties, "parties", "", "`directory` of YAML files with further parties, or others in the place of ours")
	fs.StringVar(&k.policies, "policies", "", "`directory` of YAML files with further privacy policies, or others in the place of ours")
}

// load reads the user's own terms.
func (k *contract) load() error {
	if k.bytes < 1024 || k.bytes > 1<<20 || k.ahead <= 0 || k.ahead > maxAheadMost {
		return errors.New("--max-event-bytes is from 1024 to 1048576, --max-ahead more than 0 and at most 8760h")
	}
	if k.bytes != maxBytesDefault {
		k.options.MaxBytes = k.bytes
	}
	if k.ahead != maxAheadDefault {
		k.options.MaxAhead = k.ahead
	}
	if k.vocabulary == "" {
		return nil
	}
	own, err := ownFiles("vocabulary", k.vocabulary)
	if err != nil {
		return err
	}
	if k.words, err = catalog.Load(vocabulary.Files, own); err != nil {
		return fmt.Errorf("--vocabulary %s: %w", k.vocabulary, err)
	}
	k.options.Vocabulary = k.words.Vocabulary()
	return nil
}

// ownFiles is a directory of the user's YAML files.
func ownFiles(flag, dir string) (fs.FS, error) {
	own := os.DirFS(dir)
	if files, err := fs.Glob(own, "*.yaml"); err != nil || len(files) == 0 {
		return nil, errors.Join(err, fmt.Errorf("--%s %s: no *.yaml files there", flag, dir))
	}
	return own, nil
}

// catalog reads what events are judged by: the vocabulary as it was when the
// program began, and parties and policies as they are now.
func (k *contract) catalog() (*catalog.Catalog, error) {
	words := k.words
	if words == nil {
		var err error
		if words, err = catalog.Load(vocabulary.Files); err != nil {
			return nil, err
		}
	}
	parties, policies := []catalog.Dir{catalog.OurParties}, []catalog.Dir{catalog.OurPolicies}
	for _, own := range []struct {
		flag, dir string
		to        *[]catalog.Dir
	}{{"parties", k.parties, &parties}, {"policies", k.policies, &policies}} {
		if own.dir == "" {
			continue
		}
		files, err := ownFiles(own.flag, own.dir)
		if err != nil {
			return nil, err
		}
		*own.to = append(*own.to, catalog.Dir{Name: own.dir, FS: files})
	}
	return words.With(parties, policies)
}
