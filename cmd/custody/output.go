package main

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/pflag"
)

// A Format is how a command prints what it found.
type format string

var formats = []string{"table", "json", "jsonl", "csv"}

func (f *format) flag(fs *pflag.FlagSet) {
	*f = "table"
	fs.VarP(f, "output", "o", "`format`: "+strings.Join(formats, ", "))
}

// String, Set and Type make a format a flag.
func (f *format) String() string { return string(*f) }

// Set takes the formats that there are.
func (f *format) Set(s string) error {
	if !slices.Contains(formats, s) {
		return fmt.Errorf("want one of %s", strings.Join(formats, ", "))
	}
	*f = format(s)
	return nil
}

// Type is the flag's type as help tells it.
func (f *format) Type() string { return "format" }

// A Column is one column of an answer: the same for people and for programs.
type column[T any] struct {
	name  string
	value func(T) any    // string, []string, bool, a number, time.Time (zero = none), or what JSON can take
	cell  func(T) string // how a table shows it; nil = as the value reads
	width int            // at which a table breaks it; 0 = 26
	long  bool           // not for tables: too long
	table bool           // for tables only: the rest says it all
}

// print writes rows in the format asked for.
func printAll[T any](w io.Writer, f format, rows []T, columns []column[T]) error {
	columns = slices.DeleteFunc(slices.Clone(columns), func(c column[T]) bool {
		return c.long && f == "table" || c.table && f != "table"
	})
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case "json":
		err = printJSON(b, rows, columns)
	case "jsonl":
		err = printLines(b, rows, columns)
	case "csv":
		err = printCSV(b, rows, columns)
	default:
		err = printTable(b, rows, columns)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

func printTable[T any](w io.Writer, rows []T, columns []column[T]) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatLower
	header, configs := table.Row{}, []table.ColumnConfig{}
	for i, c := range columns {
		header = append(header, c.name)
		configs = append(configs, table.ColumnConfig{Number: i + 1, WidthMax: cmp.Or(c.width, cellWidth), WidthMaxEnforcer: text.WrapSoft})
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(configs)
	for _, row := range rows {
		cells := table.Row{}
		for _, c := range columns {
			cells = append(cells, cell(c, row))
			if s, ok := cells[len(cells)-1].(string); ok && text.StringWidthWithoutEscSequences(s) > cmp.Or(c.width, cellWidth) {
				t.Style().Options.SeparateRows = true
			}
		}
		t.AppendRow(cells)
	}
	_, err := fmt.Fprintln(w, t.Render())
	return err
}

// cellWidth is where the text of a cell is broken.
const cellWidth = 26

// cell is a value as a table shows it; numbers stay numbers, to stand to the right.
func cell[T any](c column[T], row T) any {
	value := c.value(row)
	switch {
	case c.cell != nil:
		return c.cell(row)
	case reflect.ValueOf(value).CanInt() || reflect.ValueOf(value).CanUint():
		return value
	}
	return readable(value, ", ", "2006-01-02 15:04")
}

func printCSV[T any](w io.Writer, rows []T, columns []column[T]) error {
	out := csv.NewWriter(w)
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.name
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for _, row := range rows {
		for i, c := range columns {
			line[i] = readable(c.value(row), ";", time.RFC3339Nano)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func printJSON[T any](w io.Writer, rows []T, columns []column[T]) error {
	if _, err := io.WriteString(w, "["); err != nil {
		return err
	}
	for i, row := range rows {
		object, err := object(row, columns)
		if err != nil {
			return err
		}
		separator := ",\n "
		if i == 0 {
			separator = ""
		}
		if _, err := fmt.Fprintf(w, "%s%s", separator, object); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "]\n")
	return err
}

func printLines[T any](w io.Writer, rows []T, columns []column[T]) error {
	for _, row := range rows {
		object, err := object(row, columns)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s\n", object); err != nil {
			return err
		}
	}
	return nil
}

// object is a row as JSON, its members in the order of the columns.
func object[T any](row T, columns []column[T]) ([]byte, error) {
	out := []byte{'{'}
	for i, c := range columns {
		value := c.value(row)
		switch v := value.(type) {
		case time.Time:
			if value = v.UTC(); v.IsZero() {
				value = nil
			}
		case []string:
			if v == nil {
				value = []string{}
			}
		}
		member, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("print %s: %w", c.name, err)
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(fmt.Appendf(out, "%q:", c.name), member...)
	}
	return append(out, '}'), nil
}

// readable is a value as text.
func readable(value any, separator, layout string) string {
	switch v := value.(type) {
	case []string:
		return strings.Join(v, separator)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(layout)
	case map[string]any, map[string]string:
		text, err := json.Marshal(v)
		if err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(value)
}
