package replay

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A Judge foretells what the writer of the log would say of dead letters.
type Judge struct {
	Letters Letters
	Source  Source
	Log     Log
	Cluster string        // the name of the cluster that Source reads
	Event   event.Options // the contract of now
	Passed  func(n, of int64)
}

// Look reads the letters of these records and judges them at the moment now, in
// the order of their identities: the order in which they are to be sent, so that
// a person's events stay in theirs.
func (j *Judge) Look(ctx context.Context, ids []ledger.Identity, now time.Time) ([]Case, error) {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, compare)
	ids = slices.Compact(ids)
	letters, err := j.Letters.Find(ctx, ids, j.Passed)
	if err != nil {
		return nil, err
	}
	cases := make([]Case, len(ids))
	for i, id := range ids {
		cases[i] = Case{ID: id, Lacking: "its dead letter is not in Kafka: it expired, or is about to be published"}
		if l, ok := letters[id]; ok {
			cases[i].Letter = &l
			cases[i].open(j.Cluster)
		}
	}
	if err := j.follow(ctx, cases); err != nil {
		return nil, err
	}
	decoder := event.NewDecoder(j.Event)
	var names []string
	for i := range cases {
		if cases[i].decode(decoder, now); cases[i].Fate == 0 {
			names = append(names, cases[i].name)
		}
	}
	known, err := j.Log.Contents(ctx, names)
	if err != nil {
		return nil, err
	}
	for i := range cases {
		cases[i].weigh(known)
	}
	return cases, nil
}

func compare(a, b ledger.Identity) int {
	return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Epoch, b.Epoch),
		cmp.Compare(a.ID, b.ID), cmp.Compare(a.Offset, b.Offset))
}

// follow reads what pointers point at, one partition after the other. A record
// that is not the one meant, of a topic that was made anew, has another hash.
func (j *Judge) follow(ctx context.Context, cases []Case) error {
	for len(cases) > 0 {
		n := 1
		for n < len(cases) && cases[n].ID.Partition == cases[0].ID.Partition {
			n++
		}
		byOffset := map[int64]*Case{}
		var offsets []int64
		for i := range cases[:n] {
			if c := &cases[i]; c.Letter != nil && !c.found && c.Letter.Header(stream.HeaderSHA256) != "" && c.ID.Cluster == j.Cluster {
				byOffset[c.ID.Offset], offsets = c, append(offsets, c.ID.Offset)
			}
		}
		if len(offsets) > 0 {
			p := cases[0].ID.Partition
			if err := j.Source.Pick(ctx, p.Topic, p.ID, offsets, func(r *stream.Record) { byOffset[r.Offset].take(r) }); err != nil {
				return fmt.Errorf("read what dead letters of %s point at: %w", p, err)
			}
		}
		cases = cases[n:]
	}
	return nil
}
