package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

// Find reads the dead letters of these records, in one pass over the topic that
// ends when it has all. A letter may be there more than once, after a takeover:
// the fullest is taken. One that is not in the answer expired: a pass that does not
// reach the end is an error. Passed, which may be nil, is told how many records
// were passed of how many there are.
func (d *DeadLetters) Find(ctx context.Context, ids []ledger.Identity, passed func(n, of int64)) (map[ledger.Identity]Letter, error) {
	wanted := make(map[string]ledger.Identity, len(ids))
	for _, id := range ids {
		wanted[id.String()] = id
	}
	ranges, err := d.client.Ranges(ctx, d.topic)
	if err != nil {
		return nil, fmt.Errorf("find dead letters: %w", err)
	}
	var n, of int64
	for _, r := range ranges {
		of += r.End - r.First
	}
	found := make(map[ledger.Identity]Letter)
	for i := 0; i < len(ranges) && len(wanted) > 0; i++ { // all: when partitions were added, older letters stayed where they were
		err := d.client.walk(ctx, d.topic, ranges[i], func(b Batch, from int64) bool {
			for i := range b.Records {
				collect(found, wanted, &b.Records[i])
			}
			if n += b.Next - from; passed != nil {
				passed(min(n, of), of)
			}
			return len(wanted) > 0
		})
		if err != nil {
			return nil, fmt.Errorf("find dead letters: %w", err)
		}
	}
	return found, nil
}

// collect keeps a letter that is wanted, and takes it off the list if it has all.
func collect(found map[ledger.Identity]Letter, wanted map[string]ledger.Identity, r *Record) {
	id, ok := wanted[string(r.Key)]
	if !ok {
		return
	}
	l := Letter{ID: id, Message: r.Message}
	if old, ok := found[id]; !ok || l.fuller(&old) {
		found[id] = l.clone()
	}
	if r.Value != nil {
		delete(wanted, string(r.Key))
	}
}

// Pick reads single records of a partition by their offsets, which rise. Those
// that Kafka has no more, or does not have yet, are left out, those that it has and
// does not give are an error; a record is good until take returns.
func (c *Client) Pick(ctx context.Context, topic string, partition int32, offsets []int64, take func(*Record)) error {
	ranges, err := c.ranges(ctx, topic, []int{int(partition)})
	if err != nil {
		return err
	}
	for len(offsets) > 0 && len(ranges) == 1 {
		r := ranges[0]
		if r.First = max(r.First, offsets[0]); r.First >= r.End {
			return nil
		}
		rest := offsets
		err := c.walk(ctx, topic, r, func(b Batch, _ int64) bool {
			for i := range b.Records {
				for len(rest) > 0 && rest[0] < b.Records[i].Offset {
					rest = rest[1:]
				}
				if len(rest) > 0 && rest[0] == b.Records[i].Offset {
					take(&b.Records[i])
				}
			}
			for len(rest) > 0 && rest[0] < b.Next {
				rest = rest[1:]
			}
			return false // the next may be far away
		})
		if err != nil {
			return err
		}
		if len(rest) == len(offsets) {
			return nil // the others expired meanwhile, up to the end
		}
		offsets = rest
	}
	return nil
}

// silences is how often in a row Kafka may give nothing where it has something: a
// new leader catches up within one, an open transaction may outlast any number.
const silences = 3

// walk reads a range until do says that it has seen enough. Where Kafka stops
// giving before the end, that is an error: what was not read has not expired.
func (c *Client) walk(ctx context.Context, topic string, r Range, do func(b Batch, from int64) bool) error {
	for at, silent := r.First, 0; at < r.End; {
		b, err := c.Read(ctx, topic, r.Partition, at)
		var gone *OffsetError
		if errors.As(err, &gone) && gone.First > at { // expired meanwhile
			at = gone.First
			continue
		}
		if err != nil {
			return err
		}
		if b.Next <= at {
			if silent++; silent == silences {
				return fmt.Errorf("read %s/%d up to %d: Kafka gives nothing from %d on: a transaction is open, or the leader lags: try again later", topic, r.Partition, r.End, at)
			}
			continue
		}
		if !do(b, at) {
			return nil
		}
		at, silent = b.Next, 0
	}
	return nil
}

// Header gives one of the headers that Custody added; empty where it is not there.
func (l *Letter) Header(name string) string {
	for _, h := range l.Message.Headers {
		if h.Name == name {
			return string(h.Value)
		}
	}
	return ""
}

// Pointer says that the letter has no copy of the record, which may be in the
// source topic still. A tombstone's letter has no value either, and is a copy.
func (l *Letter) Pointer() bool {
	return l.Message.Value == nil && (l.Header(HeaderSHA256) != "" || l.Header(HeaderReason) != event.ReasonTombstone.String())
}

// Original is the record as it was: its own key, and none of the headers that
// Custody added. There is none of a pointer.
func (l *Letter) Original() event.Message {
	m := event.Message{Value: l.Message.Value}
	for _, h := range l.Message.Headers {
		switch h.Name {
		case HeaderKey:
			m.Key = h.Value
		case HeaderReason, HeaderField, HeaderSHA256:
		default:
			m.Headers = append(m.Headers, h)
		}
	}
	return m
}

// fuller says that of two letters of one record l tells more.
func (l *Letter) fuller(old *Letter) bool {
	if (l.Message.Value == nil) != (old.Message.Value == nil) {
		return l.Message.Value != nil
	}
	return l.Header(HeaderSHA256) != "" && old.Header(HeaderSHA256) == ""
}

func (l *Letter) clone() Letter {
	c := Letter{ID: l.ID, Message: event.Message{Value: bytes.Clone(l.Message.Value)}}
	for _, h := range l.Message.Headers {
		c.add(h.Name, bytes.Clone(h.Value))
	}
	return c
}
