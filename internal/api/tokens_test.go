package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/api"
)

func tokens(t *testing.T, lines ...string) *api.Tokens {
	t.Helper()
	ts, err := api.ReadTokens(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

func TestTokensAreRequiredWithTheirScope(t *testing.T) {
	emit, emitLine := api.NewToken("order-service", api.ScopeEmit)
	lookup, lookupLine := api.NewToken("auditor", api.ScopeLookup)
	both, bothLine := api.NewToken("operator", api.ScopeEmit, api.ScopeLookup)
	f := newFixture(t, api.Options{Tokens: tokens(t, "# services", emitLine, "", lookupLine, bothLine)})
	subject := "/v1/subjects/" + person + "/recipients"
	for name, c := range map[string]struct {
		authorization, path string
		want                int
	}{
		"none":               {"", "/v1/events", http.StatusUnauthorized},
		"emit emits":         {"Bearer " + emit, "/v1/events", http.StatusAccepted},
		"emit checks":        {"Bearer " + emit, "/v1/events:check", http.StatusOK},
		"emit looks up":      {"Bearer " + emit, subject, http.StatusForbidden},
		"lookup looks up":    {"Bearer " + lookup, subject, http.StatusOK},
		"lookup emits":       {"Bearer " + lookup, "/v1/events", http.StatusForbidden},
		"both emit":          {"Bearer " + both, "/v1/events", http.StatusAccepted},
		"both look up":       {"Bearer " + both, subject, http.StatusOK},
		"its prefix only":    {"Bearer " + emit[:12], "/v1/events", http.StatusUnauthorized},
		"another's rest":     {"Bearer " + emit[:12] + both[12:], "/v1/events", http.StatusUnauthorized},
		"one letter more":    {"Bearer " + emit + "a", "/v1/events", http.StatusUnauthorized},
		"an unknown one":     {"Bearer " + strings.Repeat("z", 40), "/v1/events", http.StatusUnauthorized},
		"basic":              {"Basic " + emit, "/v1/events", http.StatusUnauthorized},
		"no look-up at all":  {"", subject, http.StatusUnauthorized},
		"no check without":   {"", "/v1/events:check", http.StatusUnauthorized},
		"openapi needs none": {"", "/openapi.json", http.StatusOK},
	} {
		method, body := http.MethodPost, collected("1")
		if !strings.HasPrefix(c.path, "/v1/events") {
			method, body = http.MethodGet, ""
		}
		got := f.do(method, c.path, body, "Content-Type", structured, "Authorization", c.authorization)
		if got.Code != c.want {
			t.Errorf("%s: %s %s = %d, want %d\n%s", name, method, c.path, got.Code, c.want, got.Body)
		}
		if strings.Contains(got.Body.String(), emit[12:]) {
			t.Errorf("%s: the answer repeats the token", name)
		}
	}
}

func TestReadTokensRefuses(t *testing.T) {
	_, line := api.NewToken("a", api.ScopeEmit)
	part := strings.Fields(line)
	for name, lines := range map[string]string{
		"nothing":       "# none\n",
		"three parts":   strings.Join(part[:3], " "),
		"short hash":    fmt.Sprint(part[0], " ", part[1], " ", part[2][:62], " emit"),
		"no hex":        fmt.Sprint(part[0], " ", part[1], " ", strings.Repeat("x", 64), " emit"),
		"another scope": fmt.Sprint(part[0], " ", part[1], " ", part[2], " emit,admin"),
		"short prefix":  fmt.Sprint(part[0], " ", part[1][:5], " ", part[2], " emit"),
		"an address":    strings.Replace(line, "a ", "a@b.example ", 1),
		"twice":         line + "\n" + line,
	} {
		if _, err := api.ReadTokens(strings.NewReader(lines)); err == nil {
			t.Errorf("%s: ReadTokens gives no error", name)
		}
	}
	if _, err := api.LoadTokens(t.TempDir() + "/absent"); err == nil {
		t.Error("LoadTokens of an absent file gives no error")
	}
}
