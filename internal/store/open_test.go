package store_test

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/testkit"
)

// client is a connection as the writer that may misbehave.
func client(t testing.TB) *ch.Client {
	t.Helper()
	c := testkit.ClickHouse(t).Config("writer")
	client, err := ch.Dial(t.Context(), ch.Options{Address: c.Addr[0], User: c.User, Password: c.Password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// openInsert opens an insert into p, and by its name into others with it, says so, and
// sends its one row when it may.
func openInsert(t testing.TB, p ledger.Partition, lease time.Time, opened chan<- struct{}, send <-chan struct{}, others ...ledger.Partition) error {
	t.Helper()
	id := p.String() + "/0-1/open"
	for _, o := range others {
		id += " " + o.String() + "/0-1/open"
	}
	var cluster proto.ColStr
	var at, until proto.ColInt64
	column := cluster.LowCardinality()
	input := proto.Input{
		{Name: "kafka_cluster", Data: column},
		{Name: "recorded_at", Data: proto.Alias(&at, "DateTime64(6, 'UTC')")},
		{Name: "lease_until", Data: proto.Alias(&until, "DateTime64(6, 'UTC')")},
	}
	row := func() {
		column.Append(p.Cluster)
		at.Append(day.UnixMicro())
		until.Append(lease.UnixMicro())
	}
	calls := 0
	return client(t).Do(t.Context(), ch.Query{
		Body: "INSERT INTO custody.log " + input.Columns() + " VALUES", QueryID: id,
		Input: input, Settings: []ch.Setting{{Key: "async_insert", Value: "0"}, {Key: "receive_timeout", Value: "60"}},
		OnInput: func(context.Context) error {
			if calls++; calls > 1 {
				input.Reset()
				return io.EOF
			}
			close(opened)
			<-send
			row()
			return nil
		},
	})
}

// begin opens an insert into p and keeps it open until stop.
func begin(t testing.TB, p ledger.Partition, others ...ledger.Partition) (stop func()) {
	t.Helper()
	opened, send, over := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() { over <- openInsert(t, p, day, opened, send, others...) }()
	select {
	case <-opened:
	case err := <-over:
		t.Fatal(err)
	}
	return func() { close(send); <-over }
}

// A writer that slept with an open insert is refused when it wakes: the lease is
// held against the moment at which the block arrives (G2.3).
func TestLeaseOfASleepingWriter(t *testing.T) {
	l, p := writer(t), partition(t)
	for name, c := range map[string]struct {
		lease time.Duration
		want  uint64
	}{
		"in time": {time.Minute, 1},
		"late":    {300 * time.Millisecond, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p.Cluster += "x"
			now, err := l.Clock(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			lease := now.Add(c.lease)
			opened, send := make(chan struct{}), make(chan struct{})
			over := make(chan error, 1)
			go func() { over <- openInsert(t, p, lease, opened, send) }()
			<-opened
			for c.want == 0 && !now.After(lease) {
				if now, err = l.Clock(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			close(send)
			err = <-over
			n := answer(t, "auditor", `SELECT toString(count()) FROM custody.log WHERE kafka_cluster = ?`, p.Cluster)
			if n[0] != fmt.Sprint(c.want) || (err == nil) != (c.want == 1) {
				t.Errorf("%s rows, %v, want %d", n[0], err, c.want)
			}
		})
	}
}
