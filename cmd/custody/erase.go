package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/docket"
	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/notice"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/event"
)

func eraseCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "erase", Short: "Have data erased by everyone who holds it, and follow each case", GroupID: groupAsk, Args: cobra.NoArgs,
		Long: `Have data erased by everyone who holds it, and follow each case. A request is an
event like any other; who is to erase what, who was told, and who has answered
follow from the log. "Sent" is never "done".`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(eraseRequestCommand(a), erasePlanCommand(a), eraseListCommand(a), eraseShowCommand(a), eraseTellCommand(a), eraseRemindCommand(a), eraseAnswerCommand(a), eraseReportCommand(a), eraseRunCommand(a))
	return c
}

// zoneDefault is where days end, where nobody says.
const zoneDefault = "Asia/Shanghai"

// Handling is how cases are handled, as flags say it.
type handling struct {
	routes, zone, holidays string
	days                   int
	working                bool
}

func (h *handling) flags(fs *pflag.FlagSet) {
	fs.StringVar(&h.routes, "routes", "", "YAML `file` that says how each party is told")
	fs.StringVar(&h.zone, "zone", zoneDefault, "time `zone` in which days end, where no policy is in force")
	fs.IntVar(&h.days, "days", 0, "days until a case must be answered (default: as the policy in force promises, else 15)")
	fs.BoolVar(&h.working, "working-days", false, "count working days only, Monday to Friday")
	fs.StringVar(&h.holidays, "holidays", "", "count working days only, as this `file` says which are off, and which Saturdays and Sundays are worked")
}

// open reads the routes; without a file nobody can be told.
func (h *handling) open(topics notice.Topics) (*notice.Routes, erasure.Rules, error) {
	zone, err := time.LoadLocation(h.zone)
	if err != nil {
		return nil, erasure.Rules{}, fmt.Errorf("--zone: %w", err)
	}
	calendar := erasure.Calendar{Zone: zone, Working: h.working || h.holidays != ""}
	if h.holidays != "" {
		text, err := os.ReadFile(h.holidays)
		if err != nil {
			return nil, erasure.Rules{}, fmt.Errorf("read the holidays: %w", err)
		}
		if err := calendar.Holidays(bytes.NewReader(text)); err != nil {
			return nil, erasure.Rules{}, fmt.Errorf("%s: %w", h.holidays, err)
		}
	}
	routes := &notice.Routes{}
	if h.routes != "" {
		if routes, err = notice.LoadRoutes(h.routes, topics); err != nil {
			return nil, erasure.Rules{}, fmt.Errorf("read the routes: %w", err)
		}
	}
	rules := erasure.Rules{Days: h.days, Calendar: calendar, Channels: map[string]string{}}
	for party, name := range routes.Names {
		rules.Channels[party] = string(name)
	}
	return routes, rules, nil
}

// docket opens cases from the log.
func (h *handling) docket(s *servers, db *store.DB, rules erasure.Rules) (docket.Docket, error) {
	c, err := s.contract.catalog()
	if err != nil {
		return docket.Docket{}, err
	}
	return docket.Docket{
		Log: db, Persons: db, Terms: termsOf(c, rules.Calendar.Zone),
		Rules: rulesOf(c, rules), Names: c,
	}, nil
}

// An Asking is a request to erase, as flags say it.
type asking struct {
	controller, ground, id string
	categories, recipients []string
}

func (q *asking) flags(fs *pflag.FlagSet) {
	fs.StringVar(&q.controller, "for", "", "`party` whose case it is: the controller; required")
	fs.StringVar(&q.ground, "ground", "person-request", "why: person-request, account-closure, consent-withdrawn, pipl-47-1-1 …")
	fs.StringSliceVar(&q.categories, "category", nil, "only these `kinds` of data")
	fs.StringSliceVar(&q.recipients, "recipient", nil, "only what is at these `parties`, and went on from there")
	fs.StringVar(&q.id, "case", "", "`id` of the case (default: one is made)")
}

func (q *asking) check() error {
	if q.controller == "" {
		return errors.New("--for is missing: the party whose case it is, such as tmall")
	}
	return nil
}

// event is the request; of everyone's data where there is no subject.
func (q *asking) event(subject string) *event.ErasureRequested {
	return erasure.Requested(event.Meta{ID: event.NewID(), Source: "/custody/cli", Subject: event.Subject(subject), Time: time.Now()},
		q.controller, q.ground, q.id, q.categories, q.recipients)
}

func eraseRequestCommand(a *app) *cobra.Command {
	l, q, everyone := lookup{app: a}, asking{}, false
	c := &cobra.Command{
		Use: "request [SUBJECT]", Short: "Open a case: ask for a person's data to be erased", Args: cobra.MaximumNArgs(1),
		Long: `Open a case: ask for a person's data to be erased. custody erase run tells
everyone who holds it, as soon as the log has all that Kafka held. With --everyone
the case is about every person of the controller, or of its recipients named.`,
		Example: "  custody erase request tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18 --for tmall --ground account-closure",
		RunE: func(c *cobra.Command, args []string) error {
			if err := q.check(); err != nil {
				return a.misuse(err)
			}
			subject := ""
			if !everyone {
				subjects, err := l.subjects(args)
				if err != nil {
					return err
				}
				subject = subjects[0]
			}
			e := q.event(subject)
			if err := e.Validate(); err != nil {
				return a.misuse(err)
			}
			p, err := a.servers.producer("erase", false, teller(a.err))
			if err != nil {
				return err
			}
			if err := errors.Join(p.Emit(c.Context(), e), p.Close(context.WithoutCancel(c.Context()))); err != nil {
				return err
			}
			fmt.Fprintln(a.out, cmp.Or(e.RequestID, e.ID))
			return nil
		},
	}
	q.flags(c.Flags())
	l.flags(c)
	c.Flags().BoolVar(&everyone, "everyone", false, "about every person, not one")
	return c
}

// opened reads the cases that a command is about, where nobody is told.
func (l *lookup) opened(ctx context.Context, h *handling, db *store.DB, id string, action event.Action) ([]docket.File, ledger.Certificate, error) {
	_, rules, err := h.open(nopTopics{})
	if err != nil {
		return nil, ledger.Certificate{}, l.app.misuse(err)
	}
	return l.openedBy(ctx, h, rules, db, id, action)
}

// openedBy reads the cases that a command is about, from all that is logged when
// Kafka has been asked. Where they are about a person, that is recorded first.
func (l *lookup) openedBy(ctx context.Context, h *handling, rules erasure.Rules, db *store.DB, id string, action event.Action) ([]docket.File, ledger.Certificate, error) {
	certificate, err := l.certify(ctx, db, func() error { return nil })
	if err != nil {
		return nil, certificate, err
	}
	known := certificate.Known()
	requests, err := db.Case(ctx, known, id)
	if err != nil {
		return nil, certificate, err
	}
	if len(requests) == 0 {
		return nil, certificate, fmt.Errorf("there is no case %s", id)
	}
	for _, r := range requests {
		if r.Subject == "" {
			continue
		}
		if err := l.record(ctx, r.Subject, action); err != nil {
			return nil, certificate, err
		}
	}
	d, err := h.docket(&l.app.servers, db, rules)
	if err != nil {
		return nil, certificate, err
	}
	files, err := d.Open(ctx, known, time.Now(), requests...)
	return files, certificate, err
}

// nopTopics stands for Kafka where nothing is sent.
type nopTopics struct{}

func (nopTopics) Send(context.Context, string, event.Message) error {
	return errors.New("nothing is sent")
}
