package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

const insertDeclared = `INSERT INTO custody.declared (catalogue, policy, platform, controllers, from_time, until_time, entry, section, kind,
	parties, classes, members, categories, purposes, grounds, necessity, countries, english, chinese, recorded_at)`

// Declare notes what the catalogue's policies declare, for the views that hold it
// against the log, unless it was noted last. Noting it twice changes nothing.
func (db *DB) Declare(ctx context.Context, c *catalog.Catalog) error {
	var noted string
	var now time.Time
	err := db.conn.QueryRow(ctx, `SELECT argMax(catalogue, recorded_at), now64(6, 'UTC') FROM custody.declared`).Scan(&noted, &now)
	if err == nil && noted != c.Digest() {
		err = db.declare(ctx, c, now)
	}
	if err != nil {
		return fmt.Errorf("note what the policies declare: %w", err)
	}
	return nil
}

func (db *DB) declare(ctx context.Context, c *catalog.Catalog, now time.Time) error {
	batch, err := db.conn.PrepareBatch(storing(ctx), insertDeclared)
	if err != nil {
		return err
	}
	for _, p := range c.Policies() {
		for _, f := range p.Flows {
			parties, classes, members := counterparts(c, f)
			if err := batch.Append(c.Digest(), p.ID, p.Platform, ids(p.Controllers), instant(p.From), instant(p.Until), f.ID, f.Section, f.Kind.String(),
				parties, classes, members, f.Categories.IDs, f.Purposes.IDs, f.LegalBases.IDs, strings.Join(f.Necessity.IDs, ""), f.Countries,
				f.Summary.English, f.Summary.Chinese, now); err != nil {
				return err
			}
		}
	}
	return batch.Send()
}

// counterparts are whom an entry names: who gets the data, or who gives it.
func counterparts(c *catalog.Catalog, f *catalog.Flow) (parties, classes, members []string) {
	of := &f.Recipients
	switch f.Kind {
	case event.KindCollected:
		of = &f.From
	case event.KindDisclosed:
		return f.Audiences.IDs, nil, nil
	}
	for _, r := range of.Roles {
		classes = append(classes, r.String())
		for _, p := range c.Parties() {
			if p.Role == r {
				members = append(members, p.ID)
			}
		}
	}
	return ids(of.Named), classes, members
}

func ids(ps []*catalog.Party) []string {
	out := make([]string, 0, len(ps))
	for _, p := range ps {
		out = append(out, p.ID)
	}
	return out
}

// instant is a moment as a DateTime64(9) has it, which begins in 1970 here.
func instant(ns int64) time.Time {
	switch ns {
	case math.MinInt64:
		return time.Unix(0, 0).UTC()
	case math.MaxInt64:
		return never
	}
	return time.Unix(0, ns).UTC()
}

// Drift returns what happens and is not declared, and what is declared and does
// not happen, of one platform or, where none is named, of all.
func (db *DB) Drift(ctx context.Context, platform string) (drifts []ledger.Drift, err error) {
	rows, err := db.conn.Query(ctx, `SELECT drift, platform, controllers, policy, entry, kind, parties, purposes, categories, events, first_time, last_time
		FROM custody.drift WHERE ? IN ('', platform)
		ORDER BY drift DESC, platform, controllers, policy, events DESC, entry, kind, parties, purposes LIMIT ?`, platform, defaultLimit+1)
	if err != nil {
		return nil, fmt.Errorf("hold what is declared against what was seen: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var d ledger.Drift
		var first, last time.Time
		if err := rows.Scan(&d.Drift, &d.Platform, &d.Controllers, &d.Policy, &d.Entry, &d.Kind, &d.Parties, &d.Purposes, &d.Categories, &d.Events, &first, &last); err != nil {
			return nil, fmt.Errorf("hold what is declared against what was seen: %w", err)
		}
		if d.Events > 0 {
			d.First, d.Last = &first, &last
		}
		drifts = append(drifts, d)
	}
	if err = rows.Err(); err == nil && len(drifts) > defaultLimit {
		err = ErrTooMany
	}
	if err != nil {
		return nil, fmt.Errorf("hold what is declared against what was seen: %w", err)
	}
	return drifts, nil
}

// Lists returns the two lists of a platform: collected, then sharing.
func (db *DB) Lists(ctx context.Context, platform string) (listed []ledger.Listed, err error) {
	rows, err := db.conn.Query(ctx, `SELECT list, platform, party, purpose, declared, seen, entries, necessity, channels, sdks, countries, events, first_time, last_time
		FROM custody.lists WHERE platform = ? ORDER BY list, party, purpose LIMIT ?`, platform, defaultLimit+1)
	if err != nil {
		return nil, fmt.Errorf("read the lists of %s: %w", platform, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var l ledger.Listed
		var first, last time.Time
		if err := rows.Scan(&l.List, &l.Platform, &l.Party, &l.Purpose, &l.Declared, &l.Seen, &l.Entries, &l.Necessity, &l.Channels, &l.SDKs, &l.Countries,
			&l.Events, &first, &last); err != nil {
			return nil, fmt.Errorf("read the lists of %s: %w", platform, err)
		}
		if l.Events > 0 {
			l.First, l.Last = &first, &last
		}
		listed = append(listed, l)
	}
	if err = rows.Err(); err == nil && len(listed) > defaultLimit {
		err = ErrTooMany
	}
	if err != nil {
		return nil, fmt.Errorf("read the lists of %s: %w", platform, err)
	}
	return listed, nil
}
