package store

import (
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// A cell reads one field of the data back.
type cell struct {
	event.FieldSpec
	columns  []string
	text     string
	texts    []string
	flag     bool
	integer  uint16
	moment   *time.Time
	linkedID string
}

func dataCells() []cell {
	specs := event.Fields()
	cells := make([]cell, len(specs))
	for i, s := range specs {
		cells[i] = cell{FieldSpec: s, columns: []string{"`" + s.Column + "`"}}
		if s.Shape == event.SubjectName {
			cells[i].columns = []string{s.Column + "_namespace", "toString(" + s.Column + ")"}
		}
	}
	return cells
}

func (c *cell) into() []any {
	c.text, c.texts, c.moment = "", nil, nil
	switch c.Shape {
	case event.ManyTerms, event.PartyIDs, event.Countries:
		return []any{&c.texts}
	case event.Bool:
		return []any{&c.flag}
	case event.Integer:
		return []any{&c.integer}
	case event.Date, event.DateTime:
		return []any{&c.moment}
	case event.SubjectName:
		return []any{&c.text, &c.linkedID}
	}
	return []any{&c.text}
}

// value is nil where the field is not set.
func (c *cell) value() any {
	switch c.Shape {
	case event.ManyTerms, event.PartyIDs, event.Countries:
		if len(c.texts) > 0 {
			return c.texts
		}
	case event.Bool:
		return c.flag
	case event.Integer:
		if c.integer > 0 {
			return c.integer
		}
	case event.Date:
		if c.moment != nil {
			return c.moment.Format(time.DateOnly)
		}
	case event.DateTime:
		if c.moment != nil {
			return *c.moment
		}
	case event.SubjectName:
		if c.text != "" {
			return c.text + ":" + c.linkedID
		}
	default:
		if c.text != "" {
			return c.text
		}
	}
	return nil
}
