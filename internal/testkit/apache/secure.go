package apache

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Access is how to reach the SASL_SSL listener: SCRAM-SHA-512 or SCRAM-SHA-256.
type Access struct {
	Addrs          []string // in the order of the brokers
	CA             string   // a PEM file: the authority of the brokers' certificate
	User, Password string

	keystore string // of the brokers
}

// Access of a cluster that was started with Options.Secure.
func (c *Cluster) Access() Access { return c.access }

func (c *Cluster) mechanisms() []string {
	if !c.options.Secure {
		return nil
	}
	return []string{"SCRAM-SHA-512", "SCRAM-SHA-256"}
}

// secure makes an authority, the brokers' certificate and a password, anew for each cluster.
func (c *Cluster) secure() error {
	c.access = Access{
		CA: filepath.Join(c.dir, "ca.pem"), User: "custody", Password: rand.Text(),
		keystore: filepath.Join(c.dir, "broker.pem"),
	}
	authority, authorityKey, err := certificate(nil, nil)
	if err != nil {
		return err
	}
	broker, brokerKey, err := certificate(authority, authorityKey)
	if err != nil {
		return err
	}
	key, err := x509.MarshalPKCS8PrivateKey(brokerKey)
	if err != nil {
		return err
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Raw})
	store := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	store = append(store, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: broker.Raw})...)
	if err := os.WriteFile(c.access.CA, ca, 0o600); err != nil {
		return err
	}
	return os.WriteFile(c.access.keystore, append(store, ca...), 0o600)
}

// certificate is one for loopback signed by parent, or an authority where there is none.
func certificate(parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Kafka for Custody's tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 0, 30),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if parent == nil {
		t.Subject.CommonName = "Authority for Custody's tests"
		t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageCertSign, nil
		t.IsCA, t.BasicConstraintsValid = true, true
		t.DNSNames, t.IPAddresses = nil, nil
		parent, parentKey = t, key
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, err
	}
	made, err := x509.ParseCertificate(der)
	return made, key, err
}
