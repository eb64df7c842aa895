package e2e_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/datacustody/custody/erasure"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

// A desk is `custody erase run` in processes of its own, those who ask to be
// forgotten, and the parties that have their data.
type desk struct {
	*world
	program, routes string
	emit            *producer.Producer
	partner         *partner
	inbox           string   // topic of the party that is told by Kafka
	controller      string   // of its own: the topic may hold other cases
	parties, cases  []string // all that there are
	stopLog         func()
	known           map[telling]int // how often what Kafka has as told was told when a life had ended
}

// A telling is what there is to be told: in a case, to a party.
type telling struct{ Case, Party string }

// newDesk stands at a log of its own: those of other tests ask for erasures, too.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		world: newWorldIn(t, "erasure", testkit.Kafka(t), testkit.OwnClickHouse(t)), controller: testkit.Unique("shop"),
		parties: []string{"sto", "zto", "alipay"}, known: map[telling]int{},
	}
	d.inbox, d.Cluster, d.Topic = d.Topic+"-inbox", d.Topic, stream.EventsTopic
	d.createTopics(t, 4, testkit.Replication())
	if _, err := d.kafka.EnsureTopic(t.Context(), stream.Topic{Name: d.inbox, Partitions: 1, Replication: testkit.Replication()}); err != nil {
		t.Fatal(err)
	}
	if err := d.kafka.InitGroup(t.Context(), d.Group, d.Topic); err != nil {
		t.Fatal(err)
	}
	d.stopLog = d.consume(t)
	d.emit = d.emitter(t)
	d.open(t)
	return d
}

// open builds the program, and says how the parties are told.
func (d *desk) open(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	d.program, d.routes = filepath.Join(dir, "custody"), filepath.Join(dir, "routes.yaml")
	build := exec.Command("go", "build", "-o", d.program, "../cmd/custody")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	d.partner = &partner{keys: map[telling][]string{}, room: noLimit}
	server := httptest.NewServer(erasure.Inbox{Key: public, Take: d.partner.take})
	t.Cleanup(func() { d.partner.letIn(); server.Close() })
	routes := fmt.Sprintf("key: erasure.pem\nparties:\n  sto: {channel: webhook, url: %[1]q}\n  zto: {channel: webhook, url: %[1]q}\n  alipay: {channel: kafka, topic: %[2]s}\n", server.URL, d.inbox)
	for name, text := range map[string][]byte{
		d.routes: []byte(routes), filepath.Join(dir, "erasure.pem"): pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// start begins a life of the consumer as a member of a group.
func (d *desk) start(t *testing.T, group string) *victim {
	t.Helper()
	v := &victim{cmd: exec.Command(d.program, "erase", "run", "--routes", d.routes, "--kafka", d.Brokers[0], "--clickhouse", d.server.Addr,
		"--cluster", d.Cluster, "--group", group, "--monitor", "127.0.0.1:0")}
	v.cmd.Env = append(os.Environ(), "CUSTODY_CLICKHOUSE_PASSWORD="+d.server.Passwords["eraser"])
	v.cmd.Stderr = &v.say
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.kill)
	return v
}

// ask has so many persons, whose data every party has, ask to be forgotten.
func (d *desk) ask(t *testing.T, persons int) {
	t.Helper()
	var events []event.Event
	for range persons {
		subject, id, now := event.Subject("tmall:"+event.NewID()), fmt.Sprint("case-", len(d.cases)), time.Now()
		for _, party := range d.parties {
			events = append(events, &event.Shared{
				Meta:       event.Meta{Source: "/shop", Subject: subject, Time: now.Add(-time.Hour)},
				Controller: event.Party(d.controller), Recipient: event.Party(party), Relationship: event.RelationshipProvision,
				Categories: []event.Category{"name"}, Purpose: "order-delivery", RecipientRef: id,
			})
		}
		events = append(events, &event.ErasureRequested{
			Meta:       event.Meta{Source: "/shop", Subject: subject, Time: now},
			Controller: event.Party(d.controller), RequestID: id, Ground: "person-request", Scope: event.ScopeAll,
		})
		d.cases = append(d.cases, id)
	}
	if err := d.emit.Emit(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
}

// A partner is the parties that notices are posted to. It lets some in, and keeps
// the next ones waiting.
type partner struct {
	mu      sync.Mutex
	keys    map[telling][]string
	n, room int
	holding bool
	open    chan struct{} // closed when all are let in
}

// noLimit is room for all.
const noLimit = int(^uint(0) >> 1)

// take has the notice from the moment when it comes.
func (p *partner) take(ctx context.Context, n erasure.Notice) error {
	p.mu.Lock()
	what, open := telling{n.Case, n.Recipient}, p.open
	p.keys[what] = append(p.keys[what], n.ID)
	if p.n++; p.n <= p.room {
		open = nil
	} else {
		p.holding = true
	}
	p.mu.Unlock()
	if open != nil {
		<-open
	}
	return nil
}

// hold keeps all notices waiting from the next but so many on.
func (p *partner) hold(but int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.room, p.open = p.n+but, make(chan struct{})
}

// holds says whether any notice is waiting.
func (p *partner) holds() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.holding
}

// letIn ends that.
func (p *partner) letIn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open != nil {
		close(p.open)
	}
	p.room, p.open, p.holding = noLimit, nil, false
}

func (p *partner) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

// came is the keys under which each was told.
func (p *partner) came() map[telling][]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[telling][]string{}
	for what, keys := range p.keys {
		all[what] = slices.Clone(keys)
	}
	return all
}
