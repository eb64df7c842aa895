package api

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
)

// A Scope is what a token allows.
type Scope string

// The scopes.
const (
	ScopeEmit   Scope = "emit"   // send events, and check them
	ScopeLookup Scope = "lookup" // look persons up
	ScopeErase  Scope = "erase"  // open cases of erasure, and follow them

	anyone Scope = "" // what is asked for is signed by itself
)

// Scopes are all there are.
func Scopes() []Scope { return []Scope{ScopeEmit, ScopeLookup, ScopeErase} }

// prefixLength is how much of a token stands in the file and may be shown: it
// names the token without giving it away.
const prefixLength = 12

// minToken is the least length of a token: its secret part has 100 bits or more.
const minToken = 32

// tokenName keeps persons' names out: it stands in records of look-ups.
var tokenName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

type token struct {
	name   string
	hash   [sha256.Size]byte
	scopes []Scope
}

// Tokens are the API tokens that are let in. Only their hashes are kept.
type Tokens struct{ byPrefix map[string]token }

// NewToken makes a token, and the line of the token file that lets it in.
func NewToken(name string, scopes ...Scope) (secret, line string) {
	var b [25]byte
	_, _ = rand.Read(b[:]) // never fails
	secret = "ct_" + strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
	hash := sha256.Sum256([]byte(secret))
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	return secret, fmt.Sprintf("%s %s %s %s", name, secret[:prefixLength], hex.EncodeToString(hash[:]), strings.Join(names, ","))
}

// LoadTokens reads a token file, as ReadTokens does.
func LoadTokens(name string) (*Tokens, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	t, err := ReadTokens(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// ReadTokens reads tokens, one a line: the name of who has it (a service or a
// role, never a person), the token's first 12 characters, the SHA-256 of the
// whole token in hex, and its scopes with commas. Empty lines and lines that
// begin with # are left out.
func ReadTokens(r io.Reader) (*Tokens, error) {
	t := &Tokens{make(map[string]token)}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := t.add(strings.Fields(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	if len(t.byPrefix) == 0 {
		return nil, errors.New("no token: nobody could use the API")
	}
	return t, nil
}

func (t *Tokens) add(fields []string) error {
	if len(fields) != 4 {
		return fmt.Errorf("a token has 4 parts (name, prefix, SHA-256, scopes), not %d", len(fields))
	}
	name, prefix, scopes := fields[0], fields[1], strings.Split(fields[3], ",")
	hash, err := hex.DecodeString(fields[2])
	if err != nil || len(hash) != sha256.Size {
		return errors.New("the third part is not a SHA-256 in hex: 64 digits")
	}
	if !tokenName.MatchString(name) {
		return errors.New("the name is one of a service or a role: a-z, 0-9 and hyphens, 63 at most")
	}
	if len(prefix) != prefixLength {
		return fmt.Errorf("the second part is not the token's first %d characters", prefixLength)
	}
	if _, ok := t.byPrefix[prefix]; ok {
		return errors.New("the token's prefix is that of another line")
	}
	entry := token{name: name, hash: [sha256.Size]byte(hash)}
	for _, s := range scopes {
		if !slices.Contains(Scopes(), Scope(s)) {
			return errors.New("the scopes are emit, lookup and erase, separated by commas")
		}
		entry.scopes = append(entry.scopes, Scope(s))
	}
	t.byPrefix[prefix] = entry
	return nil
}

// admit says who asks, or why not to answer: any of the scopes will do.
func (t *Tokens) admit(r *http.Request, scopes ...Scope) (string, *problem) {
	if t == nil || slices.Contains(scopes, anyone) {
		return "", nil
	}
	secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return "", &problem{Status: http.StatusUnauthorized, kind: "token", Detail: "Send the API token: Authorization: Bearer …"}
	}
	if len(secret) < minToken {
		return "", unknownToken
	}
	known, hash := t.byPrefix[secret[:prefixLength]], sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(hash[:], known.hash[:]) != 1 {
		return "", unknownToken
	}
	if !slices.ContainsFunc(scopes, func(s Scope) bool { return slices.Contains(known.scopes, s) }) {
		return "", &problem{Status: http.StatusForbidden, kind: "scope", Detail: "This token lacks the scope " + string(scopes[0]) + "."}
	}
	return known.name, nil
}

var unknownToken = &problem{Status: http.StatusUnauthorized, kind: "token", Detail: "The API token is unknown; it may have been withdrawn."}
