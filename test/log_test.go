package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// A row is one line of an answer: names of columns to values.
type row map[string]any

// answer puts a question to ClickHouse as the auditor, over HTTP.
func (w *world) answer(question string) (body []byte, err error) {
	question = strings.ReplaceAll(question, "{topic}", "'"+w.Topic+"'")
	r, err := http.NewRequest(http.MethodPost, "http://"+w.server.HTTP+"/?default_format=JSONEachRow&output_format_json_quote_64bit_integers=0", strings.NewReader(question))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-ClickHouse-User", "auditor")
	r.Header.Set("X-ClickHouse-Key", w.server.Passwords["auditor"])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if body, err = io.ReadAll(answer.Body); err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", answer.Status, body)
	}
	return body, err
}

func (w *world) ask(question string) (rows []row, err error) {
	body, err := w.answer(question)
	if err != nil {
		return nil, err
	}
	for d := json.NewDecoder(bytes.NewReader(body)); d.More(); {
		var one row
		if err := d.Decode(&one); err != nil {
			return nil, err
		}
		rows = append(rows, one)
	}
	return rows, nil
}

func (w *world) mustAsk(t *testing.T, question string) []row {
	t.Helper()
	rows, err := w.ask(question)
	if err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return rows
}

// logged is how many rows the log has of the topic; -1 while nobody answers.
func (w *world) logged() int {
	rows, err := w.ask("SELECT count() AS n FROM custody.log WHERE kafka_topic = {topic}")
	if err != nil {
		return -1
	}
	return int(rows[0]["n"].(float64))
}

func (w *world) await(t *testing.T, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d rows in the log", n), func() bool { return w.logged() >= n })
}

// intact checks that every offset that Kafka has is logged once, and that seq is
// dense, partition by partition.
func (w *world) intact(t *testing.T) {
	t.Helper()
	ranges, err := w.kafka.Ranges(t.Context(), w.Topic)
	if err != nil {
		t.Fatal(err)
	}
	rows := w.mustAsk(t, `SELECT kafka_partition AS p, count() AS n, uniqExact(kafka_offset) AS offsets, min(kafka_offset) AS low,
		max(kafka_offset) AS high, min(seq) AS first, max(seq) AS last, uniqExact(seq) AS seqs,
		uniqExact(kafka_offset - seq) AS steps FROM custody.log WHERE kafka_topic = {topic} GROUP BY p ORDER BY p`)
	found := map[int32]row{}
	for _, r := range rows {
		found[int32(r["p"].(float64))] = r
	}
	for _, k := range ranges {
		r, n := found[k.Partition], k.End-k.First
		if n == 0 && r == nil {
			continue
		}
		want := row{"p": float64(k.Partition), "n": float64(n), "offsets": float64(n), "low": float64(k.First), "high": float64(k.End - 1),
			"first": r["first"], "last": float64(n-1) + r["first"].(float64), "seqs": float64(n), "steps": 1.0}
		if got, want := fmt.Sprint(r), fmt.Sprint(want); got != want {
			t.Errorf("the log of partition %d is %s, want %s", k.Partition, got, want)
		}
	}
}

func (w *world) counts(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, r := range w.mustAsk(t, "SELECT outcome || if(reason = '', '', ' ') || reason AS what, count() AS n FROM custody.log WHERE kafka_topic = {topic} GROUP BY what") {
		counts[r["what"].(string)] = int(r["n"].(float64))
	}
	return counts
}
