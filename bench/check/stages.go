package main

import "strings"

// custody is the module whose benchmarks these are.
const custody = "github.com/datacustody/custody"

// A stage is a benchmark that needs no server: the same input, every time.
type stage struct {
	folder string // of its package
	name   string // of the benchmark, without "Benchmark"
	n      int    // how many operations valgrind counts
}

func (s stage) String() string { return s.folder + " " + s.name }

// stages are the hot path, from a service to a row, and what stands beside it.
var stages = []stage{
	{"schemas/event", "Marshal", 2000},
	{"schemas/event", "Partition", 100_000},
	{"producer", "Send/typed/1-a-call", 1000},
	{"producer", "Send/messages/1-a-call", 1000},
	{"producer", "Send/messages/1000-a-call", 3000},
	{"internal/api", "Gateway/single", 1000},
	{"internal/api", "Gateway/batch-of-100", 25},
	{"internal/stream", "Read/none", 20_000},
	{"internal/stream", "Read/gzip", 2000},
	{"internal/stream", "Read/snappy", 4000},
	{"internal/stream", "Read/lz4", 4000},
	{"internal/stream", "Read/zstd", 4000},
	{"schemas/event", "DecodeJSON", 5000},
	{"schemas/event", "DecodeEnvelope", 5000},
	{"schemas/event", "Decode", 2000},
	{"schemas/event", "DecodeBinary", 2000},
	{"schemas/event", "Reject", 1000},
	{"schemas/event", "Hash", 3000},
	{"consumers/lineage", "Window", 100_000},
	{"internal/rules", "Judge/declared", 50_000},
	{"internal/store", "Append", 20_000},
	{"consumers/lineage", "Record", 2000},
	{"internal/store", "Block/encode", 100 * 1024},
	{"internal/store", "Block/compress", 10 * 1024},
	{"schemas/event", "Sensitive", 1000},
	{"consumers/lineage", "Letter", 1000},
	{"internal/simulate", "Next", 6000},
}

// named are the stages with text in their name.
func named(all []stage, text string) (some []stage) {
	for _, s := range all {
		if strings.Contains(s.String(), text) {
			some = append(some, s)
		}
	}
	return some
}
