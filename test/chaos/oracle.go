package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/datacustody/custody/internal/simulate"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A judgement is what the oracle found.
type judgement struct {
	lost, doubled, disordered int
	other                     int      // differences of another kind
	first                     []string // differences, by identity; never a value
	records                   int
	acknowledged              int
	outcomes                  map[string]int
	letters                   int
	events                    int            // accepted
	recipients                map[string]int // events by subject and recipient
	refused                   map[string]refusal
}

// shown is how many differences are told.
const shown = 20

func (j *judgement) differ(count *int, n int, format string, args ...any) {
	if n == 0 {
		return
	}
	*count += n
	if len(j.first) < shown {
		j.first = append(j.first, fmt.Sprintf(format, args...))
	}
}

func (j *judgement) wrong() bool { return j.lost+j.doubled+j.disordered+j.other > 0 }

// An oracle judges a partition's records in their order with nothing but a map:
// no window, no batches, no crash.
type oracle struct {
	*judgement
	world   *world
	sent    *sendings
	decoder *event.Decoder
}

// judge compares what producers were told with Kafka, and Kafka with the log.
func judge(ctx context.Context, w *world) (*judgement, error) {
	j := &judgement{outcomes: map[string]int{}, recipients: map[string]int{}, refused: map[string]refusal{}}
	sent, err := newSendings(w.journals)
	if err != nil {
		return nil, err
	}
	o := &oracle{judgement: j, world: w, sent: sent, decoder: event.NewDecoder(event.Options{})}
	for p := range int32(w.partitions) {
		if err := o.partition(ctx, p); err != nil {
			return nil, fmt.Errorf("judge partition %d: %w", p, err)
		}
	}
	o.sent.settle(j)
	for _, check := range []func(context.Context) error{o.deadLetters, o.views, o.projections} {
		if err := check(ctx); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// rowsQuery gives a partition's rows in the order of their offsets: where a row
// stands, and then all that line has.
const rowsQuery = `SELECT kafka_offset, seq, toUnixTimestamp64Micro(recorded_at),
	outcome, reason, reason_field, source, id, hex(event_hash), hex(content_hash), subject_namespace, hex(subject), toUnixTimestamp64Nano(time)
FROM custody.log WHERE kafka_topic = '%s' AND kafka_partition = %d ORDER BY kafka_offset, seq, recorded_at FORMAT TSVRaw`

// partition holds every row against its record.
func (o *oracle) partition(ctx context.Context, p int32) error {
	body, err := o.world.server.ask(ctx, "auditor", fmt.Sprintf(rowsQuery, o.world.topic, p))
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck // read only
	rows := &rows{lines: bufio.NewScanner(body), oracle: o, partition: p, moments: map[string]bool{}}
	rows.lines.Buffer(nil, 1<<20)
	rows.next()
	content := map[[16]byte][16]byte{}
	err = o.each(ctx, o.world.topic, p, func(r *stream.Record) {
		o.records++
		o.sent.arrived(o.judgement, p, r)
		rows.hold(r.Offset, o.line(content, p, r))
	})
	if err != nil {
		return err
	}
	for ; rows.more; rows.next() {
		o.differ(&o.other, 1, "%d/%d: a row without a record", p, rows.offset)
	}
	return rows.lines.Err()
}

// each gives every record of a partition.
func (o *oracle) each(ctx context.Context, topic string, p int32, do func(*stream.Record)) error {
	ranges, err := o.world.kafka.Ranges(ctx, topic)
	if err != nil {
		return err
	}
	r := ranges[p]
	for at := r.First; at < r.End; {
		b, err := o.world.kafka.Read(ctx, topic, p, at)
		if err != nil {
			return err
		}
		for i := range b.Records {
			do(&b.Records[i])
		}
		at = b.Next
	}
	return nil
}

// line is what the row of a record must say.
func (o *oracle) line(content map[[16]byte][16]byte, p int32, r *stream.Record) string {
	e, why := o.decoder.Decode(&r.Message, time.Now())
	if why != nil {
		o.outcomes[simulate.Rejected]++
		o.refused[o.letterKey(p, r.Offset)] = refusal{why.Reason.String(), why.Field}
		return line(e, simulate.Rejected, why.Reason.String(), why.Field, [16]byte{}, [16]byte{})
	}
	hash, outcome := e.EventHash(), simulate.Accepted
	if known, ok := content[hash]; !ok {
		content[hash] = e.ContentHash()
		o.accepted(e)
	} else if outcome = simulate.Duplicate; known != e.ContentHash() {
		outcome = simulate.Conflict
		o.refused[o.letterKey(p, r.Offset)] = refusal{simulate.Conflict, ""}
	}
	o.outcomes[outcome]++
	return line(e, outcome, "", "", hash, e.ContentHash())
}

func line(e *event.Record, outcome, reason, field string, hash, content [16]byte) string {
	moment := int64(0)
	if e.HasTime {
		moment = e.Time
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%X\t%X\t%s\t%X\t%d", outcome, reason, field, e.Source, e.ID, hash, content, e.Namespace, e.Subject, moment)
}

// rows are a partition's, read beside its records.
type rows struct {
	*oracle
	lines     *bufio.Scanner
	partition int32

	more   bool
	offset int64
	seq    int64
	moment string
	line   string

	count   int64
	last    string          // moment
	moments map[string]bool // that were left behind
}

func (r *rows) next() {
	if r.more = r.lines.Scan(); !r.more {
		return
	}
	cells := bytes.SplitN(r.lines.Bytes(), []byte("\t"), 4)
	r.offset, _ = strconv.ParseInt(string(cells[0]), 10, 64)
	r.seq, _ = strconv.ParseInt(string(cells[1]), 10, 64)
	r.moment, r.line = string(cells[2]), string(cells[3])
}

// hold wants one row at an offset, with that line, and the next seq.
func (r *rows) hold(offset int64, want string) {
	for ; r.more && r.offset < offset; r.next() {
		r.differ(&r.other, 1, "%d/%d: a row without a record", r.partition, r.offset)
	}
	found := 0
	for ; r.more && r.offset == offset; r.next() {
		if found++; found > 1 {
			r.differ(&r.doubled, 1, "%d/%d: another row, seq %d", r.partition, offset, r.seq)
			continue
		}
		switch {
		case strings.HasPrefix(r.line, "lost\t"):
			r.differ(&r.lost, 1, "%d/%d: the log says that Kafka dropped it", r.partition, offset)
		case r.line != want:
			r.differ(&r.other, 1, "%d/%d: the row is %s, want %s", r.partition, offset, outcome(r.line), outcome(want))
		}
		if r.seq != r.count {
			r.differ(&r.disordered, 1, "%d/%d: seq %d, want %d", r.partition, offset, r.seq, r.count)
		}
		r.batch()
	}
	if found == 0 {
		r.differ(&r.lost, 1, "%d/%d: no row", r.partition, offset)
	}
	r.count++
}

// batch wants the rows of one moment to be neighbours: they are of one batch.
func (r *rows) batch() {
	if r.moment == r.last {
		return
	}
	r.moments[r.last], r.last = true, r.moment
	if r.moments[r.moment] {
		r.differ(&r.other, 1, "%d/%d: the moment of another batch", r.partition, r.offset)
	}
}

// outcome is the part of a line that holds nothing of the event.
func outcome(line string) string {
	cells := strings.SplitN(line, "\t", 4)
	return strings.TrimSpace(strings.Join(cells[:min(3, len(cells))], " "))
}
