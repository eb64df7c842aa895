package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// serversOf reads the servers from flags.
func serversOf(t *testing.T, args ...string) (*servers, error) {
	t.Helper()
	var s servers
	fs := pflag.NewFlagSet("custody", pflag.ContinueOnError)
	s.flags(fs)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return &s, s.check()
}

func TestLoginByMechanism(t *testing.T) {
	for flag, want := range map[string]string{
		"plain": "PLAIN", "scram-sha-256": "SCRAM-SHA-256", "SCRAM-SHA-512": "SCRAM-SHA-512",
	} {
		s, err := serversOf(t, "--kafka-sasl", flag, "--kafka-user", "u", "--kafka-password", "p")
		if err != nil || s.kafka.login.Name() != want {
			t.Errorf("--kafka-sasl %s: %v, want mechanism %s", flag, err, want)
		}
	}
	if s, err := serversOf(t); err != nil || s.kafka.login != nil {
		t.Errorf("no flag: login %v, %v, want none", s.kafka.login, err)
	}
}

// certificate writes a certificate and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) string {
		name = filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "EC PRIVATE KEY", secret)
}

func TestSecurity(t *testing.T) {
	cert, key := certificate(t)
	for name, c := range map[string]struct {
		args []string
		want string // in the error; "" = none
		on   bool
	}{
		"off":                       {nil, "", false},
		"on":                        {[]string{"--kafka-tls"}, "", true},
		"a name turns it on":        {[]string{"--kafka-tls-name", "kafka"}, "", true},
		"an authority":              {[]string{"--kafka-tls-ca", cert}, "", true},
		"no authority in it":        {[]string{"--kafka-tls-ca", key}, "no certificate in it", false},
		"both halves":               {[]string{"--kafka-tls-cert", cert, "--kafka-tls-key", key}, "", true},
		"a certificate alone":       {[]string{"--kafka-tls-cert", cert}, "goes with its key", false},
		"a key of nothing":          {[]string{"--kafka-tls-cert", cert, "--kafka-tls-key", cert}, "TLS of Kafka", false},
		"ClickHouse's is its own":   {[]string{"--clickhouse-tls"}, "", false},
		"ClickHouse's is looked at": {[]string{"--clickhouse-tls-ca", "nothere"}, "TLS of ClickHouse: open nothere", false},
	} {
		s, err := serversOf(t, c.args...)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want an error with %q", name, err, c.want)
		case err == nil && (s.kafka.tls.config != nil) != c.on:
			t.Errorf("%s: TLS to Kafka is on: %t, want %t", name, !c.on, c.on)
		}
	}
}
