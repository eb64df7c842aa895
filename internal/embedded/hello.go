package embedded

import (
	"bufio"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"io"
)

// A hello is a client's first packet in ClickHouse's native protocol.
type hello struct {
	raw                      []byte
	database, user, password string
}

var errNoHello = errors.New("this is no hello of ClickHouse's native protocol")

// A recorder keeps the bytes that were read through it.
type recorder struct {
	in  *bufio.Reader
	raw []byte
}

func (r *recorder) ReadByte() (byte, error) {
	b, err := r.in.ReadByte()
	if err == nil {
		r.raw = append(r.raw, b)
	}
	return b, err
}

func (r *recorder) text() (string, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return "", err
	}
	if n > 4096 {
		return "", errNoHello
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r.in, b); err != nil {
		return "", err
	}
	r.raw = append(r.raw, b...)
	return string(b), nil
}

// readHello reads: packet 0, client's name, three numbers of its version, database, user, password.
func readHello(in *bufio.Reader) (h hello, err error) {
	r := recorder{in: in}
	if kind, err := binary.ReadUvarint(&r); err != nil || kind != 0 {
		return h, errors.Join(errNoHello, err)
	}
	if _, err := r.text(); err != nil {
		return h, err
	}
	for range 3 {
		if _, err := binary.ReadUvarint(&r); err != nil {
			return h, err
		}
	}
	for _, s := range []*string{&h.database, &h.user, &h.password} {
		if *s, err = r.text(); err != nil {
			return h, err
		}
	}
	h.raw = r.raw
	return h, nil
}

// judge returns ClickHouse's own refusal of a hello, or nil.
func (g *gate) judge(h hello) (refusal []byte, err error) {
	want, known := g.passwords[h.user]
	if !known || subtle.ConstantTimeCompare([]byte(want), []byte(h.password)) == 0 {
		return exception(516, h.user+": Authentication failed: password is incorrect, or there is no user with such name."), nil
	}
	if h.database == "" {
		return nil, nil
	}
	exists, err := g.exists(h.database)
	if err == nil && !exists {
		refusal = exception(81, "Database "+h.database+" does not exist")
	}
	return refusal, err
}

// exception is an error in the native protocol: packet 2, code, name, message, stack, none nested.
func exception(code int32, message string) []byte {
	p := []byte{2}
	p = binary.LittleEndian.AppendUint32(p, uint32(code))
	for _, s := range []string{"DB::Exception", "DB::Exception: " + message, ""} {
		p = binary.AppendUvarint(p, uint64(len(s)))
		p = append(p, s...)
	}
	return append(p, 0)
}
