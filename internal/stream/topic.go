package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/segmentio/kafka-go"

	"github.com/datacustody/custody/internal/ledger"
)

// A Topic says how a topic is to be made.
type Topic struct {
	Name        string
	Partitions  int
	Replication int
	Config      map[string]string
}

// EnsureTopic makes the topic unless it is there; created says whether it did.
func (c *Client) EnsureTopic(ctx context.Context, t Topic) (created bool, err error) {
	spec := kafka.TopicConfig{Topic: t.Name, NumPartitions: t.Partitions, ReplicationFactor: t.Replication}
	for name, value := range t.Config {
		spec.ConfigEntries = append(spec.ConfigEntries, kafka.ConfigEntry{ConfigName: name, ConfigValue: value})
	}
	err = retry(ctx, func(ctx context.Context) error {
		r, err := c.kafka.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{spec}})
		if err != nil {
			return err
		}
		return r.Errors[t.Name]
	})
	if errors.Is(err, kafka.TopicAlreadyExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("create topic %s: %w", t.Name, err)
	}
	return true, nil
}

// InitGroup is for the one who just created the topic: it commits offset 0
// without intent for each partition that has no commit, so that the first
// writer need not wait out a lease that nobody holds. The group must have no member.
func (c *Client) InitGroup(ctx context.Context, group, topic string) error {
	ids, err := c.partitions(ctx, topic)
	if err != nil {
		return err
	}
	have, err := c.committed(ctx, group, topic, ids)
	if err != nil {
		return err
	}
	var commits []kafka.OffsetCommit
	for _, p := range have {
		if p.CommittedOffset < 0 {
			commits = append(commits, kafka.OffsetCommit{Partition: p.Partition, Metadata: ledger.Idle(ledger.Intent{}.RecordedAt)})
		}
	}
	if len(commits) == 0 {
		return nil
	}
	err = retry(ctx, func(ctx context.Context) error {
		r, err := c.kafka.OffsetCommit(ctx, &kafka.OffsetCommitRequest{
			GroupID: group, GenerationID: -1, Topics: map[string][]kafka.OffsetCommit{topic: commits},
		})
		if err != nil {
			return err
		}
		for _, p := range r.Topics[topic] {
			if p.Error != nil {
				return p.Error
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("init group %s: %w", group, err)
	}
	return nil
}

// A Range is what Kafka holds of a partition: [First, End).
type Range struct {
	Partition  int32
	First, End int64
}

// Ranges gives what Kafka holds of each partition, by partition.
func (c *Client) Ranges(ctx context.Context, topic string) ([]Range, error) {
	ids, err := c.partitions(ctx, topic)
	if err != nil {
		return nil, err
	}
	return c.ranges(ctx, topic, ids)
}

func (c *Client) ranges(ctx context.Context, topic string, ids []int) (rs []Range, err error) {
	var ask []kafka.OffsetRequest
	for _, id := range ids {
		ask = append(ask, kafka.FirstOffsetOf(id), kafka.LastOffsetOf(id))
	}
	err = retry(ctx, func(ctx context.Context) error {
		r, err := c.kafka.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: ask}})
		if err != nil {
			return err
		}
		rs = rs[:0]
		for _, p := range r.Topics[topic] {
			if p.Error != nil {
				return p.Error
			}
			rs = append(rs, Range{Partition: int32(p.Partition), First: p.FirstOffset, End: p.LastOffset})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("offsets of %s: %w", topic, err)
	}
	slices.SortFunc(rs, func(a, b Range) int { return int(a.Partition) - int(b.Partition) })
	return rs, nil
}

// partitions gives the topic's partition ids.
func (c *Client) partitions(ctx context.Context, topic string) (ids []int, err error) {
	err = retry(ctx, func(ctx context.Context) error {
		r, err := c.kafka.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
		if err != nil {
			return err
		}
		for _, t := range r.Topics {
			if t.Error != nil {
				return t.Error
			}
			ids = ids[:0]
			for _, p := range t.Partitions {
				ids = append(ids, p.ID)
			}
		}
		if len(ids) == 0 {
			return kafka.UnknownTopicOrPartition
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("partitions of %s: %w", topic, err)
	}
	slices.Sort(ids) // who places by a key counts on their order, brokers promise none
	return ids, nil
}

func (c *Client) committed(ctx context.Context, group, topic string, ids []int) (ps []kafka.OffsetFetchPartition, err error) {
	err = retry(ctx, func(ctx context.Context) error {
		r, err := c.kafka.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: ids}})
		if err != nil {
			return err
		}
		if errors.Is(r.Error, kafka.GroupIdNotFound) { // some brokers say so before the first join
			ps = nothing(ids)
			return nil
		}
		if r.Error != nil {
			return r.Error
		}
		ps = r.Topics[topic]
		for _, p := range ps {
			if p.Error != nil {
				return p.Error
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("commits of %s: %w", group, err)
	}
	if len(ps) != len(ids) {
		return nil, fmt.Errorf("commits of %s: %d partitions answered, want %d", group, len(ps), len(ids))
	}
	return ps, nil
}

// nothing is the answer of a group that never committed.
func nothing(ids []int) (ps []kafka.OffsetFetchPartition) {
	for _, id := range ids {
		ps = append(ps, kafka.OffsetFetchPartition{Partition: id, CommittedOffset: -1})
	}
	return ps
}
