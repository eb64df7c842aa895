//go:build kafka

package stream_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl/scram"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/event"
)

// secure is a configuration that the brokers take, unless another password is given.
func secure(t *testing.T, algorithm scram.Algorithm, password string) stream.Config {
	t.Helper()
	a := testkit.SecureKafka(t)
	if password == "" {
		password = a.Password
	}
	mechanism, err := scram.Mechanism(algorithm, a.User, password)
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(a.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("%s holds no certificate", a.CA)
	}
	return stream.Config{Brokers: a.Addrs, SASL: mechanism, TLS: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
}

// Everything that Custody does with Kafka, over SASL and TLS.
func TestSecureListener(t *testing.T) {
	for name, algorithm := range map[string]scram.Algorithm{"SCRAM-SHA-256": scram.SHA256, "SCRAM-SHA-512": scram.SHA512} {
		t.Run(name, func(t *testing.T) {
			k := kept{t, stream.New(secure(t, algorithm, "")), testkit.Unique("secure")}
			t.Cleanup(k.client.Close)
			ctx := t.Context()
			if _, err := k.client.EnsureTopic(ctx, stream.Topic{Name: k.topic, Partitions: 1, Replication: testkit.Replication()}); err != nil {
				t.Fatal(err)
			}
			if err := k.client.InitGroup(ctx, k.group(), k.topic); err != nil {
				t.Fatal(err)
			}
			letter := stream.NewLetter(identity(7), &event.Message{Value: []byte("value")}, "bad-value", "note")
			if err := k.client.DeadLetters(k.topic).Publish(ctx, []stream.Letter{letter}); err != nil {
				t.Fatal(err)
			}
			a := newCrew()
			k.join(a.serve)
			p := <-a.came
			var b stream.Batch
			if err := p.Fetch(ctx, 0, &b); err != nil || len(b.Records) != 1 || string(b.Records[0].Value) != "value" {
				t.Errorf("Fetch = %v, %v, want one record", b.Records, err)
			}
			if err := p.Commit(ctx, 1, "v1 idle 0"); err != nil {
				t.Error(err)
			}
			if offset, metadata, err := p.Committed(ctx); err != nil || offset != 1 || metadata != "v1 idle 0" {
				t.Errorf("Committed = %d %q, %v, want 1 %q", offset, metadata, err, "v1 idle 0")
			}
		})
	}
}

// What no waiting mends is said, not waited for.
func TestAccessThatIsRefused(t *testing.T) {
	stranger := secure(t, scram.SHA512, "")
	stranger.TLS = &tls.Config{MinVersion: tls.VersionTLS12} // the system's authorities did not sign
	for name, x := range map[string]struct {
		config stream.Config
		is     func(error) bool
	}{
		"wrong password": {secure(t, scram.SHA512, "wrong"), func(err error) bool { return errors.Is(err, kafka.SASLAuthenticationFailed) }},
		"unknown authority": {stranger, func(err error) bool {
			var unknown x509.UnknownAuthorityError
			return errors.As(err, &unknown)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			client := stream.New(x.config)
			t.Cleanup(client.Close)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // less than patience
			defer cancel()
			if _, err := client.Ranges(ctx, "t"); !x.is(err) || stream.Retriable(err) {
				t.Errorf("Ranges = %v (retriable: %t), want an error of that kind, for good", err, stream.Retriable(err))
			}
			told := make(chan error, 100)
			o := fast
			o.Report = func(err error) { told <- err }
			run(t, client.Group("g", "t", o), newCrew().serve)
			if err := <-told; !x.is(err) {
				t.Errorf("the group reports %v, want an error of that kind", err)
			}
		})
	}
}
