package main

import (
	"bytes"
	"encoding/binary"
	"net"
	"regexp"
	"slices"
	"sync"
)

// A step is how far a batch has come on its way, as the wire shows it. Bytes may be of
// several steps at once.
type step int

const (
	beforeData   step = 1 << iota // the query has gone on, not a byte of the block has
	inBlock                       // these are bytes of the block
	beforeAnswer                  // these are the block's last bytes
	answering                     // these are the answer's first bytes
	intending                     // this is a commit with an intent
	intended                      // this is its answer
)

// An insert follows the INSERTs on a connection of ClickHouse's native protocol.
// The client sends the query, waits, and sends the block; after each of them
// comes an empty block, which is compressed and so the same bytes every time.
type insert struct {
	mu   sync.Mutex
	tail []byte // the end of what the client sent, across chunks
	at   phase
}

type phase int

const (
	idle phase = iota
	asking
	asked
	sending
	sent
)

var (
	insertQuery = []byte("INSERT INTO custody.log")
	// emptyBlock is the head of an empty block's frame: LZ4, 20 bytes of which 10
	// are the block's; 11 more bytes end it.
	emptyBlock = []byte{0x82, 20, 0, 0, 0, 10, 0, 0, 0}
)

const (
	emptyRest = 11
	tailSize  = 64 // more than either of the two above
)

// see takes in bytes that are about to pass, and says which steps they are of.
func (i *insert) see(way int, b []byte) (steps step) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if way == down {
		if i.at != sent {
			return 0
		}
		i.at = idle
		return answering
	}
	seen := slices.Concat(i.tail, b)
	if at := bytes.Index(seen, insertQuery); i.at == idle && at >= 0 {
		i.at = asking
	}
	switch i.at {
	case asking:
		if endsEmpty(seen) {
			i.at, seen = asked, nil
		}
	case asked:
		i.at = sending
		steps = beforeData | i.block(seen)
	case sending:
		steps = i.block(seen)
	}
	i.tail = bytes.Clone(seen[max(0, len(seen)-tailSize):])
	return steps
}

func (i *insert) block(seen []byte) step {
	if !endsEmpty(seen) {
		return inBlock
	}
	i.at = sent
	return inBlock | beforeAnswer
}

func endsEmpty(b []byte) bool {
	at := len(b) - len(emptyBlock) - emptyRest
	return at >= 0 && bytes.HasPrefix(b[at:], emptyBlock)
}

// A commit follows the commits on a connection of Kafka's protocol that carry an
// intent. Each request names the client.
type commit struct {
	mu     sync.Mutex
	client string
	open   bool
}

const offsetCommit = 8 // its number in Kafka's protocol

func (c *commit) see(way int, b []byte) step {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case way == down && c.open:
		c.open = false
		return intended
	case way == down || len(b) < 14 || binary.BigEndian.Uint16(b[4:]) != offsetCommit:
		return 0
	}
	name := b[14:]
	c.client = string(name[:min(len(name), int(binary.BigEndian.Uint16(b[12:])))])
	c.open = intent.Match(b)
	if !c.open {
		return 0
	}
	return intending
}

// of is the client that the connection is of.
func (c *commit) of() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.client
}

// intent is the metadata of a commit that announces a batch.
var intent = regexp.MustCompile(`v1 \d+ \d+ \d+ \d`)

// A trap waits for the first batch that comes to a step. What it springs passes
// the bytes on, or does not.
type trap struct {
	step   step
	spring func(l *link, to *net.TCPConn, b []byte) error
	once   sync.Once
	sprung chan struct{}
}

func newTrap(s step, spring func(l *link, to *net.TCPConn, b []byte) error) *trap {
	return &trap{step: s, spring: spring, sprung: make(chan struct{})}
}

// take says whether this is the first.
func (t *trap) take() (first bool) {
	t.once.Do(func() { first = true; close(t.sprung) })
	return first
}
