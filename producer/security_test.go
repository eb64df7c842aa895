package producer_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/datacustody/custody/producer"
)

func TestSASL(t *testing.T) {
	b := startBroker(t, 1, kfake.EnableSASL(), kfake.Superuser("PLAIN", "shop", "right"), kfake.Superuser("SCRAM-SHA-256", "shop", "right"))
	scrammed, err := scram.Mechanism(scram.SHA256, "shop", "right")
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]producer.Options{
		"plain": {SASL: plain.Mechanism{Username: "shop", Password: "right"}},
		"scram": {SASL: scrammed},
	} {
		if err := b.producer(o).EmitMessages(t.Context(), message("tmall:1", 0)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// kfake hangs up on a wrong password; Kafka says so (SASLAuthenticationFailed, which is final).
	p := b.producer(producer.Options{SASL: plain.Mechanism{Username: "shop", Password: "wrong"}, DeliveryTimeout: 300 * time.Millisecond})
	if err := p.EmitMessages(t.Context(), message("tmall:1", 0)); err == nil || !strings.Contains(err.Error(), "user and password") {
		t.Errorf("wrong password: %v, want one that says so", err)
	}
}

func TestTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil) // lends its certificate
	defer web.Close()
	b := startBroker(t, 1, kfake.TLS(&tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}))
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	if err := b.producer(producer.Options{TLS: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}).EmitMessages(t.Context(), message("tmall:1", 0)); err != nil {
		t.Error(err)
	}
	p := b.producer(producer.Options{TLS: &tls.Config{MinVersion: tls.VersionTLS12}, DeliveryTimeout: 20 * time.Second})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := p.EmitMessages(ctx, message("tmall:1", 0)); !errors.Is(err, producer.ErrRefused) {
		t.Errorf("a certificate that is not trusted: %v, want ErrRefused, and at once", err)
	}
}
