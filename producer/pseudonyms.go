package producer

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/datacustody/custody/schemas/event"
)

// MinSecret is the least length of a key's secret in bytes: that of the hash.
const MinSecret = 32

// nobody is the subject of an account that cannot be one. No event accepts it,
// so a missing account id never becomes one person shared by all who lack it.
const nobody event.Subject = "?"

// A Key makes pseudonyms. Keys are rotated by giving a new one and keeping the
// older ones for look-ups.
type Key struct {
	Version string // names the key in messages and files, never in a pseudonym: "2026-11"
	Secret  Secret // at least MinSecret random bytes
}

// Pseudonyms turns account ids into subjects and forgets them. It is safe for
// concurrent use. Whoever holds its keys can tell whose events are whose:
// they belong to the producers and to those who look persons up.
type Pseudonyms struct{ keys []Key }

// NewPseudonyms returns pseudonyms of the current key; the older ones are used
// for look-ups only.
func NewPseudonyms(current Key, older ...Key) (*Pseudonyms, error) {
	keys := append([]Key{current}, older...)
	seen := make(map[string]bool, len(keys))
	for i, k := range keys {
		secret := string(k.Secret.reveal())
		if len(secret) < MinSecret {
			return nil, fmt.Errorf("pseudonym key %d (version %q): secret has %d bytes, want at least %d: make one with `openssl rand -base64 32`", i+1, k.Version, len(secret), MinSecret)
		}
		if seen["version "+k.Version] {
			return nil, fmt.Errorf("pseudonym key %d: version %q is given twice", i+1, k.Version)
		}
		if seen["secret "+secret] {
			return nil, fmt.Errorf("pseudonym key %d (version %q): its secret is that of another version", i+1, k.Version)
		}
		seen["version "+k.Version], seen["secret "+secret] = true, true
	}
	return &Pseudonyms{keys}, nil
}

// Subject is the person with this account of the namespace, under the current
// key. The account is taken byte for byte: the caller settles on one spelling.
// An empty account or an ill-formed namespace gives a subject that no event accepts.
func (p *Pseudonyms) Subject(namespace, account string) event.Subject {
	return p.keys[0].subject(namespace, account)
}

// All is the person under every key, the current one first: a look-up asks for
// them all, since older events carry older pseudonyms.
func (p *Pseudonyms) All(namespace, account string) []event.Subject {
	subjects := make([]event.Subject, len(p.keys))
	for i, k := range p.keys {
		subjects[i] = k.subject(namespace, account)
	}
	return subjects
}

func (k Key) subject(namespace, account string) event.Subject {
	if !isNamespace(namespace) || account == "" {
		return nobody
	}
	mac := hmac.New(sha256.New, k.Secret.reveal())
	mac.Write([]byte(namespace + ":" + account))
	return event.Subject(namespace + ":" + uuid8([16]byte(mac.Sum(nil)[:16])))
}

// uuid8 writes b as a UUID of version 8 (RFC 9562): six bits make way for
// version and variant.
func uuid8(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// isNamespace says whether s matches [a-z0-9][a-z0-9-]{0,30}.
func isNamespace(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c != '-' || i == 0) {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 31
}

// A Secret is bytes that no print, log or dump shows. A function keeps them,
// because fmt passes all methods by where a field is private or a verb does not
// fit, and follows pointers then; of a function it knows only the address.
type Secret struct{ keep func() []byte }

// NewSecret keeps a copy of b.
func NewSecret(b []byte) Secret {
	b = bytes.Clone(b)
	return Secret{func() []byte { return b }}
}

func (s Secret) reveal() []byte {
	if s.keep == nil {
		return nil
	}
	return s.keep()
}

const masked = "***"

// Format writes a mask, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(masked)) }

// String is a mask.
func (Secret) String() string { return masked }

// GoString is a mask.
func (Secret) GoString() string { return masked }

// MarshalText is a mask.
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }
