// Package docket opens the files of cases: it reads from the log what there is to
// know of the persons they are about, plans, and folds. Its law: a case is read
// from one part of the log, whole or not at all; of cases about everyone nothing is
// kept in memory but a list of some persons and what is known of a page of these.
package docket

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// A Log tells everything about subjects that is in the part of the log that is
// known: the links of all pseudonyms that were ever linked with them, flows,
// consents, and the events of their cases and of cases about everyone.
type Log interface {
	Links(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Link, error)
	Flows(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Flow, error)
	Acts(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Act, error)
	Consents(ctx context.Context, k ledger.Known, subjects ...string) ([]lineage.Consent, error)
}

// Persons lists the subjects that a case about everyone is about, up to limit,
// from the one behind after on; none: that was all.
type Persons interface {
	Persons(ctx context.Context, k ledger.Known, controller string, recipients []string, after string, limit int) ([]string, error)
}

// A Docket opens cases. Terms and Rules are those of a controller at the time of
// a request.
type Docket struct {
	Log     Log
	Persons Persons
	Terms   func(controller string, at time.Time) lineage.Terms // nil: none
	Rules   func(controller string, at time.Time) erasure.Rules // nil: none
	Names   erasure.Names                                       // nil: ids
	Page    int                                                 // subjects that are read at once; 0 = 1,000
}

// A File is a case and what it was made from.
type File struct {
	Plan     lineage.Plan
	Case     erasure.Case
	Persons  int  // of a case about everyone: how many pseudonyms had anything to erase
	OnlyTold bool // of a case about everyone: it was not planned
}

// Key is a case's name: ids are their controllers' own.
type Key struct{ Controller, Case string }

// KeyOf is the key of the case that an act belongs to.
func KeyOf(a *lineage.Act) Key { return Key{a.Controller, a.Case()} }

// Plans makes the plans of requests about one person each, in their order.
func (d *Docket) Plans(ctx context.Context, k ledger.Known, requests []lineage.Act) (plans []lineage.Plan, acts [][]lineage.Act, err error) {
	for page := range slices.Chunk(requests, d.PageSize()) {
		h, err := d.read(ctx, k, subjectsOf(page))
		if err != nil {
			return nil, nil, err
		}
		for i := range page {
			r := page[i].Request()
			own := h.of(r.Subject)
			plans, acts = append(plans, lineage.NewPlan(own, r, d.terms(r))), append(acts, own.Acts)
		}
	}
	return plans, acts, nil
}

// listed is how many persons are listed at once: a list costs about the same
// however long it is.
const listed = 50_000

// PlanAll makes the plan of a request about everyone, a page of persons at a time.
func (d *Docket) PlanAll(ctx context.Context, k ledger.Known, request lineage.Act) (plan lineage.Plan, persons int, err error) {
	r, terms := request.Request(), d.terms(request.Request())
	var all lineage.Tally
	for after := ""; ; {
		subjects, err := d.Persons.Persons(ctx, k, r.Controller, r.Recipients, after, listed)
		if err != nil || len(subjects) == 0 {
			return all.Plan(request.Request()), all.Persons, err
		}
		for page := range slices.Chunk(subjects, d.PageSize()) {
			h, err := d.read(ctx, k, page)
			if err != nil {
				return plan, 0, err
			}
			for _, r.Subject = range page {
				all.Add(lineage.NewPlan(h.of(r.Subject), r, terms))
			}
		}
		after = subjects[len(subjects)-1]
	}
}

// Fold is the file of a plan by what happened until now.
func (d *Docket) Fold(plan lineage.Plan, acts []lineage.Act, now time.Time) erasure.Case {
	rules := erasure.Rules{}
	if d.Rules != nil {
		rules = d.Rules(plan.Request.Controller, plan.Request.Time)
	}
	return erasure.Fold(plan, acts, rules, now)
}

// Open opens the files of requests, in their order.
func (d *Docket) Open(ctx context.Context, k ledger.Known, now time.Time, requests ...lineage.Act) ([]File, error) {
	return d.open(ctx, k, now, requests, func(r *lineage.Act, _ []lineage.Act) (f File, err error) {
		f.Plan, f.Persons, err = d.PlanAll(ctx, k, *r)
		return f, err
	})
}

// OpenTold opens the files of requests as Open does, but of a case about everyone
// it knows only who was told of which categories: to plan it would take as long as
// reading every person.
func (d *Docket) OpenTold(ctx context.Context, k ledger.Known, now time.Time, requests ...lineage.Act) ([]File, error) {
	return d.open(ctx, k, now, requests, func(r *lineage.Act, acts []lineage.Act) (File, error) {
		return File{Plan: told(r, acts), OnlyTold: true}, nil
	})
}

// open opens files; those of cases about everyone are planned by everyone, which is
// given all events of such cases.
func (d *Docket) open(ctx context.Context, k ledger.Known, now time.Time, requests []lineage.Act, everyone func(r *lineage.Act, acts []lineage.Act) (File, error)) ([]File, error) {
	files := make([]File, len(requests))
	var single []lineage.Act
	var where []int
	var ofEveryone []lineage.Act
	for i := range requests {
		r := &requests[i]
		if !Everyone(r) {
			single, where = append(single, *r), append(where, i)
			continue
		}
		var err error
		if ofEveryone == nil {
			if ofEveryone, err = d.Log.Acts(ctx, k); err != nil {
				return nil, err
			}
		}
		if files[i], err = everyone(r, ofEveryone); err != nil {
			return nil, fmt.Errorf("plan a case about everyone: %w", err)
		}
		files[i].Case = d.Fold(files[i].Plan, ofEveryone, now)
	}
	plans, acts, err := d.Plans(ctx, k, single)
	if err != nil {
		return nil, err
	}
	for i, at := range where {
		files[at] = File{Plan: plans[i], Case: d.Fold(plans[i], acts[i], now)}
	}
	return files, nil
}

// told is the plan of those who were told in a case about everyone.
func told(request *lineage.Act, acts []lineage.Act) lineage.Plan {
	plan := lineage.Plan{Request: request.Request()}
	for i := range acts {
		a := &acts[i]
		if a.Kind != event.KindErasureNotified || KeyOf(a) != KeyOf(request) || slices.ContainsFunc(plan.Items, func(i lineage.Item) bool { return i.Party == a.Party() }) {
			continue
		}
		item := lineage.Item{Party: a.Party()}
		for _, c := range a.Categories {
			item.Choices = append(item.Choices, lineage.Choice{Category: c, Decision: lineage.Erase})
		}
		plan.Items = append(plan.Items, item)
	}
	return plan
}

// Everyone says whether a request is about every person of a controller.
func Everyone(request *lineage.Act) bool {
	return request.Scope == string(event.ScopeController) && request.Subject == ""
}

func (d *Docket) terms(r lineage.Request) lineage.Terms {
	if d.Terms == nil {
		return lineage.Terms{}
	}
	return d.Terms(r.Controller, r.Time)
}

// PageSize is how many subjects are read at once.
func (d *Docket) PageSize() int {
	if d.Page == 0 {
		return 1000
	}
	return d.Page
}
