package stream_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/stream"
)

func TestHold(t *testing.T) {
	_, client := broker(t, 4)
	held := func() (n int, err error) {
		err = client.Group("g", "t", fast).Hold(t.Context(), 5*time.Second, func(ctx context.Context, ps []*stream.Partition) error {
			for id, p := range ps {
				if p.ID != int32(id) {
					t.Errorf("partition %d stands at %d", p.ID, id)
				}
				if err := p.Commit(ctx, 0, "held"); err != nil {
					return err
				}
			}
			n = len(ps)
			return ctx.Err()
		})
		return n, err
	}
	if n, err := held(); n != 4 || err != nil {
		t.Fatalf("Hold = %d partitions, %v, want all 4", n, err)
	}
	other := newCrew()
	stop := join(t, client, other.serve)
	eventually(t, "another member has partitions", func() bool { return len(other.ids()) > 0 })
	if n, err := held(); n != 0 || !errors.Is(err, stream.ErrShared) {
		t.Errorf("Hold beside another member = %d partitions, %v, want %v", n, err, stream.ErrShared)
	}
	stop()
	if n, err := held(); n != 4 || err != nil {
		t.Errorf("Hold after the other left = %d partitions, %v, want all 4", n, err)
	}
}
