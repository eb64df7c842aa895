package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/replay"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A ShownLetter is all there is to know of a dead letter: what the log says, and
// what Kafka has.
type shownLetter struct {
	row    store.Letter
	looked replay.Case
}

func lettersShowCommand(a *app) *cobra.Command {
	l, f := lookup{app: a}, format("")
	c := &cobra.Command{
		Use: "show KEY", Short: "Show a dead letter, what is wrong with it and how to mend it", Args: cobra.ExactArgs(1),
		Long: `Show what the log and the dead-letter topic have of a refused record, and judge it
anew, by the vocabulary of now: which rule it breaks, how to mend that, whether it
would pass. What may hold a personal value is never shown. Where the letter is
about a person, the look-up is recorded.`,
		Example: "  custody dead-letters show kafka/custody.events/0/3/4711",
		RunE: func(c *cobra.Command, args []string) error {
			ids, keys, err := letterKeys(args)
			if err != nil {
				return a.misuse(err)
			}
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			rows, err := db.Letters(c.Context(), store.LetterFilter{Keys: keys})
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				return fmt.Errorf("the log has no refused record %s", args[0])
			}
			if rows[0].Subject != "" {
				if err := l.record(c.Context(), rows[0].Subject, event.ActionEvents); err != nil {
					return err
				}
			}
			cases, err := a.look(c.Context(), db, l.cluster, ids)
			if err != nil {
				return err
			}
			shown := shownLetter{rows[0], cases[0]}
			if f != "table" {
				return printAll(a.out, f, []shownLetter{shown}, shownColumns())
			}
			shown.describe(a.out)
			return nil
		},
	}
	l.recordFlags(c)
	c.Flags().StringVar(&l.cluster, "cluster", clusterDefault, "`name` of the Kafka cluster in the log")
	f.flag(c.Flags())
	return c
}

// look judges dead letters by what Kafka and the log have of them now.
func (a *app) look(ctx context.Context, db *store.DB, cluster string, ids []ledger.Identity) ([]replay.Case, error) {
	kafka := a.servers.stream("dead-letters")
	defer kafka.Close()
	bar := newBar(a.err, 0, "dead letters read")
	defer bar.done()
	j := replay.Judge{
		Letters: kafka.DeadLetters(stream.DeadLetterTopic), Source: kafka, Log: db, Cluster: cluster, Event: a.servers.contract.options,
		Passed: func(n, _ int64) { bar.set(int(n)) },
	}
	return j.Look(ctx, ids, time.Now())
}

// copied says what the dead-letter topic has of the record.
func (s *shownLetter) copied() string {
	switch {
	case s.looked.Letter == nil:
		return "not in Kafka: it expired, or is about to be published"
	case !s.looked.Letter.Pointer():
		return "a copy of the record"
	case s.looked.Lacking != "":
		return "a pointer, without a copy: " + s.looked.Lacking
	}
	return "a pointer, without a copy; the source topic has the record still"
}

// text is the value as the letter has it; of a pointer there is none to show.
func (s *shownLetter) text() string {
	if s.looked.Letter == nil || s.looked.Letter.Pointer() || s.looked.Personal() {
		return ""
	}
	return string(s.looked.Letter.Message.Value)
}

// header is one that Custody added to the letter.
func (s *shownLetter) header(name string) string {
	if s.looked.Letter == nil || name == stream.HeaderKey && s.looked.Personal() {
		return ""
	}
	return s.looked.Letter.Header(name)
}

func (s *shownLetter) rule() (reason, field, rule, remedy string) {
	if s.looked.Why == nil {
		return "", "", "", ""
	}
	return s.looked.Why.Reason.String(), s.looked.Why.Field, s.looked.Why.Rule, s.looked.Why.Remedy
}

// now says what would become of the record if it were sent.
func (s *shownLetter) now() string {
	switch s.looked.Fate {
	case replay.Accepted:
		if s.looked.Rekeyed {
			return "accepted, with the right key"
		}
		return "accepted"
	case replay.Duplicate:
		return "duplicate: the log has this event"
	case replay.Conflict:
		return "conflict: the log has another event with this source and id, see custody show"
	case replay.Rejected:
		return "rejected again"
	}
	return "cannot be sent: " + s.looked.Lacking
}

// printable keeps a terminal from obeying what a record holds.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// describe prints a letter as a list of what is known.
func (s *shownLetter) describe(w io.Writer) {
	line := func(name string, value any) {
		if text := readable(value, ", ", time.RFC3339Nano); text != "" {
			fmt.Fprintf(w, "  %-18s %s\n", printable(name), printable(text))
		}
	}
	fmt.Fprintf(w, "%s\n", s.row.ID)
	line("refused for", s.row.Reason)
	line("field", s.row.Field)
	line("state", cmp.Or(s.row.ResolvedBy, "unresolved"))
	line("source", s.row.Source)
	line("id", s.row.EventID)
	line("type", s.row.Type)
	line("subject", s.row.Subject)
	line("time", s.row.Time)
	line("recorded at", s.row.RecordedAt)
	line("dead letter", s.copied())
	line("key", s.header(stream.HeaderKey))
	line("sha256", s.header(stream.HeaderSHA256))
	if text := s.text(); text != "" {
		for _, h := range s.looked.Message.Headers {
			line(h.Name, string(h.Value))
		}
		var pretty bytes.Buffer
		if text = printable(text); json.Indent(&pretty, []byte(s.text()), "  ", "  ") == nil {
			text = pretty.String()
		}
		fmt.Fprintf(w, "  %s\n", text)
	}
	line("if sent now", s.now())
	reason, field, rule, remedy := s.rule()
	line("because of", reason)
	line("in field", field)
	line("the rule", rule)
	line("the remedy", remedy)
}
