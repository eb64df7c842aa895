package store

import (
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// A Filter picks rows of the log. Its zero value picks all; set members must all hold.
type Filter struct {
	Subjects  []string
	Recipient string
	Kinds     []event.Kind
	Outcomes  []ledger.Outcome
	Source    string
	ID        string
	From, To  time.Time // of the event, [From, To)
	Since     time.Time // recorded_at after Since
	Known     ledger.Known
	Limit     int  // 0 = 100,000
	Newest    bool // of more rows than Limit give the newest; else they are ErrTooMany
}

// where is the filter in SQL.
func (f Filter) where() (string, []any) {
	words, args := []string{"1"}, []any(nil)
	and := func(word string, values ...any) { words, args = append(words, word), append(args, values...) }
	if len(f.Subjects) > 0 {
		where, values := isOneOf("subject", f.Subjects)
		and(where, values...)
	}
	if f.Recipient != "" {
		and("recipient = ?", f.Recipient)
	}
	if len(f.Kinds) > 0 {
		and("type IN ?", types(f.Kinds))
	}
	if len(f.Outcomes) > 0 {
		names := make([]string, len(f.Outcomes))
		for i, o := range f.Outcomes {
			names[i] = o.String()
		}
		and("outcome IN ?", names)
	}
	if f.ID != "" {
		and("id = ?", f.ID)
	}
	if f.Source != "" {
		and("source = ?", f.Source)
	}
	if !f.From.IsZero() {
		and("time >= fromUnixTimestamp64Nano(?)", f.From.UnixNano())
	}
	if !f.To.IsZero() {
		and("time < fromUnixTimestamp64Nano(?)", f.To.UnixNano())
	}
	if !f.Since.IsZero() {
		and("recorded_at > fromUnixTimestamp64Micro(?)", f.Since.UnixMicro())
	}
	known, bounds := isKnown(f.Known)
	and(known, bounds...)
	return strings.Join(words, " AND "), args
}
