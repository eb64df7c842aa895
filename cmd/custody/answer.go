package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// An Answer is what a look-up found, beside how much it knew.
type answer[T any] struct {
	certificate ledger.Certificate
	subjects    []string // of one person; nil where it is of no one person
	name        string   // of its rows: "recipients"
	rows        []T
	columns     []column[T]
}

// give prints an answer in the format asked for, its certificate where that has a
// place for it, and fails if the answer is incomplete.
func give[T any](l *lookup, f format, a answer[T]) error {
	if err := l.keep(a.certificate); err != nil {
		return err
	}
	if f == "json" {
		if err := a.print(l.app.out); err != nil {
			return err
		}
		return l.verdict(a.certificate)
	}
	if err := printAll(l.app.out, f, a.rows, a.columns); err != nil {
		return err
	}
	summaryOut := l.app.err
	if f == "table" {
		summaryOut = l.app.out
	}
	summarise(summaryOut, &a.certificate)
	return l.verdict(a.certificate)
}

// print writes the answer as one JSON object, as it is over HTTP.
func (a answer[T]) print(w io.Writer) error {
	var rows bytes.Buffer
	if err := printAll(&rows, "json", a.rows, a.columns); err != nil {
		return err
	}
	certificate, err := json.Marshal(a.certificate)
	if err != nil {
		return fmt.Errorf("print the certificate: %w", err)
	}
	subjects := ""
	if a.subjects != nil {
		text, err := json.Marshal(a.subjects)
		if err != nil {
			return fmt.Errorf("print the subjects: %w", err)
		}
		subjects = fmt.Sprintf("%q:%s,\n", "subjects", text)
	}
	_, err = fmt.Fprintf(w, "{%q:%s,\n%s%q:\n%s}\n", "certificate", certificate, subjects, a.name, bytes.TrimSpace(rows.Bytes()))
	return err
}

// keep writes the certificate to the file that it was asked for in.
func (l *lookup) keep(c ledger.Certificate) error {
	if l.certificateFile == "" {
		return nil
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err == nil {
		err = os.WriteFile(l.certificateFile, append(text, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write the certificate: %w", err)
	}
	return nil
}

// verdict is the error of an incomplete answer, which is given all the same.
func (l *lookup) verdict(c ledger.Certificate) error {
	if c.Complete || l.incompleteOK {
		return nil
	}
	return errors.New("the answer is incomplete: " + strings.Join(c.Gaps(), "; "))
}

// summarise tells people how much an answer knew.
func summarise(w io.Writer, c *ledger.Certificate) {
	word := "complete"
	if !c.Complete {
		word = "INCOMPLETE"
	}
	fmt.Fprintf(w, "%s as of %s; %d partitions, %d sources", word, c.AskedAt.UTC().Format(time.DateTime+" MST"), len(c.Partitions), len(c.Sources))
	if first := c.Since(); !first.IsZero() {
		fmt.Fprintf(w, ", the first reports since %s", first.UTC().Format(time.DateTime+" MST"))
	}
	fmt.Fprintln(w)
	for _, gap := range c.Gaps() {
		fmt.Fprintln(w, "  lacks:", gap)
	}
	for _, caveat := range c.Caveats {
		fmt.Fprintln(w, "  note:", caveat)
	}
}

// certificateOf reads an earlier answer's certificate.
func certificateOf(file string) (*ledger.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read a certificate: %w", err)
	}
	c := new(ledger.Certificate)
	if err := json.Unmarshal(text, c); err != nil || c.AskedAt.IsZero() || c.Partitions == nil {
		return nil, fmt.Errorf("%s is no certificate: want what --certificate wrote", file)
	}
	if c.Holed() {
		return nil, fmt.Errorf("the log had a hole when %s was written: what has been mended since cannot be told from what was known, ask with --known-at", file)
	}
	return c, nil
}
