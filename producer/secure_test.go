//go:build kafka

package producer_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/scram"

	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/producer"
)

func mechanism(t *testing.T, algorithm scram.Algorithm, user, password string) sasl.Mechanism {
	t.Helper()
	m, err := scram.Mechanism(algorithm, user, password)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The same as TestSASL and TestTLS, against Kafka's own idea of both.
func TestSecureListener(t *testing.T) {
	a := testkit.SecureKafka(t)
	pem, err := os.ReadFile(a.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	trusted, stranger := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, &tls.Config{MinVersion: tls.VersionTLS12}
	for name, x := range map[string]struct {
		options producer.Options
		want    string // in the error; "" = none
	}{
		"SCRAM-SHA-256":     {producer.Options{TLS: trusted, SASL: mechanism(t, scram.SHA256, a.User, a.Password)}, ""},
		"SCRAM-SHA-512":     {producer.Options{TLS: trusted, SASL: mechanism(t, scram.SHA512, a.User, a.Password)}, ""},
		"wrong password":    {producer.Options{TLS: trusted, SASL: mechanism(t, scram.SHA512, a.User, "wrong")}, "does not take this user and password"},
		"unknown user":      {producer.Options{TLS: trusted, SASL: mechanism(t, scram.SHA512, "nobody", a.Password)}, "does not take this user and password"},
		"unknown authority": {producer.Options{TLS: stranger, SASL: mechanism(t, scram.SHA512, a.User, a.Password)}, "unknown authority"},
	} {
		t.Run(name, func(t *testing.T) {
			b, topic := keptBroker(t, 1)
			b.addrs, x.options.Topic = a.Addrs, topic
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // half the delivery timeout
			defer cancel()
			err := b.producer(x.options).EmitMessages(ctx, message("tmall:1", 0))
			switch {
			case x.want == "" && err != nil:
				t.Errorf("Emit = %v, want nil", err)
			case x.want != "" && (!errors.Is(err, producer.ErrRefused) || !strings.Contains(err.Error(), x.want)):
				t.Errorf("Emit = %v, want ErrRefused and %q", err, x.want)
			}
			if got, want := count(b.loggedIn(topic)), 1; x.want == "" && got != want {
				t.Errorf("%d events logged, want %d", got, want)
			}
		})
	}
}
