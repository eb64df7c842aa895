package event_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/datacustody/custody/schemas/event"
	"github.com/datacustody/custody/schemas/event/eventtest"
)

func contentHash(t *testing.T, m event.Message) string {
	t.Helper()
	r, rejection := event.NewDecoder(event.Options{}).Decode(&m, refNow)
	if rejection != nil {
		t.Fatalf("Decode = %v\n%s", rejection, m.Value)
	}
	h := r.ContentHash()
	return hex.EncodeToString(h[:])
}

// TestEventHash: the hash is SHA-256 over source and id, each behind its length.
func TestEventHash(t *testing.T) {
	m := benchMessage()
	r, _ := event.NewDecoder(event.Options{}).Decode(&m, refNow)
	sum := sha256.Sum256([]byte("\x14/tmall/order-service\x240199f1c2-7b4e-7d53-a1f0-9c8e7b6a5d43"))
	if got := r.EventHash(); !bytes.Equal(got[:], sum[:16]) {
		t.Errorf("EventHash = %x, want %x", got, sum[:16])
	}
}

// TestContentHashIsForEver: stored hashes are compared with those of later versions.
func TestContentHashIsForEver(t *testing.T) {
	const want = "2ad03c58947782796d668ec71fdb3e23"
	if got := contentHash(t, benchMessage()); got != want {
		t.Errorf("ContentHash = %s, want %s", got, want)
	}
}

func edited(pairs ...string) event.Message {
	m := benchMessage()
	m.Value = []byte(strings.NewReplacer(pairs...).Replace(string(m.Value)))
	return m
}

// TestContentHashIgnores: a retry may differ in these and is a duplicate.
func TestContentHashIgnores(t *testing.T) {
	want := contentHash(t, benchMessage())
	same := map[string]event.Message{
		"order of lists":       edited(`"delivery-address","phone-number","name"`, `"name","phone-number","delivery-address"`),
		"another traceparent":  edited(`00f067aa0ba902b7`, `00f067aa0ba902b8`),
		"no extensions":        edited(`"sequence":"00000000001842",`, ``),
		"white space":          edited(`,"data":{`, ", \n\t\"data\" : {"),
		"escapes":              edited(`"purpose":"order-delivery"`, `"\u0070urpose":"order\u002ddelivery"`),
		"time in another zone": edited(`2026-11-02T09:30:00.125+08:00`, `2026-11-02T01:30:00.125Z`),
		"default of holder":    edited(`"data":{`, `"data":{"holder":"tmall",`),
		"default of minor":     edited(`"data":{`, `"data":{"minor":false,`),
		"null":                 edited(`"data":{`, `"data":{"note":null,"parents":[],`),
	}
	for name, m := range same {
		if got := contentHash(t, m); got != want {
			t.Errorf("%s: ContentHash = %s, want %s", name, got, want)
		}
	}
}

// TestContentHashTells: each of these makes a conflict.
func TestContentHashTells(t *testing.T) {
	other := map[string]event.Message{
		"as it is":     benchMessage(),
		"time":         edited(`00.125+`, `00.125000001+`),
		"a category":   edited(`"delivery-address","phone-number","name"`, `"delivery-address","phone-number"`),
		"recipient":    edited(`"recipient":"cainiao"`, `"recipient":"alipay"`),
		"holder":       edited(`"data":{`, `"data":{"holder":"cainiao",`),
		"minor":        edited(`"data":{`, `"data":{"minor":true,`),
		"a parent":     edited(`"data":{`, `"data":{"parents":[{"id":"x"}],`),
		"two parents":  edited(`"data":{`, `"data":{"parents":[{"id":"x"},{"id":"y"}],`),
		"its source":   edited(`"data":{`, `"data":{"parents":[{"id":"x","source":"/y"}],`),
		"moved text":   edited(`"cainiao-2024-017"`, `"LP00682041937"`, `"LP00682041937"`, `"cainiao-2024-017"`),
		"channel":      edited(`"channel":"api"`, `"channel":"sdk","sdk":{"name":"api"}`),
		"less":         edited(`"necessity":"necessary",`, ``),
		"another date": edited(`"data":{`, `"data":{"retention_until":"2029-04-18",`),
		"a later date": edited(`"data":{`, `"data":{"retention_until":"2029-04-19",`),
	}
	seen := map[string]string{}
	for name, m := range other {
		h := contentHash(t, m)
		if before, ok := seen[h]; ok {
			t.Errorf("%s and %s have the same ContentHash", name, before)
		}
		seen[h] = name
	}
	for _, f := range eventtest.Valid() {
		if strings.HasSuffix(f.Name, ".json") {
			if before, ok := seen[contentHash(t, f.Message)]; ok {
				t.Errorf("%s and %s have the same ContentHash", f.Name, before)
			}
		}
	}
}

// TestContentModesAgree: the same event in either mode is the same event.
func TestContentModesAgree(t *testing.T) {
	for _, e := range everyKind() {
		structured, err := event.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		binary, err := event.MarshalBinary(e)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := contentHash(t, structured), contentHash(t, binary); a != b {
			t.Errorf("%s: ContentHash = %s structured, %s binary", e.Kind(), a, b)
		}
	}
}
