package store

import "github.com/ClickHouse/ch-go/proto"

// A list column holds arrays of T's values: where each row ends, and the items.
type list[T column] struct {
	ends  fixed[uint64]
	items T
}

// begin opens row; the items put until the next begin or pad are its own.
func (c *list[T]) begin(row int) {
	c.pad(row)
	c.ends.put(row, uint64(c.items.Rows()))
}

// end closes the row that begin opened.
func (c *list[T]) end() { c.ends.v[len(c.ends.v)-1] = uint64(c.items.Rows()) }

func (c *list[T]) pad(rows int) {
	end := uint64(c.items.Rows())
	for len(c.ends.v) < rows {
		c.ends.v = append(c.ends.v, end)
	}
}

func (c *list[T]) used() bool { return c.ends.used() }
func (c *list[T]) reset()     { c.ends.reset(); c.items.reset() }

func (c *list[T]) Type() proto.ColumnType { return proto.ColumnTypeArray.Sub(c.items.Type()) }
func (c *list[T]) Rows() int              { return c.ends.Rows() }

func (c *list[T]) EncodeState(b *proto.Buffer) { encodeState(c.items, b) }

func (c *list[T]) EncodeColumn(b *proto.Buffer) {
	c.ends.EncodeColumn(b)
	c.items.EncodeColumn(b)
}

func (c *list[T]) WriteColumn(w *proto.Writer) {
	c.ends.WriteColumn(w)
	c.items.WriteColumn(w)
}

// A pairs column is a Map(LowCardinality(String), String).
type pairs struct {
	ends   fixed[uint64]
	names  *words
	values text
}

func (c *pairs) begin(row int) {
	c.pad(row)
	c.ends.put(row, uint64(c.values.rows))
}

func (c *pairs) put(name, value []byte) {
	c.names.put(c.names.Rows(), name)
	c.values.put(c.values.rows, value)
	c.ends.v[len(c.ends.v)-1]++
}

func (c *pairs) pad(rows int) {
	end := uint64(c.values.rows)
	for len(c.ends.v) < rows {
		c.ends.v = append(c.ends.v, end)
	}
}

func (c *pairs) used() bool { return c.ends.used() }
func (c *pairs) reset()     { c.ends.reset(); c.names.reset(); c.values.reset() }

func (c *pairs) Type() proto.ColumnType {
	return proto.ColumnTypeMap.Sub(c.names.Type(), c.values.Type())
}
func (c *pairs) Rows() int { return c.ends.Rows() }

func (c *pairs) EncodeState(b *proto.Buffer) { c.names.EncodeState(b) }

func (c *pairs) EncodeColumn(b *proto.Buffer) {
	c.ends.EncodeColumn(b)
	c.names.EncodeColumn(b)
	c.values.EncodeColumn(b)
}

func (c *pairs) WriteColumn(w *proto.Writer) {
	c.ends.WriteColumn(w)
	c.names.WriteColumn(w)
	c.values.WriteColumn(w)
}

func encodeState(c column, b *proto.Buffer) {
	if s, ok := c.(proto.StateEncoder); ok {
		s.EncodeState(b)
	}
}
