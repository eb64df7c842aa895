package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os/user"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// A Lookup is what all commands share that look a person up: whom, who asks, and
// how much an answer has to know.
type lookup struct {
	app               *app
	account, keyFile  string
	actor, controller string
	purpose, cluster  string
	wait              time.Duration
	incompleteOK      bool
	certificateFile   string
	knownAt, knownBy  string

	earlier *ledger.Certificate // of knownBy
	at      *time.Time          // of knownAt
}

// flags are those of a command that is asked about a person.
func (l *lookup) flags(c *cobra.Command) {
	l.recordFlags(c)
	l.certificateFlags(c)
	fs := c.Flags()
	fs.StringVar(&l.account, "account", "", "look up the person with this account, `namespace:id`; it is hashed here and goes nowhere")
	fs.StringVar(&l.keyFile, "key-file", "", "`file` of the pseudonym keys, for --account")
	fs.StringVar(&l.knownAt, "known-at", "", "answer as was known at this `time`: from what was recorded up to then")
	fs.StringVar(&l.knownBy, "known-by", "", "give the answer again that the certificate in this `file` is of")
}

// certificateFlags say how much an answer has to know, and where it says so.
func (l *lookup) certificateFlags(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&l.cluster, "cluster", clusterDefault, "`name` of the Kafka cluster in the log")
	fs.DurationVar(&l.wait, "wait", 5*time.Second, "wait so long for what is in Kafka and not logged yet")
	fs.BoolVar(&l.incompleteOK, "incomplete-ok", false, "do not fail if the answer is incomplete")
	fs.StringVar(&l.certificateFile, "certificate", "", "write to this `file`, as JSON, how much the answer knew")
}

// recordFlags say who asks, and why.
func (l *lookup) recordFlags(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&l.actor, "actor", "", "who asks, a role or pseudonym, for the record (default: made from your user name)")
	fs.StringVar(&l.controller, "controller", controllerDefault, "`party` that looks up, for the record")
	fs.StringVar(&l.purpose, "purpose", "", "`purpose` of the look-up, for the record")
}

// controllerDefault is the party that looks people up, where nobody says which.
const controllerDefault = "custody"

// subjectForm is a subject as events carry it.
var subjectForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,30}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// subjects are the pseudonyms that the person asked for may have, the current one first.
func (l *lookup) subjects(args []string) ([]string, error) {
	if (len(args) == 1) == (l.account != "") {
		return nil, l.app.misuse(errors.New("want a SUBJECT or --account, one of them"))
	}
	if l.account == "" {
		if !subjectForm.MatchString(args[0]) {
			return nil, l.app.misuse(errors.New("a SUBJECT is namespace:uuid, in lower case; for an account id use --account"))
		}
		return args, nil
	}
	namespace, id, _ := strings.Cut(l.account, ":")
	if id == "" || l.keyFile == "" {
		return nil, l.app.misuse(errors.New("--account is namespace:id, and needs --key-file"))
	}
	keys, err := producer.LoadPseudonyms(l.keyFile)
	if err != nil {
		return nil, fmt.Errorf("read pseudonym keys: %w", err)
	}
	var subjects []string
	for _, s := range keys.All(namespace, id) {
		if !subjectForm.MatchString(string(s)) {
			return nil, l.app.misuse(errors.New("--account is namespace:id, the namespace of lower-case letters, digits and hyphens"))
		}
		subjects = append(subjects, string(s))
	}
	return subjects, nil
}

// settle reads what the answer is to be known from.
func (l *lookup) settle() (err error) {
	if l.knownAt != "" && l.knownBy != "" {
		return l.app.misuse(errors.New("--known-at or --known-by, one of them"))
	}
	if l.knownAt != "" {
		at, err := moment(l.knownAt)
		if err != nil {
			return l.app.misuse(fmt.Errorf("--known-at: %w", err))
		}
		l.at = &at
	}
	if l.knownBy != "" {
		l.earlier, err = certificateOf(l.knownBy)
	}
	return err
}

// person resolves whom the command is about to every pseudonym of the person,
// records that it is about to be looked up, and waits for the log to be complete.
func (l *lookup) person(ctx context.Context, db *store.DB, args []string, action event.Action) (c ledger.Certificate, subjects []string, err error) {
	if subjects, err = l.subjects(args); err != nil {
		return c, nil, err
	}
	c, err = l.certify(ctx, db, func() error { return l.record(ctx, subjects[0], action) })
	if err != nil {
		return c, nil, err
	}
	if subjects, err = db.Aliases(ctx, c.Known(), subjects...); err != nil {
		return c, nil, err
	}
	return c, subjects, attest(ctx, db, &c, subjects)
}

// certify asks how far Kafka is, has the look-up recorded, and waits for the log
// to be as far; an answer that is given again is as far as it was.
func (l *lookup) certify(ctx context.Context, db *store.DB, record func() error) (c ledger.Certificate, err error) {
	if err := l.settle(); err != nil {
		return c, err
	}
	if l.earlier != nil {
		return *l.earlier, record()
	}
	kafka := l.app.servers.stream("lookup")
	defer kafka.Close()
	asked, err := ask(ctx, kafka, l.cluster)
	if err != nil {
		return c, err
	}
	if err := record(); err != nil {
		return c, err
	}
	c, err = asked.await(ctx, db, l.wait)
	c.KnownAt = l.at
	return c, err
}

// open connects to the log as an auditor.
func (l *lookup) open() (*store.DB, error) { return l.app.servers.store(roleAuditor) }

// record tells Custody that subject is looked up. It comes before anything is
// printed: who cannot be recorded learns nothing.
func (l *lookup) record(ctx context.Context, subject string, action event.Action) error {
	actor, err := l.who()
	if err != nil {
		return err
	}
	p, err := l.app.servers.producer("lookup", false, teller(l.app.err))
	if err != nil {
		return err
	}
	err = p.Emit(ctx, &event.AccessLogged{
		Meta:       event.Meta{Source: "/custody/cli", Subject: event.Subject(subject), Time: time.Now()},
		Controller: event.Party(l.controller), Actor: actor, Action: action, Purpose: event.Purpose(l.purpose),
	})
	if err = errors.Join(err, p.Close(ctx)); err != nil {
		return fmt.Errorf("record the look-up: %w", err)
	}
	return nil
}

// who is the actor of a look-up. A user's name may be a person's, so it is
// hashed; whoever has the list of users can tell which one it was.
func (l *lookup) who() (string, error) {
	if l.actor != "" {
		return l.actor, nil
	}
	u, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("who asks? give --actor: %w", err)
	}
	sum := sha256.Sum256([]byte("custody actor\x00" + cmp.Or(u.Username, u.Uid)))
	return "user-" + hex.EncodeToString(sum[:6]), nil
}
