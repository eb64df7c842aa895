package store

import (
	"encoding/binary"
	"math"
	"slices"
	"unsafe"

	"github.com/ClickHouse/ch-go/proto"
)

// The bounds of what a words column remembers from one block to the next.
const (
	maxWords     = 1 << 14
	maxWordBytes = 1 << 20
)

// A words column is a LowCardinality(String): every different string once, and a
// key a row. A term's key is found in an array by its position; other strings are
// looked up by their bytes, without a copy, in a map that outlives the block.
type words struct {
	dict []byte // the different strings of this block as they are sent; the first is ""
	size int    // how many there are

	narrow []uint8  // a key a row while they fit
	wide   []uint32 // from the first key that does not
	isWide bool

	terms [][]uint32 // by class and number: key, 0 = not in this block

	known map[string]int // strings of this and earlier blocks
	names []string       // of each known string its text …
	keys  []uint32       // … and its key in this block, 0 = not in it
	bytes int            // of the names
	last  []byte         // the string put last, and
	lastK uint32         // its key
}

func newWords() *words {
	w := &words{known: map[string]int{}}
	w.reset()
	return w
}

func (w *words) reset() {
	w.dict, w.size = append(w.dict[:0], 0), 1
	w.narrow, w.wide, w.isWide = w.narrow[:0], w.wide[:0], false
	for _, t := range w.terms {
		clear(t)
	}
	if len(w.names) > maxWords || w.bytes > maxWordBytes {
		clear(w.known)
		w.names, w.keys, w.bytes = w.names[:0], w.keys[:0], 0
	}
	clear(w.keys)
	w.last, w.lastK = w.last[:0], 0
}

// put sets row to v.
func (w *words) put(row int, v []byte) {
	w.pad(row)
	if string(v) != string(w.last) {
		w.last, w.lastK = append(w.last[:0], v...), w.key(v)
	}
	w.push(w.lastK)
}

// putString sets row to v, without a copy.
func (w *words) putString(row int, v string) {
	w.put(row, unsafe.Slice(unsafe.StringData(v), len(v)))
}

// putTerm sets row to the n-th word of a class; text gives it when it is new to
// the block.
func (w *words) putTerm(row int, class, n int, text func(int) string) {
	w.pad(row)
	w.push(w.termKey(class, n, text))
}

func (w *words) termKey(class, n int, text func(int) string) uint32 {
	if n == 0 {
		return 0
	}
	if class < len(w.terms) && n < len(w.terms[class]) {
		if k := w.terms[class][n]; k != 0 {
			return k
		}
	}
	for class >= len(w.terms) {
		w.terms = append(w.terms, nil)
	}
	if t := w.terms[class]; n >= len(t) {
		w.terms[class] = append(t, make([]uint32, n+1-len(t))...)
	}
	k := w.key([]byte(text(n)))
	w.terms[class][n] = k
	return k
}

// key finds v's key, or makes it one.
func (w *words) key(v []byte) uint32 {
	if len(v) == 0 {
		return 0
	}
	n, ok := w.known[string(v)]
	if !ok {
		n = len(w.names)
		s := string(v)
		w.known[s] = n
		w.names, w.keys = append(w.names, s), append(w.keys, 0)
		w.bytes += len(s)
	}
	if w.keys[n] == 0 {
		w.keys[n] = uint32(w.size)
		w.dict = binary.AppendUvarint(w.dict, uint64(len(v)))
		w.dict = append(w.dict, v...)
		w.size++
	}
	return w.keys[n]
}

func (w *words) push(k uint32) {
	if !w.isWide && k <= math.MaxUint8 {
		w.narrow = append(w.narrow, uint8(k))
		return
	}
	if !w.isWide {
		w.isWide = true
		for _, k := range w.narrow {
			w.wide = append(w.wide, uint32(k))
		}
	}
	w.wide = append(w.wide, k)
}

func (w *words) pad(rows int) {
	n := w.Rows()
	switch {
	case n >= rows:
	case w.isWide:
		w.wide = slices.Grow(w.wide, rows-n)[:rows]
		clear(w.wide[n:])
	default:
		w.narrow = slices.Grow(w.narrow, rows-n)[:rows]
		clear(w.narrow[n:])
	}
}

func (w *words) used() bool { return w.Rows() > 0 }

func (w *words) Rows() int {
	if w.isWide {
		return len(w.wide)
	}
	return len(w.narrow)
}

func (w *words) Type() proto.ColumnType {
	return proto.ColumnTypeLowCardinality.Sub(proto.ColumnTypeString)
}

// What the Native format says of a LowCardinality column: the version of its
// dictionary, and that the dictionary comes with the block.
const (
	dictionaryVersion = 1
	ownDictionary     = 1<<9 | 1<<10
)

// EncodeState writes what stands before the column.
func (w *words) EncodeState(b *proto.Buffer) { b.PutInt64(dictionaryVersion) }

// EncodeColumn writes the dictionary and the keys.
func (w *words) EncodeColumn(b *proto.Buffer) {
	if w.Rows() == 0 {
		return
	}
	w.encodeDictionary(b)
	b.PutRaw(w.narrowOrWide())
}

// WriteColumn is EncodeColumn to a writer.
func (w *words) WriteColumn(to *proto.Writer) {
	if w.Rows() == 0 {
		return
	}
	to.ChainBuffer(w.encodeDictionary)
	to.ChainWrite(w.narrowOrWide())
}

func (w *words) encodeDictionary(b *proto.Buffer) {
	width := proto.KeyUInt8
	if w.isWide {
		width = proto.KeyUInt32
	}
	b.PutInt64(ownDictionary | int64(width))
	b.PutInt64(int64(w.size))
	b.PutRaw(w.dict)
	b.PutInt64(int64(w.Rows()))
}

func (w *words) narrowOrWide() []byte {
	if w.isWide {
		return raw(w.wide)
	}
	return w.narrow
}
