package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// keysAtOnce is how many late events a writer asks about at a time.
const keysAtOnce = 500

// A draw is whom and what one asking of a question is about.
type draw struct {
	subject    string // namespace:uuid
	source, id string // of an accepted event
	category   string
	recipient  string
	refused    string // that had records refused
	month      time.Time
	since      time.Time // up to 30 days before the log's end
	partition  ledger.Partition
	offset     int64 // somewhere in the middle of the partition
	keys       []ledger.Key
}

// draws picks at random from the copies first to last, of which 0 is the simulated
// rows: a person, an event and a recipient count once each, however often they
// are in the log.
func (s *site) draws(ctx context.Context, o settings, first, last, n int) ([]draw, error) {
	p := &picker{site: s, random: rand.New(rand.NewPCG(o.seed, 0)), seed: o.seed, first: first, copies: last - first + 1, n: n}
	persons := p.pick(ctx, `concat(subject_namespace, ':', toString(other(subject, k)))`, "(SELECT DISTINCT subject_namespace, subject FROM bench.base WHERE outcome = 'accepted' AND subject_namespace != '')", "subject")
	events := p.pick(ctx, "source, renamed(id, k)", "(SELECT source, id, event_hash FROM bench.base WHERE outcome = 'accepted')", "event_hash")
	recipients := p.list(ctx, "SELECT DISTINCT recipient FROM bench.base WHERE outcome = 'accepted' AND recipient != '' ORDER BY 1")
	categories := p.list(ctx, "SELECT DISTINCT arrayJoin(categories) FROM bench.base WHERE outcome = 'accepted' ORDER BY 1")
	refused := p.list(ctx, "SELECT DISTINCT source FROM bench.base WHERE outcome = 'rejected' AND source != '' ORDER BY 1")
	ends := p.list(ctx, "SELECT toUnixTimestamp(max(time)) FROM bench.base WHERE outcome = 'accepted'")
	if p.err != nil {
		return nil, fmt.Errorf("draw what to ask: %w", p.err)
	}
	end, err := strconv.ParseInt(ends[0][0], 10, 64)
	if err != nil {
		return nil, err
	}
	newest := time.Unix(end, 0).UTC()
	all := make([]draw, n)
	for i := range all {
		d := &all[i]
		d.subject = persons[i%len(persons)][0]
		d.source, d.id = events[i%len(events)][0], events[i%len(events)][1]
		d.recipient, d.category, d.refused = p.one(recipients), p.one(categories), p.one(refused)
		d.month = time.Date(newest.Year(), newest.Month()-time.Month(1+p.random.IntN(months-1)), 1, 0, 0, 0, 0, time.UTC)
		d.since = newest.AddDate(0, 0, -1-p.random.IntN(30))
		if err := p.late(ctx, d); err != nil {
			return nil, fmt.Errorf("draw late events: %w", err)
		}
	}
	return all, nil
}

// A picker asks the first rows, which are few, and lets a copy stand for them.
type picker struct {
	site             *site
	random           *rand.Rand
	seed             uint64
	first, copies, n int
	err              error
}

// pick gives n of the rows, each in some copy.
func (p *picker) pick(ctx context.Context, what, from, by string) [][]string {
	return p.list(ctx, fmt.Sprintf(`WITH %s SELECT %s FROM (SELECT *, cityHash64(%s, %d) AS r, toUInt64(%d + r %% %d) AS k FROM %s ORDER BY r LIMIT %d)`,
		functions, what, by, p.seed, p.first, p.copies, from, p.n))
}

func (p *picker) list(ctx context.Context, question string) (rows [][]string) {
	if p.err == nil {
		rows, p.err = p.site.ask(ctx, "admin", question)
	}
	if p.err == nil && len(rows) == 0 {
		p.err = fmt.Errorf("the simulated rows are too few to draw from, choose a larger -base: none for %s", question)
	}
	return rows
}

func (p *picker) one(rows [][]string) string { return rows[p.random.IntN(len(rows))][0] }

// late draws what a writer looks for when old events come: of one partition, of
// hours anywhere in the log. Half of them are logged.
func (p *picker) late(ctx context.Context, d *draw) error {
	d.partition = partition(p.random.IntN(partitions))
	rows, err := p.site.ask(ctx, "admin", fmt.Sprintf(`WITH %s SELECT hex(hashed(event_hash, k)), toUnixTimestamp64Nano(moved(time, k)), kafka_offset
		FROM (SELECT *, cityHash64(event_hash, %d) AS r, toUInt64(%d + r %% %d) AS k FROM bench.base WHERE outcome = 'accepted' AND kafka_partition = %d ORDER BY r LIMIT %d)`,
		functions, p.random.Uint64(), p.first, p.copies, d.partition.ID, keysAtOnce))
	if err != nil {
		return err
	}
	for i, r := range rows {
		var k ledger.Key
		if _, err := hex.Decode(k.EventHash[:], []byte(r[0])); err != nil {
			return err
		}
		if k.Time, err = strconv.ParseInt(r[1], 10, 64); err != nil {
			return err
		}
		if d.offset, err = strconv.ParseInt(r[2], 10, 64); err != nil {
			return err
		}
		if i%2 == 1 {
			k.EventHash[0] ^= 0xff
		}
		d.keys = append(d.keys, k)
	}
	return nil
}
