package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/datacustody/custody/erasure"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/event"
)

// `custody erase run` is killed at every step, again and again, while people ask to
// be forgotten. In the end every party was told of every person, under one key, and
// the log says so once. What Kafka had of a life when it ended was not told again.
func TestG6NoNoticeIsLostNorNewTwiceUnderKills(t *testing.T) {
	d, group := newDesk(t), ""
	for range 1 + howMany(t)/200_000 {
		for _, step := range []string{"early", "planned", "sent", "told", "behind", "answered"} {
			d.ask(t, 5)
			group = testkit.Unique("erasure") // each life its own: nobody need wait until the last one's session is over
			life := d.start(t, group)
			d.await(t, step)
			life.kill()
			d.partner.letIn()
			d.reckon(t)
			t.Logf("killed %s: %d notices came, Kafka has %d", step, len(d.came(t)), len(d.known))
		}
	}
	d.ask(t, 5)
	last := d.start(t, group) // but for this one
	d.settle(t)
	last.signal(t, syscall.SIGTERM)
	if err := last.cmd.Wait(); err != nil {
		t.Errorf("erase run told to stop: %v\n%s", err, last.say.String())
	}
	d.toldOnce(t)
	d.intact(t)
}

// await returns when the life that has begun is where it is to end.
func (d *desk) await(t *testing.T, step string) {
	t.Helper()
	switch step {
	case "early":
		time.Sleep(rand.N(time.Second))
	case "planned": // each party has a notice or a few, the others wait in memory
		d.partner.hold(0)
		eventually(t, "a notice that is held", d.partner.holds)
	case "sent": // the partner has one of which Custody does not know whether
		d.partner.hold(1 + rand.IntN(8))
		eventually(t, "a notice that is held", d.partner.holds)
	case "told": // Kafka has what the log has not
		d.partner.hold(0)
		eventually(t, "a notice that is held", d.partner.holds)
		d.stopLog()
		before := d.notified(t)
		d.partner.letIn()
		eventually(t, "an event of a notice", func() bool { return len(d.notified(t)) > len(before) })
	case "behind": // as the last one left it; then it is not
		time.Sleep(rand.N(2 * time.Second))
		d.stopLog = d.consume(t)
		time.Sleep(rand.N(2 * time.Second))
	case "answered": // the event may be under way
		n := d.partner.count()
		eventually(t, "a notice", func() bool { return d.partner.count() > n })
		time.Sleep(rand.N(5 * time.Millisecond))
	}
}

// notified is what Kafka has as told, and how often.
func (d *desk) notified(t *testing.T) map[telling]int {
	t.Helper()
	found, decoder := map[telling]int{}, event.NewDecoder(event.Options{})
	d.each(t, d.Topic, func(_ int32, r *stream.Record) {
		e, why := decoder.Decode(&r.Message, time.Now())
		if why == nil && e.Kind == event.KindErasureNotified && string(e.Text(event.FieldController)) == d.controller {
			found[telling{string(e.Text(event.FieldRequestID)), string(e.Text(event.FieldRecipient))}]++
		}
	})
	return found
}

// came is the keys under which each was told, in the order in which notices came.
func (d *desk) came(t *testing.T) map[telling][]string {
	t.Helper()
	keys := d.partner.came()
	d.each(t, d.inbox, func(_ int32, r *stream.Record) {
		n, err := erasure.ReadNotice(r.Value)
		if err != nil {
			t.Fatal(err)
		}
		keys[telling{n.Case, n.Recipient}] = append(keys[telling{n.Case, n.Recipient}], n.ID)
	})
	return keys
}

// reckon notes what Kafka has as told when a life has ended, and how often it was.
func (d *desk) reckon(t *testing.T) {
	t.Helper()
	keys := d.came(t)
	for what := range d.notified(t) {
		if _, ok := d.known[what]; !ok {
			d.known[what] = len(keys[what])
		}
	}
}

// settle waits until Kafka has everything as told, and the log has all of Kafka.
func (d *desk) settle(t *testing.T) {
	t.Helper()
	eventually(t, "the last notice", func() bool { return len(d.notified(t)) == len(d.cases)*len(d.parties) })
	records := 0
	d.each(t, d.Topic, func(int32, *stream.Record) { records++ })
	d.world.await(t, records)
}

// toldOnce holds what came against what was asked for, and the log against both.
func (d *desk) toldOnce(t *testing.T) {
	t.Helper()
	keys, again := d.came(t), 0
	var want []string
	for _, id := range d.cases {
		for _, party := range d.parties {
			what := telling{id, party}
			if once := slices.Compact(slices.Sorted(slices.Values(keys[what]))); len(once) != 1 {
				t.Errorf("%s got %s under the keys %q, want one", party, id, once)
				continue
			}
			if n, ok := d.known[what]; ok && len(keys[what]) != n {
				t.Errorf("%s got %s %d times, of which Kafka knew after %d", party, id, len(keys[what]), n)
			}
			again += len(keys[what]) - 1
			want = append(want, fmt.Sprint(id, " ", party, " 1 sent ", keys[what][0], "\n"))
		}
	}
	if len(keys) != len(want) {
		t.Errorf("%d notices came, want %d", len(keys), len(want))
	}
	if again == 0 {
		t.Error("nothing was sent again: no life ended between a notice and its event")
	}
	got, err := d.answer(`SELECT concat(request_id, ' ', recipient, ' ', toString(attempt), ' ', delivery, ' ', record_ref) FROM custody.log
		WHERE kafka_cluster = '` + d.Cluster + `' AND type = 'org.datacustody.erasure.notified.v1' AND outcome = 'accepted' ORDER BY ALL FORMAT TSV`)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Join(slices.Sorted(slices.Values(want)), ""); string(got) != want {
		t.Errorf("the log's notices are not those that came: %s", difference(want, string(got)))
	}
	t.Logf("%d notices, %d of them sent again", len(want), again)
}
