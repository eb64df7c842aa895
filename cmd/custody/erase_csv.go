package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/schemas/event"
)

// answerColumns are those of a file of answers as CSV: the members of an answer.
// Categories have blanks between them.
var answerColumns = map[string]func(*erasure.Reply, string){
	"controller":      func(r *erasure.Reply, v string) { r.Controller = v },
	"case":            func(r *erasure.Reply, v string) { r.Case = v },
	"recipient":       func(r *erasure.Reply, v string) { r.Recipient = v },
	"id":              func(r *erasure.Reply, v string) { r.ID = v },
	"status":          func(r *erasure.Reply, v string) { r.Status = erasure.Status(v) },
	"categories":      func(r *erasure.Reply, v string) { r.Categories = strings.Fields(v) },
	"method":          func(r *erasure.Reply, v string) { r.Method = v },
	"exemption":       func(r *erasure.Reply, v string) { r.Exemption = v },
	"until":           func(r *erasure.Reply, v string) { r.Until = v },
	"refusal":         func(r *erasure.Reply, v string) { r.Refusal = v },
	"evidence_uri":    func(r *erasure.Reply, v string) { proof(r).URI = v },
	"evidence_sha256": func(r *erasure.Reply, v string) { proof(r).SHA256 = v },
	"note":            func(r *erasure.Reply, v string) { r.Note = v },
}

func proof(r *erasure.Reply) *event.Evidence {
	if r.Evidence == nil {
		r.Evidence = new(event.Evidence)
	}
	return r.Evidence
}

// rows are the answers in CSV, each as the JSON that it stands for. The first line
// names the columns.
func rows(in io.Reader) iter.Seq2[piece, error] {
	return func(yield func(piece, error) bool) {
		r := csv.NewReader(in)
		head, err := r.Read()
		if err == nil {
			head[0] = strings.TrimPrefix(head[0], "\ufeff")
			err = unknownColumn(head)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			yield(piece{}, fmt.Errorf("read the answers: %w", err))
			return
		}
		for err == nil {
			var row []string
			if row, err = r.Read(); errors.Is(err, io.EOF) {
				return
			}
			if err != nil { // before the place is asked for: a row that cannot be read may have none
				yield(piece{}, fmt.Errorf("read the answers: %w", err))
				return
			}
			line, _ := r.FieldPos(0)
			if !yield(piece{text: replyOf(head, row), place: fmt.Sprintf("line %d", line)}, nil) {
				return
			}
		}
	}
}

func unknownColumn(head []string) error {
	for _, name := range head {
		if answerColumns[name] == nil {
			return fmt.Errorf("line 1: no column is called %q: want some of %s", name, strings.Join(slices.Sorted(maps.Keys(answerColumns)), ", "))
		}
	}
	return nil
}

func replyOf(head, row []string) []byte {
	var r erasure.Reply
	for n, name := range head {
		if row[n] != "" {
			answerColumns[name](&r, row[n])
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings are always written
	}
	return text
}
