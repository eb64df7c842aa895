package producer

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// LoadPseudonyms reads the keys from a file, as ReadPseudonyms does. The file
// is a secret: mount it, or make it readable by the service's user only.
func LoadPseudonyms(name string) (*Pseudonyms, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	p, err := ReadPseudonyms(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// ReadPseudonyms reads keys, one a line: its version, blanks, its secret in
// base64. The first is the current one. Empty lines and lines that begin with
// # are left out.
//
//	# made with: echo "2026-11 $(openssl rand -base64 32)"
//	2026-11 3q2+7w…
func ReadPseudonyms(r io.Reader) (*Pseudonyms, error) {
	var keys []Key
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		k, err := parseKey(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		keys = append(keys, k)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read pseudonym keys: %w", err)
	}
	if len(keys) == 0 {
		return nil, errors.New(`no pseudonym key: give one a line, made with: echo "2026-11 $(openssl rand -base64 32)"`)
	}
	return NewPseudonyms(keys[0], keys[1:]...)
}

// parseKey reads one line; its errors do not quote it.
func parseKey(line string) (Key, error) {
	fields := strings.Fields(line)
	if len(fields) != 2 {
		return Key{}, fmt.Errorf("a key has 2 parts, its version and its secret in base64, not %d", len(fields))
	}
	secret, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return Key{}, errors.New("the secret is not base64 (RFC 4648, with padding)")
	}
	return Key{Version: fields[0], Secret: NewSecret(secret)}, nil
}
