package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/stream"
)

func topicCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "topic", Short: "Make Custody's Kafka topics, and renew them", GroupID: groupRun, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(topicCreateCommand(a), topicRenewCommand(a))
	return c
}

// Topics say how Custody's topics are made.
type topics struct{ partitions, replication int }

func topicCreateCommand(a *app) *cobra.Command {
	var t topics
	c := &cobra.Command{
		Use: "create", Short: "Make custody.events, custody.dead-letter and custody.findings, if they are not there", Args: cobra.NoArgs,
		Long: `Make custody.events, custody.dead-letter and custody.findings. Topics that are there are left as
they are. Keep the number of partitions: a person's events are in order, and
known as repeats, within a partition, and another number moves persons. Where
it must change, run custody topic renew afterwards.`,
		Example: "  custody topic create --partitions 16 --replication 3 --kafka kafka-1:9092,kafka-2:9092",
		RunE: func(c *cobra.Command, _ []string) error {
			client := a.servers.stream("topic")
			defer client.Close()
			return t.create(c.Context(), client, func(name string, created bool) {
				fmt.Fprintf(a.out, "%s: %s\n", name, map[bool]string{true: "created", false: "is there"}[created])
			})
		},
	}
	c.Flags().IntVar(&t.partitions, "partitions", 8, "number of partitions of custody.events")
	c.Flags().IntVar(&t.replication, "replication", 1, "copies of each partition; 3 where nothing may be lost")
	return c
}

// create makes the topics that are missing; for a new custody.events the
// consumer group is told that nobody has written yet.
func (t topics) create(ctx context.Context, client *stream.Client, tell func(name string, created bool)) error {
	for _, topic := range t.list() {
		created, err := client.EnsureTopic(ctx, topic)
		if err != nil {
			return err
		}
		tell(topic.Name, created)
		if created && topic.Name == stream.EventsTopic {
			if err := client.InitGroup(ctx, stream.LineageGroup, topic.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// list is the topics with their settings. Records leave Kafka by age only, and
// late: ClickHouse has them for good, dead letters wait for a person.
func (t topics) list() []stream.Topic {
	common := map[string]string{"cleanup.policy": "delete", "max.message.bytes": "1048588", "compression.type": "producer"}
	if t.replication > 1 {
		common["min.insync.replicas"] = "2"
	}
	with := func(name, value string) map[string]string {
		config := map[string]string{name: value}
		for n, v := range common {
			config[n] = v
		}
		return config
	}
	return []stream.Topic{
		{Name: stream.EventsTopic, Partitions: t.partitions, Replication: t.replication, Config: with("retention.ms", "604800000")},
		{Name: stream.DeadLetterTopic, Partitions: 1, Replication: t.replication, Config: with("retention.ms", "7776000000")},
		{Name: stream.FindingsTopic, Partitions: 1, Replication: t.replication, Config: with("retention.ms", "7776000000")},
	}
}
