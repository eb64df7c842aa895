package store

import (
	"encoding/binary"

	"github.com/ClickHouse/ch-go/proto"
)

// A same column has one value in every row of a block.
type same[T uint32 | int32 | int64] struct {
	typ  proto.ColumnType
	v    T
	rows int
}

func (c *same[T]) used() bool             { return true }
func (c *same[T]) pad(rows int)           { c.rows = rows }
func (c *same[T]) reset()                 { c.rows = 0 }
func (c *same[T]) Type() proto.ColumnType { return c.typ }
func (c *same[T]) Rows() int              { return c.rows }

func (c *same[T]) EncodeColumn(b *proto.Buffer) {
	one := [1]T{c.v}
	for range c.rows {
		b.Buf = append(b.Buf, raw(one[:])...)
	}
}

func (c *same[T]) WriteColumn(w *proto.Writer) { w.ChainBuffer(c.EncodeColumn) }

// A sameWord column has one string in every row of a block.
type sameWord struct {
	v    string
	rows int
}

func (c *sameWord) used() bool   { return true }
func (c *sameWord) pad(rows int) { c.rows = rows }
func (c *sameWord) reset()       { c.rows = 0 }
func (c *sameWord) Rows() int    { return c.rows }

func (c *sameWord) Type() proto.ColumnType {
	return proto.ColumnTypeLowCardinality.Sub(proto.ColumnTypeString)
}

// EncodeState writes what stands before the column.
func (c *sameWord) EncodeState(b *proto.Buffer) { b.PutInt64(dictionaryVersion) }

// EncodeColumn writes a dictionary of "" and the word, and a key a row.
func (c *sameWord) EncodeColumn(b *proto.Buffer) {
	b.PutInt64(ownDictionary | int64(proto.KeyUInt8))
	b.PutInt64(2)
	b.PutString("")
	b.Buf = binary.AppendUvarint(b.Buf, uint64(len(c.v)))
	b.Buf = append(b.Buf, c.v...)
	b.PutInt64(int64(c.rows))
	for range c.rows {
		b.Buf = append(b.Buf, 1)
	}
}

func (c *sameWord) WriteColumn(w *proto.Writer) { w.ChainBuffer(c.EncodeColumn) }

// A first column notes that the rows have begun to be sent.
type first struct {
	column
	sent *bool
}

func (c *first) EncodeState(b *proto.Buffer) { encodeState(c.column, b) }

func (c *first) EncodeColumn(b *proto.Buffer) {
	*c.sent = true
	c.column.EncodeColumn(b)
}

func (c *first) WriteColumn(w *proto.Writer) {
	*c.sent = true
	c.column.WriteColumn(w)
}
