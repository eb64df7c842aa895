package findings_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/consumers/findings"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
)

// childEnv makes the test binary a runner, so that a test can kill -9 one. It holds
// the address, user and password of ClickHouse, the cluster of the world, the
// broker and the topic, with spaces between.
const childEnv = "CUSTODY_TEST_FINDINGS"

// shortLease is that of the runners that are killed: each kill waits for it.
const shortLease = 2 * time.Second

func beRunner(word []string) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	db, err := store.Open(store.Config{Addr: word[:1], User: word[1], Password: word[2]})
	if err != nil {
		fmt.Fprintln(os.Stderr, "runner:", err)
		return
	}
	kafka := stream.New(stream.Config{Brokers: word[4:5]})
	defer kafka.Close()
	o := killed(db, word[3])
	o.Topic = kafka.Publisher(word[5])
	_ = findings.New(o).Run(ctx)
}

// killed are the options of a runner that takes small steps.
func killed(db *store.DB, cluster string) findings.Options {
	return findings.Options{
		Lead:   func(ctx context.Context) (findings.Lead, error) { return db.Lead(ctx, shortLease) },
		Record: db, Judge: by(judge{db.Judge(judging), cluster}),
		Every: 20 * time.Millisecond, Retry: 10 * time.Millisecond, Rows: 10, People: 3,
	}
}

// spawn runs a runner in a process of its own.
func (w *world) spawn(broker, topic string) *exec.Cmd {
	w.t.Helper()
	c := testkit.ClickHouse(w.t).Config("writer")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{c.Addr[0], c.User, c.Password, w.cluster, broker, topic}, " "))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { kill(cmd) })
	return cmd
}

// kill is kill -9.
func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// Processes are killed in the middle of what they do, with another one standing by:
// what is found in the end is what one run over the whole log finds. No change is
// stored twice, none is missing, and the topic was told of each.
func TestSameFindingsUnderKills(t *testing.T) {
	const kills = 6
	r := rand.New(rand.NewPCG(9, 5))
	w := newWorld(t)
	broker, topic := testkit.Kafka(t)[0], w.findingsTopic()
	acts := w.stories(r, 16)
	r.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	pieces := slices.Collect(slices.Chunk(acts, len(acts)/kills+1))
	runners := []*exec.Cmd{w.spawn(broker, topic), w.spawn(broker, topic)}
	broken, done := 0, w.lastStep()
	for n, piece := range pieces {
		for i := range int32(3) {
			w.happen(i, piece[len(piece)*int(i)/3:len(piece)*int(i+1)/3]...)
		}
		w.await("half a step more", func() bool { return w.lastStep() > done && w.unfinished() })
		time.Sleep(time.Duration(r.IntN(100)) * time.Millisecond)
		if n == kills/2 {
			kill(runners[1]) // both are gone
			runners[1] = w.spawn(broker, topic)
		}
		kill(runners[0]) // whoever of the two leads
		runners = []*exec.Cmd{runners[1], w.spawn(broker, topic)}
		if w.unfinished() {
			broken++
		}
		done = w.lastStep()
		t.Logf("killed in step %d", done+1)
	}
	w.await("the end of the log", w.kept)
	for _, cmd := range runners {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	for _, cmd := range runners {
		if err := cmd.Wait(); err != nil {
			t.Errorf("a runner told to stop: %v", err)
		}
	}
	if t.Logf("%d of %d kills broke off a step", broken, kills); broken == 0 {
		t.Error("no kill came in the middle of a step: the test shows nothing")
	}
	if _, clean, err := w.db.LastStep(t.Context()); err != nil || !clean {
		t.Errorf("clean after the end = %v, %v, want true", clean, err)
	}
	w.physicallyOnce()
	w.topic.told = consumeAll(t, broker, topic)
	w.toldAll()

	v, same := w.another(acts)
	v.happen(0, same...)
	v.keep(v.options())
	if got, want := w.said(), v.said(); !slices.Equal(got, want) || len(want) < 50 {
		t.Errorf("findings after kills and of one run differ, or are few:\n%q\n%q", got, want)
	}
	w.topic.told = nil
	again := w.options()
	again.Record, again.Judge = fromScratch{w.db}, by(other{w.judge()})
	w.keepFromScratch(again)
	if len(w.topic.told) > 0 {
		t.Errorf("from scratch %d findings change: %q", len(w.topic.told), w.topic.told)
	}
}

// said is everything that stands in the world, but for what differs from world to world.
func (w *world) said() (all []string) {
	w.t.Helper()
	found, err := w.db.Findings(w.t.Context(), ledger.FindingFilter{Source: "/t/" + w.cluster})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range found {
		all = append(all, strings.ReplaceAll(fmt.Sprint(f.EventID, f.Rule, f.Field, f.Because, f.Type, f.Time, f.Subject, f.Controller, f.Recipient, f.State), w.cluster, "world"))
	}
	slices.Sort(all)
	return all
}

// unfinished says whether changes of a step are stored that is not done.
func (w *world) unfinished() bool {
	w.t.Helper()
	changes, err := w.db.OfStep(w.t.Context(), w.lastStep()+1)
	if err != nil {
		w.t.Fatal(err)
	}
	return len(changes) > 0
}

func (w *world) lastStep() uint64 {
	w.t.Helper()
	last, _, err := w.db.LastStep(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return last.Step
}

func (w *world) await(what string, done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(10 * time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("not within ten minutes: %s", what)
		}
	}
}

// findingsTopic is a topic of the world's own.
func (w *world) findingsTopic() string {
	w.t.Helper()
	client := stream.New(stream.Config{Brokers: testkit.Kafka(w.t)})
	defer client.Close()
	topic := w.cluster + "-findings"
	if _, err := client.EnsureTopic(w.t.Context(), stream.Topic{Name: topic, Partitions: 3, Replication: testkit.Replication()}); err != nil {
		w.t.Fatal(err)
	}
	return topic
}

// consumeAll gives the values of all records of a topic.
func consumeAll(t testing.TB, broker, topic string) (values []string) {
	t.Helper()
	c, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for { // until nothing comes for a while
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		fetches := c.PollFetches(ctx)
		cancel()
		if fetches.NumRecords() == 0 {
			return values
		}
		fetches.EachRecord(func(r *kgo.Record) { values = append(values, string(r.Value)) })
	}
}
