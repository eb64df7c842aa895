package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"
)

// A look at the table: the last offset that is there, by partition.
type look struct {
	at   time.Time
	last map[int]int64
}

// An eye reads what is new in a table and nothing twice: to ask all of it again
// and again would take more of the machine than what is being measured. Whether
// anything is new it sees by the names of the parts in the table's directory, which
// costs the server nothing.
type eye struct {
	server *server
	table  string
	dir    string
	seen   map[string]bool // numbers of inserted blocks, each with its table partition
	last   map[int]int64
}

func newEye(ctx context.Context, s *server, table string) (*eye, error) {
	database, name, _ := strings.Cut(table, ".")
	dir, err := s.ask(ctx, fmt.Sprintf("SELECT data_paths[1] FROM system.tables WHERE database = '%s' AND name = '%s'", database, name))
	return &eye{server: s, table: table, dir: dir, seen: map[string]bool{}, last: map[int]int64{}}, err
}

// look finds the last offset in each partition.
func (e *eye) look(ctx context.Context) (look, error) {
	parts, err := e.fresh()
	if err == nil && len(parts) > 0 {
		err = e.read(ctx, parts)
	}
	return look{time.Now(), maps.Clone(e.last)}, err
}

// fresh gives the parts that hold a block not seen yet, each with its blocks. One that
// is on disk may not be in the table yet: then it is found again at the next look.
func (e *eye) fresh() (parts map[string][]string, err error) {
	entries, err := os.ReadDir(e.dir)
	parts = map[string][]string{}
	for _, entry := range entries {
		partition, first, last, ok := blocks(entry.Name())
		if !ok {
			continue
		}
		all, fresh := make([]string, 0, last-first+1), false
		for n := first; n <= last; n++ {
			block := fmt.Sprint(partition, " ", n)
			all, fresh = append(all, block), fresh || !e.seen[block]
		}
		if fresh {
			parts[entry.Name()] = all
		}
	}
	return parts, err
}

// blocks reads a part's name, <partition>_<first block>_<last block>_<level>; what is
// no part, or not yet, or no longer, is named otherwise.
func blocks(name string) (partition string, first, last int, ok bool) {
	words := strings.Split(name, "_")
	if len(words) != 4 {
		return "", 0, 0, false
	}
	first, err1 := strconv.Atoi(words[1])
	last, err2 := strconv.Atoi(words[2])
	return words[0], first, last, errors.Join(err1, err2) == nil
}

// read takes in parts. One that was merged away meanwhile answers nothing: what
// it held is seen at the next look.
func (e *eye) read(ctx context.Context, parts map[string][]string) error {
	var names []string
	for name := range parts {
		names = append(names, "'"+name+"'")
	}
	answer, err := e.server.ask(ctx, fmt.Sprintf("SELECT _part, kafka_partition, max(kafka_offset) FROM %s WHERE _part IN (%s) GROUP BY _part, kafka_partition",
		e.table, strings.Join(names, ", ")))
	if err != nil {
		return err
	}
	for line := range strings.Lines(answer) {
		var part string
		var partition int
		var last int64
		if _, err := fmt.Sscan(line, &part, &partition, &last); err != nil {
			return err
		}
		if before, ok := e.last[partition]; !ok || last > before {
			e.last[partition] = last
		}
		for _, block := range parts[part] {
			e.seen[block] = true
		}
	}
	return nil
}
