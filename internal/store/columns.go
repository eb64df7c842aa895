package store

import (
	"encoding/binary"
	"slices"
	"unsafe"

	"github.com/ClickHouse/ch-go/proto"
)

// A column is one column of a block in the form in which it is sent. Values are
// put at rising rows; the rows between them get the type's zero value, so a row
// costs no more than the fields that it has.
type column interface {
	proto.ColInput
	used() bool // whether any row has a value
	pad(rows int)
	reset()
}

// A fixed column holds values of one size. ClickHouse wants them little-endian,
// as every machine that Custody is built for has them in memory.
type fixed[T uint8 | uint16 | int32 | int64 | uint64 | [16]byte] struct {
	typ proto.ColumnType
	v   []T
}

func (c *fixed[T]) put(row int, v T) {
	if len(c.v) < row {
		c.pad(row)
	}
	c.v = append(c.v, v)
}

func (c *fixed[T]) pad(rows int) {
	n := len(c.v)
	if n >= rows {
		return
	}
	c.v = slices.Grow(c.v, rows-n)[:rows]
	clear(c.v[n:])
}

func (c *fixed[T]) used() bool             { return len(c.v) > 0 }
func (c *fixed[T]) reset()                 { c.v = c.v[:0] }
func (c *fixed[T]) Type() proto.ColumnType { return c.typ }
func (c *fixed[T]) Rows() int              { return len(c.v) }

func (c *fixed[T]) EncodeColumn(b *proto.Buffer) { b.Buf = append(b.Buf, raw(c.v)...) }

// WriteColumn lends the memory to the writer until the block is sent.
func (c *fixed[T]) WriteColumn(w *proto.Writer) { w.ChainWrite(raw(c.v)) }

// raw is the memory of v.
func raw[T any](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), len(v)*int(unsafe.Sizeof(v[0])))
}

// A nullable column holds values of one size, or nothing.
type nullable[T int32 | int64] struct {
	null   fixed[uint8]
	values fixed[T]
}

func (c *nullable[T]) put(row int, v T) {
	c.pad(row)
	c.null.put(row, 0)
	c.values.put(row, v)
}

func (c *nullable[T]) pad(rows int) {
	for len(c.null.v) < rows {
		c.null.v = append(c.null.v, 1)
	}
	c.values.pad(rows)
}

func (c *nullable[T]) used() bool { return c.values.used() }
func (c *nullable[T]) reset()     { c.null.reset(); c.values.reset() }

func (c *nullable[T]) Type() proto.ColumnType {
	return proto.ColumnTypeNullable.Sub(c.values.typ)
}
func (c *nullable[T]) Rows() int { return c.null.Rows() }

func (c *nullable[T]) EncodeColumn(b *proto.Buffer) {
	c.null.EncodeColumn(b)
	c.values.EncodeColumn(b)
}

func (c *nullable[T]) WriteColumn(w *proto.Writer) {
	c.null.WriteColumn(w)
	c.values.WriteColumn(w)
}

// A text column holds strings, each behind its length, as they are sent.
type text struct {
	buf  []byte
	rows int
}

func (c *text) put(row int, v []byte) {
	c.pad(row)
	c.buf = binary.AppendUvarint(c.buf, uint64(len(v)))
	c.buf = append(c.buf, v...)
	c.rows++
}

func (c *text) pad(rows int) {
	n := rows - c.rows
	if n <= 0 {
		return
	}
	at := len(c.buf)
	c.buf = slices.Grow(c.buf, n)[:at+n]
	clear(c.buf[at:])
	c.rows = rows
}

func (c *text) used() bool                   { return c.rows > 0 }
func (c *text) reset()                       { c.buf, c.rows = c.buf[:0], 0 }
func (c *text) Type() proto.ColumnType       { return proto.ColumnTypeString }
func (c *text) Rows() int                    { return c.rows }
func (c *text) EncodeColumn(b *proto.Buffer) { b.Buf = append(b.Buf, c.buf...) }
func (c *text) WriteColumn(w *proto.Writer)  { w.ChainWrite(c.buf) }
