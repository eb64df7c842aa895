// Command example is a deletion job: it takes notices from Custody, erases, and
// answers. A real one has its database where this has a map.
//
//	go run ./erasure/example -custody-key BASE64 -token-file sto.token
package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/datacustody/custody/erasure"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	address := flag.String("listen", "127.0.0.1:8099", "address to listen on")
	custody := flag.String("custody-key", "", "Custody's public key, in base64")
	token := flag.String("token-file", "", "file of the token that answers are signed with")
	flag.Parse()
	key, err := base64.StdEncoding.DecodeString(*custody)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return errors.New("-custody-key: want 32 bytes in base64")
	}
	secret, err := os.ReadFile(*token)
	if err != nil {
		return err
	}
	j := newJob(erasure.Party{Token: strings.TrimSpace(string(secret))})
	s := &http.Server{Addr: *address, Handler: erasure.Inbox{Key: key, Take: j.take}, ReadHeaderTimeout: 10 * time.Second}
	return s.ListenAndServe()
}

// A job erases what it is told to and says so.
type job struct {
	party erasure.Party

	mu      sync.Mutex
	parcels map[string]map[string]string // by waybill: kind of data, value
}

func newJob(p erasure.Party) *job {
	return &job{party: p, parcels: map[string]map[string]string{"waybill-4711": {"name": "…", "phone-number": "…"}}}
}

// take erases, and then answers: when it fails in between, the notice comes again,
// there is nothing left to erase, and the answer is the same.
func (j *job) take(ctx context.Context, n erasure.Notice) error {
	j.mu.Lock()
	for _, parcel := range n.References {
		for _, kind := range append(n.Erase, n.Ask...) {
			delete(j.parcels[parcel], kind)
		}
	}
	j.mu.Unlock()
	return j.party.Answer(ctx, n, erasure.Answer{Status: erasure.Executed, Method: "delete"})
}
