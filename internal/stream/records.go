package stream

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/compress"
	"github.com/segmentio/kafka-go/protocol"

	"github.com/datacustody/custody/schemas/event"
)

// What may be unpacked: arenaSoft ends a batch early, arenaMax is what no
// honest record batch has.
const (
	arenaSoft = 16 << 20
	arenaMax  = 256 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// An aborted is a transaction whose records from an offset on do not count.
type aborted struct{ producer, first int64 }

// read reads the frame of a Fetch response v11 for one partition.
func (b *Batch) read(from int64) error {
	w := wire{b: b.frame}
	w.int32() // correlation
	w.int32() // throttle
	code := w.int16()
	w.int32() // session
	if code != 0 {
		return kafka.Error(code)
	}
	if w.int32() != 1 {
		return &FormatError{from, "not one topic in the answer"}
	}
	w.take(int(w.int16())) // its name
	if w.int32() != 1 {
		return &FormatError{from, "not one partition in the answer"}
	}
	w.int32() // its id
	code = w.int16()
	b.HighWatermark = w.int64()
	w.int64() // last stable offset
	b.LogStart = w.int64()
	var gone []aborted
	for n := w.int32(); n > 0 && !w.bad; n-- {
		gone = append(gone, aborted{producer: w.int64(), first: w.int64()})
	}
	slices.SortFunc(gone, func(a, b aborted) int { return cmp.Compare(a.first, b.first) })
	w.int32() // preferred replica
	if code != 0 {
		return kafka.Error(code)
	}
	size := w.int32()
	if w.bad {
		return &FormatError{from, "answer cut short"}
	}
	if size <= 0 {
		return nil
	}
	return b.readSet(w.take(int(size)), from, gone)
}

// readSet reads record batches up to the last whole one.
func (b *Batch) readSet(set []byte, from int64, gone []aborted) error {
	open := map[int64]bool{} // producers whose transaction at this place was aborted
	for len(set) >= 12 && len(b.arena) < arenaSoft {
		w := wire{b: set}
		base, size := w.int64(), int(w.int32())
		body := w.take(size)
		if body == nil {
			return nil // Kafka cuts the last one where the size limit is
		}
		set = w.b
		if err := b.readBatch(body, base, from, &gone, open); err != nil {
			return err
		}
	}
	return nil
}

// readBatch reads one record batch of format v2.
func (b *Batch) readBatch(body []byte, base, from int64, gone *[]aborted, open map[int64]bool) error {
	w := wire{b: body}
	leader := w.int32()
	if magic := w.int8(); magic != 2 {
		return &FormatError{base, fmt.Sprintf("record format v%d, want v2", magic)}
	}
	if sum := uint32(w.int32()); sum != crc32.Checksum(w.b, castagnoli) {
		return fmt.Errorf("records at offset %d: checksum does not match", base)
	}
	attributes := protocol.Attributes(w.int16())
	last := base + int64(w.int32())
	firstTime, maxTime := w.int64(), w.int64()
	producer := w.int64()
	w.take(6) // producer epoch, base sequence
	count := w.int32()
	if w.bad {
		return &FormatError{base, "record batch cut short"}
	}
	if last < from {
		return nil
	}
	b.Leader = leader
	if counts(attributes, producer, last, gone, open) {
		if attributes&8 != 0 { // the broker's time is every record's
			firstTime = maxTime
		}
		records, err := b.unpack(attributes.Compression(), w.b)
		if err != nil {
			return &FormatError{base, err.Error()}
		}
		if err := b.readRecords(records, count, base, firstTime, attributes&8 != 0, from); err != nil {
			return err
		}
	}
	b.Next = last + 1
	return nil
}

// counts says whether a batch's records are events: not control records, not
// those of an aborted transaction. It keeps account of where those begin and end.
func counts(a protocol.Attributes, producer, last int64, gone *[]aborted, open map[int64]bool) bool {
	for len(*gone) > 0 && (*gone)[0].first <= last {
		open[(*gone)[0].producer] = true
		*gone = (*gone)[1:]
	}
	if a.Control() {
		delete(open, producer) // a marker ends the transaction, whichever way
		return false
	}
	return !a.Transactional() || !open[producer]
}

func (b *Batch) unpack(c compress.Compression, body []byte) ([]byte, error) {
	if c == compress.None {
		return body, nil
	}
	codec := c.Codec()
	if codec == nil {
		return nil, fmt.Errorf("unknown codec %d", c)
	}
	r := codec.NewReader(bytes.NewReader(body))
	defer r.Close() //nolint:errcheck // nothing is written
	start := len(b.arena)
	for {
		if len(b.arena) == cap(b.arena) {
			b.arena = append(b.arena, make([]byte, max(64<<10, len(b.arena)/2))...)[:len(b.arena)]
		}
		n, err := r.Read(b.arena[len(b.arena):cap(b.arena)])
		b.arena = b.arena[:len(b.arena)+n]
		switch {
		case err == io.EOF:
			return b.arena[start:], nil
		case err != nil:
			return nil, fmt.Errorf("unpack %v: %w", c, err)
		case len(b.arena)-start > arenaMax:
			return nil, fmt.Errorf("unpack %v: more than %d bytes", c, arenaMax)
		}
	}
}

func (b *Batch) readRecords(body []byte, count int32, base, firstTime int64, sameTime bool, from int64) error {
	w := wire{b: body}
	for range count {
		r := wire{b: w.bytes()}
		r.int8() // attributes
		delta := r.varint()
		if sameTime {
			delta = 0
		}
		rec := Record{Timestamp: firstTime + delta, Offset: base + r.varint()}
		rec.Key, rec.Value = r.bytes(), r.bytes()
		rec.Headers = b.readHeaders(&r)
		if w.bad || r.bad {
			return &FormatError{base, "record cut short"}
		}
		if rec.Offset >= from {
			b.Records = append(b.Records, rec)
		}
	}
	return nil
}

func (b *Batch) readHeaders(r *wire) []event.Header {
	n := r.varint()
	if n <= 0 || n > int64(len(r.b)) {
		r.bad = r.bad || n != 0
		return nil
	}
	start := len(b.headers)
	for range n {
		name := r.bytes()
		b.headers = append(b.headers, event.Header{Name: b.name(name), Value: r.bytes()})
	}
	return b.headers[start:len(b.headers):len(b.headers)]
}
