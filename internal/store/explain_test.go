package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/internal/store"
)

// plan is how the server answers a query about p.
func plan(t testing.TB, p ledger.Partition, query string) string {
	t.Helper()
	var lines []string
	var line proto.ColStr
	var ps []proto.Parameter
	for k, v := range map[string]any{
		"cluster": p.Cluster, "topic": p.Topic, "epoch": p.Epoch, "partition": p.ID, "n": 10, "offset": 1, "from": day.Unix(),
	} {
		ps = append(ps, proto.Parameter{Key: k, Value: fmt.Sprintf("'%v'", v)})
	}
	var hour proto.ColDateTime
	var hash proto.ColFixedStr16
	hour.Append(day)
	hash.Append(row(1).EventHash)
	q := ch.Query{
		Body: "EXPLAIN indexes = 1, projections = 1 " + query, Parameters: ps,
		Result: proto.Results{{Data: &line}}, OnResult: func(_ context.Context, _ proto.Block) error {
			for i := range line.Rows() {
				lines = append(lines, strings.TrimSpace(line.Row(i)))
			}
			return nil
		},
	}
	if strings.Contains(query, "FROM wanted") {
		partition := proto.ColInt32{p.ID}
		q.ExternalTable, q.ExternalData = "wanted", proto.Input{{Name: "hour", Data: &hour}, {Name: "hash", Data: &hash}, {Name: "partition", Data: &partition}}
	}
	if err := client(t).Do(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// The questions that must take milliseconds on a log of any length are answered
// from projections and indexes, not from all rows.
func TestQuestionsUseIndexes(t *testing.T) {
	l, p := writer(t), partition(t)
	all := rows(0, 20_000)
	all[77].Outcome = ledger.Rejected // a projection of nothing is not read
	insert(t, l, p, all...)
	for name, c := range map[string]struct {
		query string
		want  []string
	}{
		"extents": {store.ExtentsQuery, []string{"ReadFromMergeTree (ingest)"}},
		"ends":    {store.EndsQuery, []string{"ReadFromMergeTree (ingest)", "ReadFromMergeTree (exceptions)"}},
		"sources": {store.SourcesQuery, []string{"ReadFromMergeTree (by_source)"}},
		"recent":  {store.RecentQuery, []string{"ReadFromMergeTree (by_event)", "Read type: InReverseOrder", "(toStartOfHour(time) in ["}},
		"find":    {store.FindQuery, []string{"ReadFromMergeTree (by_event)", "(toStartOfHour(time), event_hash) in 1-element set"}},
		"an id":   {`SELECT * FROM custody.log WHERE id = 'event-77'`, []string{"Name: by_event_id"}},
		"a link":  {`SELECT * FROM custody.log WHERE linked_subject = toUUID('0190b5b4-0000-7000-8000-000000000001')`, []string{"Name: by_linked"}},
		// read, or used to leave out all parts but those that have the recipient
		"exposure":   {`SELECT subject_namespace, subject, min(time) FROM custody.log WHERE recipient = 'x' AND time > '2026-01-01' GROUP BY 1, 2`, []string{"by_recipient"}},
		"events":     {`SELECT * FROM custody.events WHERE ` + oneSubject, []string{"PrimaryKey", "subject in ["}},
		"recipients": {`SELECT * FROM custody.recipients WHERE ` + oneSubject, []string{"PrimaryKey", "subject in ["}},
		"letters":    {`SELECT * FROM custody.dead_letters WHERE resolved_by = ''`, []string{"ReadFromMergeTree (exceptions)"}},
		"one's":      {`SELECT * FROM custody.dead_letters WHERE resolved_by = '' AND ` + oneSubject, []string{"ReadFromMergeTree (exceptions)", "toUUID('00000000-0000-0000-0000-000000000000')) in ["}},
		"newest":     {store.NewestQuery, []string{"ReadFromMergeTree (exceptions)"}},
		"few again":  {store.AgainQuery("SELECT * FROM custody.exceptions LIMIT 10"), []string{"Name: by_event_id"}},
		"unresolved": {store.UnresolvedQuery(oneSubject), []string{"ReadFromMergeTree (exceptions)", "toUUID('00000000-0000-0000-0000-000000000000')) in "}},
	} {
		t.Run(name, func(t *testing.T) {
			got := plan(t, p, c.query)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("the plan has no %q:\n%s", want, got)
				}
			}
		})
	}
}

const oneSubject = `subject_namespace = 'tmall' AND subject = toUUID('0190b5b4-0000-7000-8000-000000000001')`
