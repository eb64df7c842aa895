package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// A question is one of those that a log is there for.
type question struct {
	name  string
	goal  time.Duration // that 99 of 100 are to be answered in; 0 = none was set
	share int           // it is asked for one of so many draws
	ask   func(context.Context, draw) error
}

// How many draws a question needs: all where the answer depends on whom it is
// about, some where it hardly does, few where it reads much of the log.
const all, some, few = 1, 4, 40

// window is how many events of a partition custody consume reads when it takes it over.
const window = 24_576

// questions are of four kinds: who got a person's data, what is to be erased,
// what audits ask, and what a writer has to know. The log is known by known.
func (s *site) questions(known ledger.Known) []question {
	return append(append(s.ofPersons(known), s.ofAudits(known)...), s.ofWriters()...)
}

func (s *site) ofPersons(known ledger.Known) []question {
	return []question{
		{"recipients of a person (Flows)", 10 * time.Millisecond, all, func(ctx context.Context, d draw) error {
			_, err := s.db.Flows(ctx, known, d.subject)
			return err
		}},
		{"recipients of a person (view recipients)", 10 * time.Millisecond, all, func(ctx context.Context, d draw) error {
			return s.audit(ctx, "SELECT * FROM custody.recipients WHERE "+is(d.subject))
		}},
		{"other pseudonyms of a person (Aliases)", 0, some, func(ctx context.Context, d draw) error {
			_, err := s.db.Aliases(ctx, known, d.subject)
			return err
		}},
		{"recipients of a person, links followed, with all of the certificate", 0, some, func(ctx context.Context, d draw) error {
			return s.certified(ctx, known, d.subject)
		}},
		{"events of a person (Events)", 0, all, func(ctx context.Context, d draw) error {
			_, err := s.db.Events(ctx, store.Filter{Subjects: []string{d.subject}, Known: known})
			return err
		}},
		{"events of a person (view events)", 0, some, func(ctx context.Context, d draw) error {
			return s.audit(ctx, "SELECT * FROM custody.events WHERE "+is(d.subject)+" ORDER BY time")
		}},
		{"erasure: who holds a person's data of a category, links followed", 20 * time.Millisecond, all, func(ctx context.Context, d draw) error {
			return s.erasure(ctx, known, d.subject, d.category)
		}},
		{"dead letters of a person that are not settled (Unresolved)", 0, some, func(ctx context.Context, d draw) error {
			_, err := s.db.Unresolved(ctx, known, d.subject)
			return err
		}},
	}
}

func (s *site) ofAudits(known ledger.Known) []question {
	return []question{
		{"everyone whom a recipient got data of, the last 1 to 30 days", 0, some, func(ctx context.Context, d draw) error {
			return s.audit(ctx, fmt.Sprintf("SELECT subject_namespace, subject, min(time) FROM custody.log WHERE outcome = 'accepted' AND recipient = '%s' AND time >= %s GROUP BY 1, 2", d.recipient, moment(d.since)))
		}},
		{"exposure of a recipient in a month: persons, categories, purposes", 0, all, func(ctx context.Context, d draw) error {
			return s.audit(ctx, fmt.Sprintf(`SELECT count(), uniqExact(subject_namespace, subject), arraySort(groupUniqArrayArray(categories)), arraySort(groupUniqArray(purpose)), min(time), max(time)
				FROM custody.log WHERE outcome = 'accepted' AND recipient = '%s' AND time >= %s AND time < %s`, d.recipient, moment(d.month), moment(d.month.AddDate(0, 1, 0))))
		}},
		{"register of all recipients in a month", 0, few, func(ctx context.Context, d draw) error {
			return s.audit(ctx, fmt.Sprintf(`SELECT recipient, country, legal_basis, count(), arraySort(groupUniqArrayArray(categories))
				FROM custody.log WHERE outcome = 'accepted' AND recipient != '' AND time >= %s AND time < %s GROUP BY 1, 2, 3`, moment(d.month), moment(d.month.AddDate(0, 1, 0))))
		}},
		{"an event by its source and id (Event)", 0, all, func(ctx context.Context, d draw) error {
			_, err := s.db.Event(ctx, known, d.source, d.id)
			return err
		}},
		{"dead letters by reason and source, not settled (LetterGroups)", 0, few, func(ctx context.Context, _ draw) error {
			_, err := s.db.LetterGroups(ctx, store.LetterFilter{Unresolved: true})
			return err
		}},
		{"dead letters of a source in a day (Letters)", 0, few, func(ctx context.Context, d draw) error {
			_, err := s.db.Letters(ctx, store.LetterFilter{Source: d.refused, From: d.since, To: d.since.AddDate(0, 0, 1)})
			return err
		}},
		{"dead letters of anyone that are not settled (Unresolved)", 0, few, func(ctx context.Context, _ draw) error {
			_, err := s.db.Unresolved(ctx, known)
			return err
		}},
		{"how far each partition is logged (view certificate)", 0, some, func(ctx context.Context, _ draw) error {
			_, err := s.db.Ends(ctx)
			return err
		}},
		{"what each source sent (view sources)", 0, some, func(ctx context.Context, _ draw) error {
			_, err := s.db.Sources(ctx)
			return err
		}},
		{"rows by outcome (Counts)", 0, few, func(ctx context.Context, _ draw) error {
			_, err := s.db.Counts(ctx)
			return err
		}},
	}
}

func (s *site) ofWriters() []question {
	return []question{
		{"writer: how far a topic is logged (Extent)", 0, some, func(ctx context.Context, d draw) error {
			_, err := s.log.Extent(ctx, d.partition)
			return err
		}},
		{"writer: all that taking a partition over asks (Extent, Recent, Newest)", 0, some, func(ctx context.Context, d draw) error {
			return s.takeover(ctx, d.partition)
		}},
		{"writer: 500 late events of any hours (Find)", 0, all, func(ctx context.Context, d draw) error {
			_, err := s.log.Find(ctx, d.partition, d.keys)
			return err
		}},
		{"writer: the newest events of a partition, as many as it remembers (Recent)", 0, few, func(ctx context.Context, d draw) error {
			_, err := s.log.Recent(ctx, d.partition, window)
			return err
		}},
		{"writer: refused rows of the newest batch (Newest)", 0, few, func(ctx context.Context, d draw) error {
			_, err := s.log.Newest(ctx, d.partition)
			return err
		}},
		{"writer: whether an offset in the middle is logged (Has)", 0, few, func(ctx context.Context, d draw) error {
			_, err := s.log.Has(ctx, d.partition, d.offset)
			return err
		}},
		{"writer: missing rows of a partition (Gaps)", 0, few, func(ctx context.Context, d draw) error {
			_, err := s.log.Gaps(ctx, d.partition)
			return err
		}},
	}
}

// certified asks the log all that `custody recipients` asks it.
func (s *site) certified(ctx context.Context, known ledger.Known, subject string) error {
	if _, err := s.db.Ends(ctx); err != nil {
		return err
	}
	subjects, err := s.db.Aliases(ctx, known, subject)
	if err != nil {
		return err
	}
	if _, err := s.db.Unresolved(ctx, known, subjects...); err != nil {
		return err
	}
	if _, err := s.db.Sources(ctx); err != nil {
		return err
	}
	_, err = s.db.Flows(ctx, known, subjects...)
	return err
}

// takeover asks what a writer asks that takes a partition over. It leaves out the last row (Trace):
// in a writer's log it is in the newest batch, among copied rows anywhere.
func (s *site) takeover(ctx context.Context, p ledger.Partition) error {
	if _, err := s.log.Extent(ctx, p); err != nil {
		return err
	}
	if _, err := s.log.Recent(ctx, p, window); err != nil {
		return err
	}
	_, err := s.log.Newest(ctx, p)
	return err
}

// erasure asks what a deletion job has to know of one person.
func (s *site) erasure(ctx context.Context, known ledger.Known, subject, category string) error {
	subjects, err := s.db.Aliases(ctx, known, subject)
	if err != nil {
		return err
	}
	var any []string
	for _, one := range subjects {
		any = append(any, "("+is(one)+")")
	}
	_, err = s.ask(ctx, "eraser", fmt.Sprintf(`SELECT recipient, arraySort(groupUniqArrayArray(r.categories)), max(last_time)
		FROM custody.recipients AS r WHERE %s GROUP BY recipient HAVING has(groupUniqArrayArray(r.categories), '%s')`, strings.Join(any, " OR "), category))
	return err
}

func (s *site) audit(ctx context.Context, question string) error {
	_, err := s.ask(ctx, "auditor", question)
	return err
}

// is is the condition that a row is of subject.
func is(subject string) string {
	namespace, id, _ := strings.Cut(subject, ":")
	return fmt.Sprintf("subject_namespace = '%s' AND subject = toUUID('%s')", namespace, id)
}

func moment(t time.Time) string { return "'" + t.Format(time.DateTime) + "'" }
