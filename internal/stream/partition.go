package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
)

// A Partition is ours for one generation. One goroutine uses it at a time, but
// for Fetch and Range, which others may call beside it.
type Partition struct {
	Topic string
	ID    int32
	Of    int // how many partitions the topic has

	client     *Client
	group      string
	generation int
	member     string
	abandon    func()
}

// Partitions gives the topic's partitions, by their ids, to read: they are
// nobody's, and nothing can be committed.
func (c *Client) Partitions(ctx context.Context, topic string) (ps []*Partition, err error) {
	ids, err := c.partitions(ctx, topic)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	for _, id := range ids {
		ps = append(ps, &Partition{Topic: topic, ID: int32(id), Of: len(ids), client: c})
	}
	return ps, nil
}

// Committed gives the group's commit: its offset, -1 if there is none, and its metadata.
func (p *Partition) Committed(ctx context.Context) (offset int64, metadata string, err error) {
	ps, err := p.client.committed(ctx, p.group, p.Topic, []int{int(p.ID)})
	if err != nil {
		return 0, "", err
	}
	return ps[0].CommittedOffset, ps[0].Metadata, nil
}

// Commit commits offset and metadata for the group. Nil means that it is made;
// ErrFenced that it is not, and that the partition is another's; ErrNoAnswer
// that nobody knows, so the membership ends here and now: a late copy must not
// overwrite what this member would commit next. Any other error: it is not made.
func (p *Partition) Commit(ctx context.Context, offset int64, metadata string) error {
	if p.member == "" {
		return fmt.Errorf("commit %s/%d at %d: %w", p.Topic, p.ID, offset, ErrFenced)
	}
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := p.commitOnce(ctx, offset, metadata)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, kafka.IllegalGeneration), errors.Is(err, kafka.UnknownMemberId),
			errors.Is(err, kafka.RebalanceInProgress), errors.Is(err, kafka.FencedInstanceID):
			return fmt.Errorf("commit %s/%d at %d: %w: %w", p.Topic, p.ID, offset, ErrFenced, err)
		case errors.Is(err, ErrNoAnswer):
			p.abandon()
			return fmt.Errorf("commit %s/%d at %d: %w", p.Topic, p.ID, offset, err)
		case !Retriable(err), !pause(ctx, wait):
			return fmt.Errorf("commit %s/%d at %d: %w", p.Topic, p.ID, offset, err)
		}
	}
}

func (p *Partition) commitOnce(ctx context.Context, offset int64, metadata string) error {
	r, err := p.client.kafka.OffsetCommit(ctx, &kafka.OffsetCommitRequest{
		GroupID: p.group, GenerationID: p.generation, MemberID: p.member,
		Topics: map[string][]kafka.OffsetCommit{p.Topic: {{Partition: int(p.ID), Offset: offset, Metadata: metadata}}},
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	answers := r.Topics[p.Topic]
	if len(answers) != 1 || errors.Is(answers[0].Error, kafka.RequestTimedOut) {
		return ErrNoAnswer
	}
	return answers[0].Error
}

// Fetch reads records from offset on into b, whose memory is used again; b is
// empty when none came in a while. An offset that Kafka does not have is an *OffsetError.
func (p *Partition) Fetch(ctx context.Context, offset int64, b *Batch) error {
	return p.client.fetch(ctx, p.Topic, p.ID, offset, b)
}

// Range gives what Kafka holds of the partition: [first, end).
func (p *Partition) Range(ctx context.Context) (first, end int64, err error) {
	rs, err := p.client.ranges(ctx, p.Topic, []int{int(p.ID)})
	if err != nil {
		return 0, 0, err
	}
	if len(rs) != 1 {
		return 0, 0, fmt.Errorf("offsets of %s/%d: %d partitions answered, want 1", p.Topic, p.ID, len(rs))
	}
	return rs[0].First, rs[0].End, nil
}
