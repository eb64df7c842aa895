package stream

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrShared says that the group has other members, who hold partitions.
var ErrShared = errors.New("the group has other members: stop all writers (custody consume) first")

// Hold joins the group and calls use with all partitions of the topic, by their
// ids. Use's context ends when another member joins. Where the partitions are
// not all ours within patience, it is ErrShared.
func (g *Group) Hold(ctx context.Context, patience time.Duration, use func(context.Context, []*Partition) error) error {
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	type held struct {
		p   *Partition
		ctx context.Context
	}
	given, gone := make(chan held), make(chan error, 1)
	go func() {
		gone <- g.Run(ctx, func(ctx context.Context, p *Partition) error {
			select {
			case given <- held{p, ctx}:
			case <-ctx.Done():
			}
			<-ctx.Done()
			return nil
		})
	}()
	defer func() { leave(); <-gone }() //nolint:errcheck // what counts is what use returned
	late := time.After(patience)
	var all []*Partition
	for have, generation := 0, -1; ; {
		select {
		case h := <-given:
			if h.p.generation != generation {
				all, have, generation = make([]*Partition, h.p.Of), 0, h.p.generation
			}
			if int(h.p.ID) >= len(all) {
				return fmt.Errorf("group %s: partition %d is newer than what the brokers tell; try again", g.id, h.p.ID)
			}
			all[h.p.ID] = h.p
			if have++; have == len(all) {
				return use(h.ctx, all)
			}
		case <-late:
			return fmt.Errorf("group %s: %w", g.id, ErrShared)
		case err := <-gone:
			gone <- nil
			return errors.Join(err, ctx.Err())
		}
	}
}
