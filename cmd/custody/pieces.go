package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// A Piece is the text of one event, and where it was found.
type piece struct {
	text  []byte
	place string
}

// longest is the longest line read; a longer one cannot be an event.
const longest = 4 << 20

// pieces are the events in a text: the items of an array, or the lines. What is
// no event is a piece, too: somebody will say so.
func pieces(in io.Reader) iter.Seq2[piece, error] {
	r := bufio.NewReaderSize(in, 64<<10)
	return func(yield func(piece, error) bool) {
		first, err := firstByte(r)
		switch {
		case errors.Is(err, io.EOF):
		case err != nil:
			yield(piece{}, fmt.Errorf("read events: %w", err))
		case first == '[':
			items(r, yield)
		default:
			lines(r, yield)
		}
	}
}

// firstByte is the first that is no blank; blanks before it are left out, and a byte-order mark.
func firstByte(r *bufio.Reader) (byte, error) {
	if mark, err := r.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		_, _ = r.Discard(3) // they were peeked at
	}
	for {
		b, err := r.Peek(1)
		if err != nil {
			return 0, err
		}
		if b[0] != ' ' && b[0] != '\t' && b[0] != '\r' {
			return b[0], nil
		}
		_, _ = r.Discard(1)
	}
}

func items(r io.Reader, yield func(piece, error) bool) {
	d := json.NewDecoder(r)
	if _, err := d.Token(); err != nil {
		yield(piece{}, fmt.Errorf("read events: %w", err))
		return
	}
	for n := 1; d.More(); n++ {
		var text json.RawMessage
		if err := d.Decode(&text); err != nil {
			yield(piece{}, fmt.Errorf("read events: event %d of the array: %w", n, err))
			return
		}
		if !yield(piece{text, fmt.Sprintf("event %d", n)}, nil) {
			return
		}
	}
	if _, err := d.Token(); err != nil {
		yield(piece{}, fmt.Errorf("read events: the array does not end: %w", err))
	}
}

// lines gives a piece a line, or as many lines as an event takes up. A line that
// neither is an event nor begins one is a piece of its own, and hides no other.
func lines(r io.Reader, yield func(piece, error) bool) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, longest)
	var open []piece // lines of an event that has begun
	for n := 1; s.Scan(); n++ {
		if text := bytes.TrimSpace(s.Bytes()); len(text) > 0 {
			open = append(open, piece{bytes.Clone(text), fmt.Sprintf("line %d", n)})
		}
		for len(open) > 0 && !begun(join(open).text) {
			p := open[0]
			if whole := join(open); json.Valid(whole.text) {
				p, open = whole, open[:1]
			}
			if open = open[1:]; !yield(p, nil) {
				return
			}
		}
	}
	if len(open) > 0 && !yield(join(open), nil) {
		return
	}
	if err := s.Err(); err != nil {
		yield(piece{}, fmt.Errorf("read events: %w", err))
	}
}

// begun says that text is the beginning of some JSON, and not all of it.
func begun(text []byte) bool {
	err := json.NewDecoder(bytes.NewReader(text)).Decode(new(json.RawMessage))
	return errors.Is(err, io.ErrUnexpectedEOF) && len(text) <= longest
}

// join is several lines as one piece.
func join(open []piece) piece {
	if len(open) == 1 {
		return open[0]
	}
	texts := make([][]byte, len(open))
	for i, p := range open {
		texts[i] = p.text
	}
	return piece{bytes.Join(texts, []byte("\n")), open[0].place}
}
