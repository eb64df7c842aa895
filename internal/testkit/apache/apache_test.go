//go:build kafka

package apache_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/datacustody/custody/internal/testkit/apache"
)

func start(t *testing.T, o apache.Options) *apache.Cluster {
	t.Helper()
	o.Version, o.Dir = os.Getenv(apache.Version), t.TempDir()
	c, err := apache.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func client(t *testing.T, c *apache.Cluster) *kgo.Client {
	t.Helper()
	k, err := kgo.NewClient(kgo.SeedBrokers(c.Addrs()...), kgo.DefaultProduceTopic("t"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

// Whatever is done to one broker of three, the others take records, and it
// comes back to its data on its port.
func TestOneBrokerOfThree(t *testing.T) {
	c := start(t, apache.Options{Brokers: 3})
	k := client(t, c)
	if _, err := kadm.NewClient(k).CreateTopic(t.Context(), 3, -1, nil, "t"); err != nil {
		t.Fatal(err)
	}
	sent := int64(0)
	for n, away := range []struct {
		how        string
		away, back func(int) error
	}{
		{"killed", c.Kill, c.Restart},
		{"stopped", c.Stop, c.Restart},
		{"paused", c.Pause, c.Resume},
		{"paused for good", c.Pause, c.Restart},
	} {
		if err := away.away(n % 3); err != nil {
			t.Fatalf("%s: %v", away.how, err)
		}
		for range 10 {
			if err := k.ProduceSync(t.Context(), kgo.StringRecord("v")).FirstErr(); err != nil {
				t.Fatalf("produce with a broker %s: %v", away.how, err)
			}
			sent++
		}
		if err := away.back(n % 3); err != nil {
			t.Fatalf("back from %s: %v", away.how, err)
		}
		whole(t, c)
	}
	ends, err := kadm.NewClient(k).ListEndOffsets(t.Context(), "t")
	if err != nil {
		t.Fatal(err)
	}
	var got int64
	ends.Each(func(o kadm.ListedOffset) { got += o.Offset })
	if got < sent {
		t.Errorf("%d records, want %d at least", got, sent)
	}
}

func whole(t *testing.T, c *apache.Cluster) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := c.Whole(ctx); err != nil {
		t.Fatal(err)
	}
}

// Clients are told the proxy's address, and use it.
func TestAdvertise(t *testing.T) {
	proxied := make(chan string, 100)
	c := start(t, apache.Options{Advertise: func(broker int, addr string) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() { // takes connections, and never answers
			for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
				proxied <- addr
				_ = conn.Close()
			}
		}()
		return l.Addr().String()
	}})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := client(t, c).Ping(ctx); err == nil {
		t.Error("Ping past a proxy that hangs up = nil, want an error")
	}
	if len(proxied) == 0 {
		t.Error("nobody came to the proxy")
	}
}

// What cannot start says why, and leaves nothing behind.
func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("TMPDIR", t.TempDir())
	_, err = apache.Start(t.Context(), apache.Options{Port: l.Addr().(*net.TCPAddr).Port})
	if err == nil || !strings.Contains(err.Error(), "in use by another program") {
		t.Errorf("Start on a port in use = %v, want an error that says so", err)
	}
	empty(t)
}

// A broker that does not start ends at once, in its own words.
func TestABrokerThatDoesNotStartSaysWhy(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	_, err := apache.Start(t.Context(), apache.Options{Version: os.Getenv(apache.Version), Advertise: func(int, string) string { return "nowhere" }})
	if err == nil || !strings.Contains(err.Error(), "advertised.listeners") && !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("Start with a bad address = %v, want one that names it", err)
	}
	empty(t)
}

// empty fails where a temporary folder is left.
func empty(t *testing.T) {
	t.Helper()
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// Without Java or Maven, the way to them is said.
func TestWhatIsMissingIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ programs, want string }{
		"no java":  {"", "default-jre-headless"},
		"no maven": {"java", "apt-get install maven"},
	} {
		bin := t.TempDir()
		t.Setenv("PATH", bin)
		t.Setenv("XDG_CACHE_HOME", t.TempDir())
		if c.programs != "" {
			if err := os.WriteFile(filepath.Join(bin, c.programs), nil, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := apache.Start(t.Context(), apache.Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Start = %v, want one that says %q", name, err, c.want)
		}
	}
}
