package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/producer/outbox"
	"github.com/datacustody/custody/schemas/event"
)

type shop struct {
	db         *sql.DB
	box        *outbox.Box
	pseudonyms *producer.Pseudonyms
}

// An order is what a customer sends.
type order struct {
	ID      string `json:"id"`
	Account string `json:"account"`
	Address string `json:"address"`
}

func (s *shop) migrate(ctx context.Context) error {
	for _, statement := range []string{
		"CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, account TEXT NOT NULL, address TEXT NOT NULL)",
		s.box.Schema(),
	} {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	return nil
}

// place commits the order and its events, or neither. An order that is there
// already is left alone, so a customer may send it again.
func (s *shop) place(ctx context.Context, o order) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing after a commit
	result, err := tx.ExecContext(ctx, "INSERT INTO orders VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", o.ID, o.Account, o.Address)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); n == 0 || err != nil {
		return err
	}
	if err := s.box.Add(ctx, tx, s.events(o)...); err != nil {
		return err
	}
	return tx.Commit()
}

// events tell that the shop got an address, and that the carrier gets it. They
// name kinds of data, never the address, and a pseudonym, never the account.
func (s *shop) events(o order) []event.Event {
	meta := event.Meta{Source: "/shop/order-service", Subject: s.pseudonyms.Subject("shop", o.Account), Time: time.Now()}
	collected, shared := meta, meta
	collected.ID, shared.ID = "order-"+o.ID+"-collected", "order-"+o.ID+"-shared"
	address := []event.Category{event.CategoryDeliveryAddress}
	return []event.Event{
		&event.Collected{
			Meta: collected, Controller: "shop", Categories: address, Purpose: event.PurposeOrderDelivery,
			Origin: event.OriginPerson, LegalBasis: event.LegalBasisPIPL13_1_2,
		},
		&event.Shared{
			Meta: shared, Controller: "shop", Categories: address, Purpose: event.PurposeOrderDelivery,
			Recipient: "carrier", Relationship: event.RelationshipProvision, LegalBasis: event.LegalBasisPIPL13_1_2,
			Parents: []event.Ref{{ID: collected.ID}},
		},
	}
}

func (s *shop) routes(relay *outbox.Relay) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", s.take)
	mux.Handle("GET /metrics", metrics(s.box, s.db, relay))
	return mux
}

func (s *shop) take(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil || o.ID == "" || o.Account == "" || o.Address == "" {
		http.Error(w, `send an order: {"id": "4711", "account": "12345", "address": "…"}`, http.StatusBadRequest)
		return
	}
	var wrong event.Invalid
	switch err := s.place(r.Context(), o); {
	case errors.As(err, &wrong):
		http.Error(w, wrong.Error(), http.StatusUnprocessableEntity)
	case err != nil:
		fmt.Fprintln(os.Stderr, "place an order:", err)
		http.Error(w, "the order could not be stored; send it again", http.StatusServiceUnavailable)
	default:
		w.WriteHeader(http.StatusCreated)
	}
}
