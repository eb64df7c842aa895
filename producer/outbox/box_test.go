package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"github.com/datacustody/custody/producer/outbox"
	"github.com/datacustody/custody/schemas/event"
)

// A ledger is a transaction that only notes what is said to it.
type ledger struct {
	queries []string
	args    [][]any
	err     error
}

func (l *ledger) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	l.queries, l.args = append(l.queries, query), append(l.args, args)
	return nil, l.err
}

func newBox(t *testing.T, d outbox.Dialect, o outbox.Options) *outbox.Box {
	t.Helper()
	b, err := outbox.New(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func collected() *event.Collected {
	return &event.Collected{
		Meta:       event.Meta{Source: "/shop/orders", Subject: "shop:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18", Time: time.Now()},
		Controller: "shop", Categories: []event.Category{event.CategoryDeliveryAddress},
		Purpose: event.PurposeOrderDelivery, Origin: event.OriginPerson,
	}
}

func TestTablesAndDialects(t *testing.T) {
	for name, c := range map[string]struct {
		dialect outbox.Dialect
		table   string
		want    string // in the schema, or in the error
		fails   bool
	}{
		"usual":           {outbox.Postgres, "", "TABLE IF NOT EXISTS custody_outbox (", false},
		"with a schema":   {outbox.Postgres, "shop.events_1", "TABLE IF NOT EXISTS shop.events_1 (", false},
		"mysql":           {outbox.MySQL, "", "ENGINE=InnoDB", false},
		"no dialect":      {0, "", "outbox.Postgres", true},
		"upper case":      {outbox.Postgres, "Outbox", "a-z 0-9 _", true},
		"two statements":  {outbox.Postgres, "o; DROP TABLE orders", "a-z 0-9 _", true},
		"three parts":     {outbox.MySQL, "a.b.c", "a-z 0-9 _", true},
		"64 characters":   {outbox.MySQL, strings.Repeat("a", 64), "a-z 0-9 _", true},
		"begins with 1":   {outbox.MySQL, "1a", "a-z 0-9 _", true},
		"a line too much": {outbox.MySQL, "a\n", "a-z 0-9 _", true},
	} {
		b, err := outbox.New(c.dialect, outbox.Options{Table: c.table})
		var got string
		if err != nil {
			got = err.Error()
		} else {
			got = b.Schema()
		}
		if (err != nil) != c.fails || !strings.Contains(got, c.want) {
			t.Errorf("%s: New(%v, %q) = %s, want one with %q", name, c.dialect, c.table, got, c.want)
		}
	}
}

func TestAddWritesTheMessageThatMarshalMakes(t *testing.T) {
	var tx ledger
	e := collected()
	if err := newBox(t, outbox.Postgres, outbox.Options{}).Add(t.Context(), &tx, e); err != nil {
		t.Fatal(err)
	}
	m, err := event.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	want := []any{string(e.Subject), e.Source, e.ID, "application/cloudevents+json"}
	if got := tx.args[0]; e.ID == "" || !slices.Equal(got[:4], want) || string(got[4].([]byte)) != string(m.Value) {
		t.Errorf("Add wrote %v, want %v and %s", got, want, m.Value)
	}
	if !strings.HasSuffix(tx.queries[0], "VALUES ($1, $2, $3, $4, $5)") {
		t.Errorf("Add said %s", tx.queries[0])
	}
}

// A transaction that is tried again adds its events under the same ids.
func TestAddAgainKeepsTheID(t *testing.T) {
	b, e := newBox(t, outbox.MySQL, outbox.Options{}), collected()
	tx := ledger{err: errors.New("deadlock")}
	if err := b.Add(t.Context(), &tx, e); !errors.Is(err, tx.err) {
		t.Errorf("Add = %v, want what the database said", err)
	}
	tx.err = nil
	if err := b.Add(t.Context(), &tx, e); err != nil {
		t.Fatal(err)
	}
	if first, second := tx.args[0][2], tx.args[1][2]; first != second {
		t.Errorf("the ids of two attempts are %v and %v", first, second)
	}
}

func TestAddManyEventsInTheirOrder(t *testing.T) {
	var tx ledger
	var es []event.Event
	for range 250 {
		es = append(es, collected())
	}
	if err := newBox(t, outbox.MySQL, outbox.Options{}).Add(t.Context(), &tx, es...); err != nil {
		t.Fatal(err)
	}
	var ids, want []any
	for i, args := range tx.args {
		if got := strings.Count(tx.queries[i], "?"); got != len(args) {
			t.Errorf("statement %d has %d places for %d values", i, got, len(args))
		}
		for row := range slices.Chunk(args, 5) {
			ids = append(ids, row[2])
		}
	}
	for _, e := range es {
		want = append(want, e.(*event.Collected).ID)
	}
	if !slices.Equal(ids, want) || len(tx.queries) != 3 {
		t.Errorf("%d statements wrote %v, want three with %v", len(tx.queries), ids, want)
	}
}

func TestOneWrongEventAndNothingIsWritten(t *testing.T) {
	var tx ledger
	wrong := collected()
	wrong.Purpose, wrong.Note = "fun", "call 13812345678"
	err := newBox(t, outbox.Postgres, outbox.Options{}).Add(t.Context(), &tx, collected(), wrong)
	var invalid event.Invalid
	if !errors.As(err, &invalid) || len(invalid) != 2 || len(tx.queries) != 0 {
		t.Errorf("Add = %v after %d statements, want two faults and nothing written", err, len(tx.queries))
	}
	if !strings.Contains(err.Error(), "event 1") || strings.Contains(err.Error(), "138") {
		t.Errorf("Add = %v, want which event it is, and no value", err)
	}
}

func TestAddHoldsEventsToTheConsumersLimits(t *testing.T) {
	var tx ledger
	b := newBox(t, outbox.Postgres, outbox.Options{Check: event.Options{MaxBytes: 100}})
	var why *event.Rejection
	if err := b.Add(t.Context(), &tx, collected()); !errors.As(err, &why) || why.Reason != event.ReasonTooLarge {
		t.Errorf("Add = %v, want too-large", err)
	}
}

func TestAddCloudEvent(t *testing.T) {
	b := newBox(t, outbox.Postgres, outbox.Options{})
	e := cloudevents.New()
	e.SetSource("/shop/orders")
	e.SetType("org.datacustody.data.used.v1")
	e.SetSubject("shop:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18")
	e.SetTime(time.Now())
	add := func(purpose string) (*ledger, error) {
		_ = e.SetData("application/json", map[string]any{"controller": "shop", "categories": []string{"order"}, "purpose": purpose})
		var tx ledger
		return &tx, b.AddCloudEvent(t.Context(), &tx, e)
	}
	tx, err := add("customer-service")
	if err != nil {
		t.Fatal(err)
	}
	if got := tx.args[0]; got[0] != e.Subject() || got[1] != e.Source() || got[2] == "" {
		t.Errorf("AddCloudEvent wrote %v", got[:4])
	}
	var why *event.Rejection
	if _, err := add("fun"); !errors.As(err, &why) || why.Field != "data.purpose" {
		t.Errorf("AddCloudEvent of a wrong event = %v, want a rejection of data.purpose", err)
	}
}

func TestRelayNeedsItsParts(t *testing.T) {
	if err := new(outbox.Relay).Run(t.Context()); err == nil {
		t.Error("Run of an empty relay gives no error")
	}
}
