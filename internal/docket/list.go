package docket

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
)

// Requests lists requests to erase, the newest first, up to limit: those after one
// that was made at a time, or where that is zero from the first on.
type Requests interface {
	RequestsAfter(ctx context.Context, k ledger.Known, at time.Time, request lineage.Ref, limit int) ([]lineage.Act, error)
}

// A Page is part of a list of cases: those of a state among so many requests. Next
// is where the list goes on, empty where it ends.
type Page struct {
	Files []File
	Next  string
}

// States are those by which a list may be picked.
var States = []string{"open", "overdue", "closed", "all"}

// List gives the page of a list that begins after a place: "", or Next of the page
// before. It looks at limit requests, so that a page costs the same however many of
// their cases are of the state.
func (d *Docket) List(ctx context.Context, k ledger.Known, now time.Time, from Requests, state, after string, limit int) (p Page, err error) {
	at, request, err := placeOf(after)
	if err != nil {
		return p, err
	}
	requests, err := from.RequestsAfter(ctx, k, at, request, limit)
	if err != nil {
		return p, err
	}
	files, err := d.OpenTold(ctx, k, now, requests...)
	if err != nil {
		return p, err
	}
	if n := len(requests); n > 0 && n == limit {
		p.Next = nextOf(&requests[n-1])
	}
	p.Files = slices.DeleteFunc(files, func(f File) bool { return !f.is(state) })
	return p, nil
}

// ErrPlace says that a list goes on nowhere.
var ErrPlace = errors.New("no place in the list: want what the page before said, or nothing")

func nextOf(r *lineage.Act) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s %s", r.Time.UnixNano(), r.Event.Source, r.Event.ID))
}

func placeOf(after string) (at time.Time, request lineage.Ref, err error) {
	if after == "" {
		return at, request, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(after)
	nano, rest, _ := strings.Cut(string(text), " ")
	source, id, whole := strings.Cut(rest, " ") // a source is a URI and has no blank
	since, bad := strconv.ParseInt(nano, 10, 64)
	if err != nil || bad != nil || !whole {
		return at, request, ErrPlace
	}
	return time.Unix(0, since), lineage.Ref{Source: source, ID: id}, nil
}

// is says whether a case is of a state. One that was not planned is never said to
// be closed: nobody knows who else has the data.
func (f *File) is(state string) bool {
	switch state {
	case "closed":
		return f.Closed()
	case "overdue":
		return f.Case.Count(func(p *erasure.Party) bool { return p.Overdue }) > 0
	case "open":
		return !f.Closed()
	}
	return true
}

// Closed says whether nothing is left to be done. Of a case that was not planned
// that is not known.
func (f *File) Closed() bool { return !f.OnlyTold && f.Case.Closed() }
