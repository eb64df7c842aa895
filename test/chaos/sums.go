package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/schemas/event"
)

// A refusal is why a record has a dead letter.
type refusal struct{ reason, field string }

func (o *oracle) letterKey(p int32, offset int64) string {
	return fmt.Sprintf("%s/%s/0/%d/%d", cluster, o.world.topic, p, offset)
}

// deadLetters wants one for each refused record, at least, with its reason, and
// none besides.
func (o *oracle) deadLetters(ctx context.Context) error {
	found := map[string]bool{}
	err := o.each(ctx, o.world.letters, 0, func(r *stream.Record) {
		o.letters++
		key, headers := string(r.Key), map[string]string{}
		for _, h := range r.Headers {
			headers[h.Name] = string(h.Value)
		}
		want, ok := o.refused[key]
		got := refusal{headers[stream.HeaderReason], headers[stream.HeaderField]}
		if !ok || got != want {
			o.differ(&o.other, 1, "dead letter %s says %q, want %q", key, got.reason, want.reason)
		}
		found[key] = true
	})
	if err != nil {
		return fmt.Errorf("read the dead letters: %w", err)
	}
	for _, key := range slices.Sorted(maps.Keys(o.refused)) {
		if !found[key] {
			o.differ(&o.lost, 1, "%s: no dead letter", key)
		}
	}
	return nil
}

// accepted counts an event for the views.
func (o *oracle) accepted(e *event.Record) {
	o.events++
	recipient := string(e.Text(event.FieldRecipient))
	switch e.Kind {
	case event.KindDisclosed:
		recipient = "*public"
	case event.KindShared, event.KindTransferredAbroad:
	default:
		return
	}
	o.recipients[fmt.Sprintf("%s\t%X\t%s", e.Namespace, e.Subject, recipient)]++
}

// views holds custody.events and custody.recipients against the events.
func (o *oracle) views(ctx context.Context) error {
	n, err := o.world.server.text(ctx, "auditor", "SELECT count() FROM custody.events")
	if err != nil {
		return err
	}
	if n != fmt.Sprint(o.events) {
		o.differ(&o.other, 1, "custody.events has %s events, want %d", n, o.events)
	}
	body, err := o.world.server.ask(ctx, "auditor", "SELECT subject_namespace, hex(subject), recipient, events FROM custody.recipients FORMAT TSVRaw")
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck // read only
	got := map[string]int{}
	for lines := bufio.NewScanner(body); lines.Scan(); {
		at := strings.LastIndexByte(lines.Text(), '\t')
		n := 0
		_, _ = fmt.Sscan(lines.Text()[at+1:], &n)
		got[lines.Text()[:at]] += n
	}
	if !maps.Equal(got, o.recipients) {
		o.differ(&o.other, 1, "custody.recipients has %d lines that are not the oracle's %d", len(got), len(o.recipients))
	}
	return nil
}

// sums are questions that projections answer; without them the answer is the same.
var sums = []string{
	`SELECT kafka_cluster, kafka_topic, kafka_epoch, kafka_partition, max(kafka_offset), min(seq), max(seq), count(), maxIf(time, outcome = 'accepted'), max(recorded_at)
	FROM custody.log GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
	`SELECT recipient, count(), uniqExact(subject), sum(cityHash64(time, subject_namespace, outcome, type, controller, holder, categories, purpose))
	FROM custody.log WHERE recipient != '' GROUP BY recipient ORDER BY recipient`,
	`SELECT toStartOfHour(time) AS h, count(), sum(cityHash64(event_hash, content_hash, kafka_partition, kafka_offset, outcome))
	FROM custody.log GROUP BY h ORDER BY h`,
	`SELECT outcome, reason, reason_field, source, type, count(), sum(cityHash64(letter, id, subject_namespace, subject, time, event_hash, lost_from, recorded_at))
	FROM custody.exceptions GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
}

// projections wants the same sums with them and without, and each refused or lost row of the log once
// in the view that gathers them.
func (o *oracle) projections(ctx context.Context) error {
	const settings = " SETTINGS optimize_use_projections=%d, optimize_use_implicit_projections=%[1]d"
	for i, question := range sums {
		err := o.same(ctx, question+fmt.Sprintf(settings, 0), question+fmt.Sprintf(settings, 1), fmt.Sprintf("sum %d differs between the log and its projection", i+1))
		if err != nil {
			return err
		}
	}
	const count = "SELECT outcome, source, count(), sum(kafka_offset) FROM custody.%s WHERE outcome IN ('rejected', 'conflict', 'lost') GROUP BY 1, 2 ORDER BY 1, 2"
	return o.same(ctx, fmt.Sprintf(count, "log"), fmt.Sprintf(count, "exceptions"), "custody.exceptions is not what the log has")
}

// same wants one answer to two questions.
func (o *oracle) same(ctx context.Context, one, other, otherwise string) error {
	var answers [2]string
	for i, question := range []string{one, other} {
		body, err := o.world.server.ask(ctx, "auditor", question+" FORMAT TSV")
		if err != nil {
			return err
		}
		text, err := io.ReadAll(body)
		_ = body.Close()
		if err != nil {
			return err
		}
		answers[i] = string(text)
	}
	if answers[0] != answers[1] {
		o.differ(&o.other, 1, "%s", otherwise)
	}
	return nil
}
