package outbox_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/producer/outbox"
	"github.com/datacustody/custody/schemas/event"
)

// A keeper is a database that holds rows, and deletes none while it may not.
type keeper struct {
	rows   map[int64]string
	refuse error
}

func (k *keeper) Connect(context.Context) (driver.Conn, error) { return k, nil }
func (k *keeper) Driver() driver.Driver                        { return nil }
func (k *keeper) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (k *keeper) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (k *keeper) Close() error                                 { return nil }

func (k *keeper) QueryContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	if strings.Contains(query, "lock") {
		return &answer{{true}}, nil
	}
	var a answer
	for id, value := range k.rows {
		a = append(a, []driver.Value{id, []byte("k"), []byte("application/cloudevents+json"), []byte(value)})
	}
	slices.SortFunc(a, func(x, y []driver.Value) int { return int(x[0].(int64) - y[0].(int64)) })
	return &a, nil
}

func (k *keeper) ExecContext(_ context.Context, _ string, args []driver.NamedValue) (driver.Result, error) {
	if k.refuse != nil {
		return nil, k.refuse
	}
	var ids []int64
	err := json.Unmarshal([]byte(args[0].Value.(string)), &ids)
	for _, id := range ids {
		delete(k.rows, id)
	}
	return driver.ResultNoRows, err
}

// An answer is the rows of a query.
type answer [][]driver.Value

func (a *answer) Columns() []string {
	if len(*a) > 0 {
		return make([]string, len((*a)[0]))
	}
	return nil
}
func (a *answer) Close() error { return nil }
func (a *answer) Next(to []driver.Value) error {
	if len(*a) == 0 {
		return io.EOF
	}
	copy(to, (*a)[0])
	*a = (*a)[1:]
	return nil
}

// collector acknowledges all, and keeps it.
type collector []string

func (c *collector) EmitMessages(_ context.Context, ms ...event.Message) error {
	for _, m := range ms {
		*c = append(*c, string(m.Value))
	}
	return nil
}

// What cannot be deleted is emitted once, not in each round, for the log cannot
// get rid of it either; and nothing else is until it can.
func TestRelayThatMayNotDeleteEmitsOnce(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile map[int64]string // what the rows are when they can be deleted
		want      string
	}{
		"the same rows":                     {map[int64]string{1: "a", 2: "b"}, "a b"},
		"more rows":                         {map[int64]string{1: "a", 2: "b", 3: "c"}, "a b c"},
		"a lower number that became seen":   {map[int64]string{-1: "z", 1: "a", 2: "b"}, "a b z"},
		"deleted by another relay":          {map[int64]string{3: "c"}, "a b c"},
		"a number that was given once more": {map[int64]string{1: "a", 2: "y"}, "a b y"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := &keeper{rows: map[int64]string{1: "a", 2: "b"}, refuse: errors.New("permission denied")}
				db := sql.OpenDB(k)
				defer db.Close() //nolint:errcheck // there is nothing to close
				box, err := outbox.New(outbox.Postgres, outbox.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var emitted collector
				reports := 0
				r := &outbox.Relay{Box: box, DB: db, Emitter: &emitted, OnError: func(error) { reports++ }}
				minute := func() {
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					if err := r.Run(ctx); err != nil {
						t.Errorf("Run = %v, want nil", err)
					}
				}
				minute()
				if got := strings.Join(emitted, " "); got != "a b" || reports < 30 {
					t.Errorf("emitted %q, with %d reports, want each row once, and to be told all the time", got, reports)
				}
				k.rows = c.meanwhile
				minute()
				if got := strings.Join(emitted, " "); len(c.meanwhile) == 3 && got != "a b" {
					t.Errorf("emitted %q, want nothing more while nothing can be deleted", got)
				}
				k.refuse = nil
				minute()
				if got := strings.Join(emitted, " "); got != c.want || len(k.rows) > 0 {
					t.Errorf("emitted %q and kept %v, want %q and nothing", got, k.rows, c.want)
				}
			})
		})
	}
}
