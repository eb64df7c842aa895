package ledger

import (
	"fmt"
	"strconv"
	"strings"
)

// An Identity names one Kafka record, for ever.
type Identity struct {
	Partition
	Offset int64
}

// String is the partition as cluster/topic/epoch/partition.
func (p Partition) String() string {
	return p.Cluster + "/" + p.Topic + "/" + strconv.FormatUint(uint64(p.Epoch), 10) + "/" + strconv.Itoa(int(p.ID))
}

// String is the identity as cluster/topic/epoch/partition/offset: the key of a dead letter.
func (i Identity) String() string {
	return i.Partition.String() + "/" + strconv.FormatInt(i.Offset, 10)
}

// ParseIdentity reads what Identity.String wrote. A cluster's name may hold
// slashes; a topic's cannot.
func ParseIdentity(s string) (Identity, error) {
	word := strings.Split(s, "/")
	n := len(word)
	if n < 5 {
		return Identity{}, fmt.Errorf("identity %q: want cluster/topic/epoch/partition/offset", s)
	}
	epoch, err1 := strconv.ParseUint(word[n-3], 10, 32)
	id, err2 := strconv.ParseInt(word[n-2], 10, 32)
	offset, err3 := strconv.ParseInt(word[n-1], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || id < 0 || offset < 0 {
		return Identity{}, fmt.Errorf("identity %q: want numbers for epoch, partition and offset", s)
	}
	return Identity{
		Partition: Partition{
			Cluster: strings.Join(word[:n-4], "/"), Topic: word[n-4], Epoch: uint32(epoch), ID: int32(id),
		},
		Offset: offset,
	}, nil
}
