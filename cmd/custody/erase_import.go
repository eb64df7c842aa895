package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// importAnswers takes down the answers in a file. One that is wrong is told with
// its line and hides no other.
func (l *lookup) importAnswers(ctx context.Context, h *handling, name string) error {
	in := l.app.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	actor, err := l.who()
	if err != nil {
		return err
	}
	db, err := l.open()
	if err != nil {
		return err
	}
	defer db.Close()
	p, err := l.app.servers.producer("erase", false, teller(l.app.err))
	if err != nil {
		return err
	}
	i := importing{l: l, db: db, p: p, actor: actor, cases: map[docket.Key]*docket.File{}, seen: map[string]bool{}}
	answers := pieces(in)
	if filepath.Ext(name) == ".csv" {
		answers = rows(in)
	}
	err = i.run(ctx, h, answers)
	fmt.Fprintf(l.app.out, "%d taken, %d taken before, %d not taken\n", i.taken, i.before, i.wrong)
	if err = errors.Join(err, p.Close(context.WithoutCancel(ctx))); err == nil && i.wrong > 0 {
		err = fmt.Errorf("%d answers were not taken", i.wrong)
	}
	return err
}

// An importing takes answers from one part of the log: all that Kafka held when it
// began. What it has taken itself it knows.
type importing struct {
	l     *lookup
	db    *store.DB
	p     *producer.Producer
	actor string

	known  ledger.Known
	docket docket.Docket
	cases  map[docket.Key]*docket.File
	seen   map[string]bool

	taken, before, wrong int
}

func (i *importing) run(ctx context.Context, h *handling, answers iter.Seq2[piece, error]) error {
	_, rules, err := h.open(nopTopics{})
	if err != nil {
		return i.l.app.misuse(err)
	}
	certificate, err := i.l.certify(ctx, i.db, func() error { return nil })
	if err != nil {
		return err
	}
	if certificate.Missing > 0 { // one that was taken a moment ago would be taken again
		return fmt.Errorf("the log lacks %d records that Kafka has; wait longer for it with --wait", certificate.Missing)
	}
	if i.docket, err = h.docket(&i.l.app.servers, i.db, rules); err != nil {
		return err
	}
	i.known = certificate.Known()
	for piece, err := range answers {
		if err != nil {
			return err
		}
		switch err := i.take(ctx, piece.text); {
		case err == nil:
			i.taken++
		case errors.Is(err, erasure.ErrTaken):
			i.before++
		case errors.Is(err, errOurs):
			return fmt.Errorf("%s: %w", piece.place, err)
		default:
			i.wrong++
			fmt.Fprintf(i.l.app.err, "%s: %v\n", piece.place, err)
		}
	}
	return nil
}

// errOurs says that it is not the answer's fault.
var errOurs = errors.New("the answer could not be taken")

func (i *importing) take(ctx context.Context, text []byte) error {
	r, err := erasure.ReadReply(text)
	if err != nil {
		return err
	}
	file, err := i.open(ctx, docket.Key{Controller: r.Controller, Case: r.Case})
	if err != nil {
		return err
	}
	id := erasure.ID("answer", r.Controller, r.Case, r.Recipient, r.ID)
	if i.seen[id] {
		return erasure.ErrTaken
	}
	r.Actor = i.actor
	events, err := file.Case.Take(r.Recipient, r.Answer, "/custody/cli", time.Now())
	if err != nil {
		return err
	}
	if err := i.p.Emit(ctx, events...); err != nil {
		return errors.Join(errOurs, err)
	}
	i.seen[id] = true
	return nil
}

// open opens a case once; where it is about a person, that is recorded first.
func (i *importing) open(ctx context.Context, key docket.Key) (*docket.File, error) {
	if file := i.cases[key]; file != nil {
		return file, nil
	}
	requests, err := i.db.Case(ctx, i.known, key.Case)
	if err != nil {
		return nil, errors.Join(errOurs, err)
	}
	at := slices.IndexFunc(requests, func(r lineage.Act) bool { return r.Controller == key.Controller })
	if at < 0 {
		return nil, fmt.Errorf("there is no case %s of %s", key.Case, key.Controller)
	}
	if subject := requests[at].Subject; subject != "" {
		if err := i.l.record(ctx, subject, event.ActionErasurePlan); err != nil {
			return nil, errors.Join(errOurs, err)
		}
	}
	files, err := i.docket.OpenTold(ctx, i.known, time.Now(), requests[at])
	if err != nil {
		return nil, errors.Join(errOurs, err)
	}
	i.cases[key] = &files[0]
	return &files[0], nil
}
