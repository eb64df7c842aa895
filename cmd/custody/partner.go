package main

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/datacustody/custody/erasure"
	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/notice"
)

func partnerCommand(a *app) *cobra.Command {
	var address, routes string
	var behaviours []string
	delay := 10 * time.Second
	c := &cobra.Command{
		Use: "partner", Short: "Be the parties that notices of erasure are posted to", Args: cobra.NoArgs,
		Long: `Be the parties that notices of erasure are posted to, to see what Custody makes of
each behaviour. They verify notices with the key in --routes, and sign answers with
their tokens there. Behaviours, of all or of one party:
  answer          says at once that it is done
  refuse          says that it has an authorisation of its own
  slow            says that it has the notice, and after --delay that it is done
  down            takes no notice
  twice           answers twice
  sub-recipients  names a recipient of its own, PARTY-below, and says that it is done`,
		Example: "  custody simulate partner --routes routes.yaml\n" +
			"  custody simulate partner --routes routes.yaml --behaviour answer,sto-express=refuse,locker=down",
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := notice.LoadRoutes(routes, nopTopics{})
			if err != nil {
				return a.misuse(fmt.Errorf("read the routes: %w", err))
			}
			log, err := a.logger(c)
			if err != nil {
				return err
			}
			p := &partners{routes: r, delay: delay, log: log}
			if err := p.behave(behaviours); err != nil {
				return a.misuse(err)
			}
			listener, err := daemon.Listen(c.Context(), address)
			if err != nil {
				return err
			}
			log.Info("taking notices", zap.Stringer("http", listener.Addr()))
			handler, wait := p.inbox(c.Context())
			defer wait()
			return daemon.Serve(c.Context(), listener, handler)
		},
	}
	fs := c.Flags()
	fs.StringVar(&routes, "routes", "", "YAML `file` that says how each party is told; required")
	fs.StringVar(&address, "http", "127.0.0.1:8099", "`address` to listen on")
	fs.StringSliceVar(&behaviours, "behaviour", []string{answers}, "`behaviour` of all parties, or PARTY=BEHAVIOUR: answer, refuse, slow, down, twice, sub-recipients")
	fs.DurationVar(&delay, "delay", delay, "how long slow ones take")
	return c
}

// The behaviours of partners.
const (
	answers       = "answer"
	refuses       = "refuse"
	slow          = "slow"
	down          = "down"
	answersTwice  = "twice"
	subRecipients = "sub-recipients"
)

// Partners are parties that behave as they are told to.
type partners struct {
	routes    *notice.Routes
	behaviour map[string]string // by party; "" is all others'
	delay     time.Duration
	log       *zap.Logger
}

// behave reads the behaviours: one for all, or of a party.
func (p *partners) behave(words []string) error {
	p.behaviour = map[string]string{}
	for _, w := range words {
		party, behaviour, of := strings.Cut(w, "=")
		if !of {
			party, behaviour = "", w
		}
		if !slices.Contains([]string{answers, refuses, slow, down, answersTwice, subRecipients}, behaviour) {
			return errors.New("--behaviour: want answer, refuse, slow, down, twice or sub-recipients, or PARTY= and one of these")
		}
		p.behaviour[party] = behaviour
	}
	return nil
}

var errDown = errors.New("down")

// inbox takes notices and answers them in the background, until ctx ends; wait
// waits for that.
func (p *partners) inbox(ctx context.Context) (inbox erasure.Inbox, wait func()) {
	key, _ := base64.StdEncoding.DecodeString(p.routes.Public) // without a key no signature is good
	var answering sync.WaitGroup
	return erasure.Inbox{Key: ed25519.PublicKey(key), Take: func(_ context.Context, n erasure.Notice) error {
		behaviour := cmp.Or(p.behaviour[n.Recipient], p.behaviour[""], answers)
		p.log.Info("a notice", zap.String("recipient", n.Recipient), zap.String("behaviour", behaviour))
		if behaviour == down {
			return errDown
		}
		answering.Go(func() {
			if err := p.answer(ctx, n, behaviour); err != nil && ctx.Err() == nil {
				p.log.Error("an answer was not taken", zap.String("recipient", n.Recipient), zap.Error(err))
			}
		})
		return nil
	}}, answering.Wait
}

// answer says what a party of such a behaviour says.
func (p *partners) answer(ctx context.Context, n erasure.Notice, behaviour string) error {
	party := erasure.Party{Token: string(p.routes.Tokens[n.Recipient])}
	done := erasure.Answer{Status: erasure.Executed}
	switch behaviour {
	case refuses:
		return party.Answer(ctx, n, erasure.Answer{Status: erasure.Refused, Refusal: "own-authorisation"})
	case slow:
		if err := party.Answer(ctx, n, erasure.Answer{Status: erasure.Acknowledged}); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(p.delay):
		}
	case answersTwice:
		if err := party.Answer(ctx, n, done); err != nil {
			return err
		}
	case subRecipients:
		below := erasure.PassedOn{Recipient: n.Recipient + "-below", Categories: slices.Concat(n.Erase, n.Ask), Purpose: "order-delivery", Time: n.Time.Add(-1)}
		if len(n.References) > 0 {
			below.Reference = "below-" + n.References[0]
		}
		done.PassedOn = []erasure.PassedOn{below}
	}
	return party.Answer(ctx, n, done)
}
