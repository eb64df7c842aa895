package embedded

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// reserve is the disk space below which no more records are taken: kfake would
// say "unknown server error" on a full disk, and acknowledge offsets that it
// cannot keep. Producers try again by themselves when there is space.
const reserve = 64 << 20

// refuseWhenFull answers KAFKA_STORAGE_ERROR while dir's disk is full.
func (k *Kafka) refuseWhenFull(dir string) {
	var said time.Time
	k.cluster.ControlKey(int16(kmsg.Produce), func(r kmsg.Request) (kmsg.Response, error, bool) {
		k.cluster.KeepControl()
		space, err := Free(dir)
		if err != nil || space >= k.reserve.Load() {
			return nil, nil, false
		}
		if time.Since(said) > time.Minute {
			said = time.Now()
			kfake.BasicLogger(k.log, kfake.LogLevelWarn).Logf(kfake.LogLevelError, "%s: the disk is full: %d MB free, no more records are taken", dir, space>>20)
		}
		return refusal(r.(*kmsg.ProduceRequest)), nil, true
	})
}

func refusal(r *kmsg.ProduceRequest) *kmsg.ProduceResponse {
	answer := r.ResponseKind().(*kmsg.ProduceResponse)
	for _, t := range r.Topics {
		topic := kmsg.NewProduceResponseTopic()
		topic.Topic, topic.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			partition := kmsg.NewProduceResponseTopicPartition()
			partition.Partition, partition.ErrorCode = p.Partition, kerr.KafkaStorageError.Code
			topic.Partitions = append(topic.Partitions, partition)
		}
		answer.Topics = append(answer.Topics, topic)
	}
	return answer
}
