package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/vocabulary"
)

// A Contract is by what events are judged. Whoever judges, the gateway, a
// producer or the writer of the log, has to be given the same one.
type contract struct {
	bytes      int
	ahead      time.Duration
	vocabulary string
	options    event.Options // what comes of them; the zero value is the contract's own
}

const (
	maxBytesDefault = 64 << 10
	maxAheadDefault = 5 * time.Minute
)

func (k *contract) flags(fs *pflag.FlagSet) {
	fs.IntVar(&k.bytes, "max-event-bytes", maxBytesDefault, "a bigger event is rejected: key, value and headers together")
	fs.DurationVar(&k.ahead, "max-ahead", maxAheadDefault, "an event whose time lies further in the future is rejected")
	fs.StringVar(&k.vocabulary, "vocabulary", "", "`directory` of YAML files with further terms of the closed lists")
}

// load reads the user's own terms.
func (k *contract) load() error {
	if k.bytes < 1024 || k.bytes > 1<<20 || k.ahead <= 0 {
		return errors.New("--max-event-bytes is from 1024 to 1048576, --max-ahead more than 0")
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
	own := os.DirFS(k.vocabulary)
	if files, err := fs.Glob(own, "*.yaml"); err != nil || len(files) == 0 {
		return errors.Join(err, fmt.Errorf("--vocabulary %s: no *.yaml files there", k.vocabulary))
	}
	c, err := catalog.Load(vocabulary.Files, own)
	if err != nil {
		return fmt.Errorf("--vocabulary %s: %w", k.vocabulary, err)
	}
	k.options.Vocabulary = c.Vocabulary()
	return nil
}
