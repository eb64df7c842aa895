package main

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"
)

// A look at the table: the last offset that is there, by partition.
type look struct {
	at   time.Time
	last map[int]int64
}

// An eye reads what is new in a table and nothing twice: to ask all of it again
// and again would take more of the machine than what is being measured.
type eye struct {
	server *server
	table  string
	seen   map[string]bool // numbers of inserted blocks, each with its table partition
	last   map[int]int64
}

func newEye(s *server, table string) *eye {
	return &eye{server: s, table: table, seen: map[string]bool{}, last: map[int]int64{}}
}

// look finds the last offset in each partition.
func (e *eye) look(ctx context.Context) (look, error) {
	parts, err := e.fresh(ctx)
	if err == nil && len(parts) > 0 {
		err = e.read(ctx, parts)
	}
	return look{time.Now(), maps.Clone(e.last)}, err
}

// fresh gives the parts that hold a block not seen yet, each with its blocks.
func (e *eye) fresh(ctx context.Context) (parts map[string][]string, err error) {
	database, name, _ := strings.Cut(e.table, ".")
	answer, err := e.server.ask(ctx, fmt.Sprintf(
		"SELECT name, partition_id, min_block_number, max_block_number FROM system.parts WHERE active AND database = '%s' AND table = '%s'", database, name))
	if err != nil {
		return nil, err
	}
	parts = map[string][]string{}
	for line := range strings.Lines(answer) {
		var part, partition string
		var first, last int
		if _, err := fmt.Sscan(line, &part, &partition, &first, &last); err != nil {
			return nil, err
		}
		blocks, fresh := make([]string, 0, last-first+1), false
		for n := first; n <= last; n++ {
			block := fmt.Sprint(partition, " ", n)
			blocks, fresh = append(blocks, block), fresh || !e.seen[block]
		}
		if fresh {
			parts[part] = blocks
		}
	}
	return parts, nil
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
