package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/outbox"
	"github.com/datacustody/custody/schemas/event"
)

// An order and the event that tells of it are committed together; a relay in the
// same process emits the event. The whole service is in the folder example.
func Example() {
	ctx := context.Background()
	db, err := sql.Open("pgx", "postgres://127.0.0.1/shop") // with a driver of your choice
	if err != nil {
		return
	}
	box, err := outbox.New(outbox.Postgres, outbox.Options{})
	if err != nil {
		return
	}
	p, err := producer.New([]string{"127.0.0.1:9092"}, producer.Options{})
	if err != nil {
		return
	}
	relay := &outbox.Relay{Box: box, DB: db, Emitter: p, OnError: func(err error) { fmt.Println("outbox:", err) }}
	go relay.Run(ctx) //nolint:errcheck // it ends with ctx

	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return
	}
	defer func() { _ = tx.Rollback() }() // nothing after a commit
	if _, err := tx.ExecContext(ctx, "INSERT INTO orders (id) VALUES ($1)", 4711); err != nil {
		return
	}
	err = box.Add(ctx, tx, &event.Collected{
		Meta:       event.Meta{Source: "/shop/orders", Subject: "shop:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18", Time: time.Now()},
		Controller: "shop", Categories: []event.Category{event.CategoryDeliveryAddress},
		Purpose: event.PurposeOrderDelivery, Origin: event.OriginPerson,
	})
	if err != nil {
		return // a wrong event, too, ends the transaction
	}
	_ = tx.Commit()
}
