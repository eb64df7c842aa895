package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"testing"

	"github.com/datacustody/custody/internal/api"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// The committed openapi.json is what the gateway serves.
func TestOpenAPIIsUpToDate(t *testing.T) {
	got, err := api.Description()
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("openapi.json is stale: go test ./internal/api -run OpenAPI -update")
	}
	served := newFixture(t, api.Options{}).do(http.MethodGet, "/openapi.json", "")
	var a, b any
	if json.Unmarshal(served.Body.Bytes(), &a) != nil || json.Unmarshal(want, &b) != nil {
		t.Fatalf("not JSON: %.100s", served.Body)
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if !bytes.Equal(x, y) {
		t.Error("/openapi.json is not the committed file")
	}
}

func TestOpenAPIIsOf31AndNamesEveryRoute(t *testing.T) {
	text, err := api.Description()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI[:3] != "3.1" {
		t.Errorf("openapi = %s, want 3.1", doc.OpenAPI)
	}
	for path, method := range map[string]string{"/v1/events": "post", "/v1/events:check": "post", "/v1/subjects/{subject}/recipients": "get"} {
		if doc.Paths[path][method] == nil {
			t.Errorf("%s %s is not described", method, path)
		}
	}
}

func TestOperationsAreServedWithoutAToken(t *testing.T) {
	_, line := api.NewToken("a", api.ScopeEmit)
	f := newFixture(t, api.Options{Tokens: tokens(t, line), Operations: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.URL.Path))
	})})
	for _, page := range []string{"/livez", "/readyz", "/metrics"} {
		if w := f.do(http.MethodGet, page, ""); w.Code != http.StatusOK || w.Body.String() != page {
			t.Errorf("GET %s = %d %s", page, w.Code, w.Body)
		}
	}
	if w := newFixture(t, api.Options{}).do(http.MethodGet, "/metrics", ""); w.Code != http.StatusNotFound {
		t.Errorf("GET /metrics without operations = %d, want 404", w.Code)
	}
}
