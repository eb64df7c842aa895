package stream_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// letterOf is the dead letter of a record of that offset, a copy.
func letterOf(offset int64, value string) stream.Letter {
	m := event.Message{Key: fmt.Appendf(nil, "key %d", offset), Value: []byte(value), Headers: []event.Header{header("ce_id", "1")}}
	return stream.NewLetter(identity(offset), &m, "bad-value", "data.note")
}

func publish(t *testing.T, client *stream.Client, letters ...stream.Letter) {
	t.Helper()
	if err := client.DeadLetters("t").Publish(t.Context(), letters); err != nil {
		t.Fatal(err)
	}
}

func TestLettersAreFoundInAllPartitions(t *testing.T) {
	_, client := broker(t, 3)
	for i := range int64(200) {
		publish(t, client, letterOf(i, fmt.Sprint("value ", i)))
	}
	var passed, all int64
	wanted := []ledger.Identity{identity(7), identity(199), identity(42), identity(7), identity(1000)}
	got, err := client.DeadLetters("t").Find(t.Context(), wanted, func(n, of int64) { passed, all = n, of })
	if err != nil || len(got) != 3 {
		t.Fatalf("Find = %d letters, %v, want the three that are there", len(got), err)
	}
	for _, offset := range []int64{7, 42, 199} {
		l := got[identity(offset)]
		m := l.Original()
		if l.ID != identity(offset) || string(m.Key) != fmt.Sprint("key ", offset) || string(m.Value) != fmt.Sprint("value ", offset) ||
			len(m.Headers) != 1 || m.Headers[0].Name != "ce_id" || l.Pointer() || l.Header(stream.HeaderReason) != "bad-value" {
			t.Errorf("letter %d = %+v, want the record as it was", offset, l)
		}
	}
	if passed != 200 || all != 200 {
		t.Errorf("passed %d of %d records, want all 200: one of those wanted is not there", passed, all)
	}
}

func TestFindEndsWhenItHasAll(t *testing.T) {
	_, client := broker(t, 3)
	for i := range int64(30) {
		publish(t, client, letterOf(i, "value"))
	}
	first, err := ledger.ParseIdentity(string(readAll(t, client, 0, 1)[0].Key)) // in the first partition that is read
	if err != nil {
		t.Fatal(err)
	}
	var passed, all int64
	got, err := client.DeadLetters("t").Find(t.Context(), []ledger.Identity{first}, func(n, of int64) { passed, all = n, of })
	if err != nil || len(got) != 1 {
		t.Fatalf("Find = %v, %v", got, err)
	}
	if all != 30 || passed >= all {
		t.Errorf("passed %d of %d records, want fewer than all 30", passed, all)
	}
}

// After a takeover a letter may be there twice; the source may have forgotten
// the record before the second was written, or before the first.
func TestTheFullestLetterIsTaken(t *testing.T) {
	value := []byte("value")
	whole, pointer := letterOf(1, "value"), stream.NewPointer(identity(1), value, false, "bad-value", "data.note")
	bare := stream.NewPointer(identity(1), nil, true, "bad-value", "data.note")
	for name, c := range map[string]struct {
		published []stream.Letter
		value     string
		sha256    bool
	}{
		"a copy, then nothing":    {[]stream.Letter{whole, bare}, "value", false},
		"nothing, then a copy":    {[]stream.Letter{bare, whole}, "value", false},
		"a pointer, then nothing": {[]stream.Letter{pointer, bare}, "", true},
		"nothing, then a pointer": {[]stream.Letter{bare, pointer}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			_, client := broker(t, 1)
			publish(t, client, c.published...)
			got, err := client.DeadLetters("t").Find(t.Context(), []ledger.Identity{identity(1)}, nil)
			if err != nil || len(got) != 1 {
				t.Fatalf("Find = %v, %v, want one letter", got, err)
			}
			l := got[identity(1)]
			if string(l.Message.Value) != c.value || (l.Header(stream.HeaderSHA256) != "") != c.sha256 || l.Pointer() != (c.value == "") {
				t.Errorf("letter = %+v, want value %q, a hash: %v", l, c.value, c.sha256)
			}
		})
	}
}

func TestPointersAreTold(t *testing.T) {
	sum := sha256.Sum256([]byte("x"))
	tombstone := stream.NewLetter(identity(1), &event.Message{Key: []byte("k")}, "tombstone", "")
	pointer := stream.NewPointer(identity(1), []byte("x"), false, "personal-value", "data.note")
	if tombstone.Pointer() || string(tombstone.Original().Key) != "k" {
		t.Error("a tombstone's letter counts as a pointer; it is the record, which had no value")
	}
	if !pointer.Pointer() || pointer.Header(stream.HeaderSHA256) != hex.EncodeToString(sum[:]) || len(pointer.Original().Headers) != 0 {
		t.Errorf("pointer = %+v", pointer)
	}
}

func TestPick(t *testing.T) {
	c, client := broker(t, 1)
	p := producer(t, c)
	for i := range 20 {
		produce(t, p, text(i*10, 10)...) // a record batch each
	}
	if err := c.DeleteRecords("t", 0, 50); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := client.Pick(t.Context(), "t", 0, []int64{0, 49, 50, 51, 77, 199, 200, 5000}, func(r *stream.Record) {
		got = append(got, fmt.Sprint(r.Offset, " ", string(r.Value)))
	})
	want := []string{"50 value 50", "51 value 51", "77 value 77", "199 value 199"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Pick = %q, %v, want what Kafka still has: %q", got, err, want)
	}
}

// silence makes the broker give nothing of partition 0 of "t" so many times, as it
// does at an open transaction.
func silence(c *kfake.Cluster, times int) {
	c.ControlKey(int16(kmsg.Fetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if times == 0 {
			return nil, nil, false
		}
		times--
		answer := r.ResponseKind().(*kmsg.FetchResponse)
		topic, partition := kmsg.NewFetchResponseTopic(), kmsg.NewFetchResponseTopicPartition()
		topic.Topic, topic.Partitions = "t", append(topic.Partitions, partition)
		answer.Topics = append(answer.Topics, topic)
		return answer, nil, true
	})
}

// What Kafka has and does not give has not expired.
func TestSilenceIsNoEnd(t *testing.T) {
	for name, c := range map[string]struct {
		times int
		fails bool
	}{
		"for a while": {2, false},
		"for long":    {1000, true},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, client := broker(t, 1)
			for i := range int64(10) {
				publish(t, client, letterOf(i, "value"))
			}
			check := func(what string, n int, err error) {
				t.Helper()
				switch {
				case !c.fails && (err != nil || n != 2):
					t.Errorf("%s = %d, %v, want both", what, n, err)
				case c.fails && (err == nil || !strings.Contains(err.Error(), "Kafka gives nothing from")):
					t.Errorf("%s = %d, %v, want an error that says from where on there is nothing", what, n, err)
				}
			}
			silence(cluster, c.times)
			found, err := client.DeadLetters("t").Find(t.Context(), []ledger.Identity{identity(1), identity(7)}, nil)
			check("Find", len(found), err)
			silence(cluster, c.times)
			picked := 0
			err = client.Pick(t.Context(), "t", 0, []int64{1, 4}, func(*stream.Record) { picked++ })
			check("Pick", picked, err)
		})
	}
}
