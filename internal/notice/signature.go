package notice

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed message are those of Standard Webhooks. What is signed
// is the id, the timestamp and the body, with full stops between.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// tolerance is how old, or how far in the future, a signed message may be.
const tolerance = 5 * time.Minute

// The reasons why a signature is not taken.
var (
	ErrSignature = errors.New("the signature is not of this sender over this id, timestamp and body")
	ErrTimestamp = errors.New("the timestamp is not of the last five minutes: sign the message when it is sent, with a clock that is right")
)

// A Key signs what Custody sends: Ed25519, so that whoever knows the public half
// can check it and nobody else can sign.
type Key struct{ private ed25519.PrivateKey }

// LoadKey reads a key from a PEM file, PKCS #8, as `openssl genpkey -algorithm
// ed25519` writes it.
func LoadKey(file string) (Key, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Key{}, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return Key{}, fmt.Errorf("%s: want a private key in PEM, as `openssl genpkey -algorithm ed25519` writes it", file)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return Key{}, fmt.Errorf("%s: want a private key in PKCS #8: %w", file, err)
	}
	private, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return Key{}, fmt.Errorf("%s: want an Ed25519 key, not a %T", file, parsed)
	}
	return Key{private}, nil
}

// NewKey is the key that follows from a seed of 32 bytes.
func NewKey(seed []byte) Key { return Key{ed25519.NewKeyFromSeed(seed)} }

// Public is the half that recipients need, in base64.
func (k Key) Public() string {
	return base64.StdEncoding.EncodeToString(k.private.Public().(ed25519.PublicKey))
}

// Sign is the signature header of a message.
func (k Key) Sign(id string, at time.Time, body []byte) string {
	return "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(k.private, signed(id, stamp(at), body)))
}

// Verify says whether a message was signed with the private half of public.
func Verify(public, id, timestamp, signature string, body []byte, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(public)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return errors.New("the public key is not 32 bytes in base64")
	}
	return check(signature, "v1a,", timestamp, now, func(sum []byte) bool {
		return ed25519.Verify(key, signed(id, timestamp, body), sum)
	})
}

// A Token is what a party signs its answers with: HMAC-SHA256. It never travels.
type Token string

// Sign is the signature header of an answer.
func (t Token) Sign(id string, at time.Time, body []byte) string {
	return "v1," + base64.StdEncoding.EncodeToString(t.sum(id, stamp(at), body))
}

// Verify says whether an answer was signed with the token.
func (t Token) Verify(id, timestamp, signature string, body []byte, now time.Time) error {
	if t == "" {
		return ErrSignature
	}
	return check(signature, "v1,", timestamp, now, func(sum []byte) bool {
		return hmac.Equal(sum, t.sum(id, timestamp, body))
	})
}

func (t Token) sum(id, timestamp string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(t))
	h.Write(signed(id, timestamp, body))
	return h.Sum(nil)
}

// check takes one good signature of several, as they come when keys change.
func check(signatures, version, timestamp string, now time.Time, good func([]byte) bool) error {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return ErrTimestamp
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return ErrTimestamp
	}
	for _, s := range strings.Fields(signatures) {
		text, ok := strings.CutPrefix(s, version)
		if !ok {
			continue
		}
		if sum, err := base64.StdEncoding.DecodeString(text); err == nil && good(sum) {
			return nil
		}
	}
	return ErrSignature
}

func signed(id, timestamp string, body []byte) []byte {
	return append([]byte(id+"."+timestamp+"."), body...)
}

func stamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
