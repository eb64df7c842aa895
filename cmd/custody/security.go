package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"
)

// Security is the TLS of one server.
type security struct {
	on            bool
	ca, cert, key string
	name          string
	config        *tls.Config // nil where TLS is off
}

func (s *security) flags(fs *pflag.FlagSet, server string) {
	fs.BoolVar(&s.on, server+"-tls", false, "use TLS; any of the next four turns it on, too")
	fs.StringVar(&s.ca, server+"-tls-ca", "", "trust the authorities in this PEM `file` instead of the system's")
	fs.StringVar(&s.cert, server+"-tls-cert", "", "our certificate, a PEM `file`")
	fs.StringVar(&s.key, server+"-tls-key", "", "its key, a PEM `file`")
	fs.StringVar(&s.name, server+"-tls-name", "", "`name` in the server's certificate, if not its host")
}

// load reads the files into config.
func (s *security) load() error {
	if !s.on && s.ca == "" && s.cert == "" && s.key == "" && s.name == "" {
		return nil
	}
	s.config = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.name}
	if s.ca != "" {
		pem, err := os.ReadFile(s.ca)
		if err != nil {
			return err
		}
		s.config.RootCAs = x509.NewCertPool()
		if !s.config.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("%s: no certificate in it", s.ca)
		}
	}
	if (s.cert == "") != (s.key == "") {
		return errors.New("a certificate goes with its key: give both")
	}
	if s.cert != "" {
		pair, err := tls.LoadX509KeyPair(s.cert, s.key)
		if err != nil {
			return err
		}
		s.config.Certificates = []tls.Certificate{pair}
	}
	return nil
}
