package lineage_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/eventtest"
)

// TestNoPoisonBlocksAPartition sends every invalid example between valid ones,
// into one partition: each has its row and its dead letter with the reason, and
// what comes behind it is logged.
func TestNoPoisonBlocksAPartition(t *testing.T) {
	s := newSite(t, 1)
	s.start()
	invalid, valid := eventtest.Invalid(), eventtest.Valid()
	for i, f := range invalid {
		s.raw(f.Message)
		s.raw(valid[i%len(valid)].Message)
	}
	s.logged(2 * len(invalid))
	rows := s.ask(`SELECT outcome, reason, reason_field FROM custody.log WHERE kafka_topic = {topic:String} ORDER BY kafka_offset`)
	letters := s.letters()
	for i, f := range invalid {
		if got, want := rows[2*i], strings.Join([]string{"rejected", f.Reason.String(), f.Field}, "\t"); got != want {
			t.Errorf("%s: row = %q, want %q", f.Name, got, want)
		}
		if next := rows[2*i+1]; strings.HasPrefix(next, "rejected") {
			t.Errorf("%s: the valid one behind it = %q", valid[i%len(valid)].Name, next)
		}
		id := fmt.Sprintf("test/%s/0/0/%d", s.topic, 2*i)
		checkLetter(t, f, letters[id])
		delete(letters, id)
	}
	for id := range letters {
		t.Errorf("dead letter of %s, which is valid", id)
	}
}

func (s *site) raw(m event.Message) {
	s.t.Helper()
	r := &kgo.Record{Key: m.Key, Value: m.Value}
	for _, h := range m.Headers {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: h.Name, Value: h.Value})
	}
	if err := s.producer.ProduceSync(context.Background(), r).FirstErr(); err != nil {
		s.t.Fatal(err)
	}
}

func checkLetter(t *testing.T, f eventtest.Fixture, letters []stream.Record) {
	t.Helper()
	if len(letters) == 0 {
		t.Errorf("%s: no dead letter", f.Name)
		return
	}
	l := letters[0]
	hs := map[string]string{}
	for _, h := range l.Headers {
		hs[h.Name] = string(h.Value)
	}
	if hs[stream.HeaderReason] != f.Reason.String() || hs[stream.HeaderField] != f.Field {
		t.Errorf("%s: dead letter for %q %q, want %q %q", f.Name, hs[stream.HeaderReason], hs[stream.HeaderField], f.Reason, f.Field)
	}
	switch f.Reason {
	case event.ReasonPersonalValue, event.ReasonTooLarge, event.ReasonContentMode, event.ReasonSyntax:
		sum := sha256.Sum256(f.Message.Value)
		if l.Value != nil || len(hs) != 3 || hs[stream.HeaderSHA256] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: dead letter of %d bytes with %d headers, want a pointer", f.Name, len(l.Value), len(hs))
		}
	default:
		if !bytes.Equal(l.Value, f.Message.Value) || hs[stream.HeaderKey] != string(f.Message.Key) {
			t.Errorf("%s: dead letter does not hold the record", f.Name)
		}
	}
}
