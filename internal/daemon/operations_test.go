package daemon_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/daemon"
)

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestReadyzTellsTheReasons(t *testing.T) {
	var health daemon.Health
	mux := daemon.Operations(&health, daemon.NewMetrics(daemon.ReadVersion()))
	if code, _ := get(t, mux, "/readyz"); code != http.StatusOK {
		t.Errorf("/readyz without checks = %d, want 200", code)
	}
	health.Add("kafka", func(context.Context) error { return errors.New("no broker answers") })
	health.Add("clickhouse", func(context.Context) error { return nil })
	code, body := get(t, mux, "/readyz")
	if want := `"reasons":{"kafka":"no broker answers"}`; code != http.StatusServiceUnavailable || !strings.Contains(body, want) {
		t.Errorf("/readyz = %d %s, want 503 with %s", code, body, want)
	}
	if code, _ := get(t, mux, "/livez"); code != http.StatusOK {
		t.Errorf("/livez = %d, want 200: what is not ready is alive", code)
	}
	health.Add("kafka", func(context.Context) error { return nil })
	if code, body := get(t, mux, "/readyz"); code != http.StatusOK {
		t.Errorf("/readyz when all is well again = %d %s, want 200", code, body)
	}
}

func TestReadyzDoesNotHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var health daemon.Health
		health.Add("kafka", untilEnd)
		if got := health.Reasons(t.Context())["kafka"]; got != "context deadline exceeded" {
			t.Errorf("Reasons() = %q, want the deadline", got)
		}
	})
}

func TestMetricsNameTheBuild(t *testing.T) {
	mux := daemon.Operations(new(daemon.Health), daemon.NewMetrics(daemon.Version{Revision: "abc"}))
	if _, body := get(t, mux, "/metrics"); !strings.Contains(body, `custody_build_info{go="",revision="abc",version=""} 1`) {
		t.Errorf("/metrics lacks custody_build_info: %.300s", body)
	}
}

func TestServeEndsRequestsUnderWay(t *testing.T) {
	l, err := daemon.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := daemon.Listen(t.Context(), l.Addr().String()); err == nil || !strings.Contains(err.Error(), l.Addr().String()) {
		t.Errorf("Listen on a port in use = %v, want an error with the address", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	begun, served := make(chan struct{}), make(chan error, 1)
	go func() {
		served <- daemon.Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(begun)
			<-ctx.Done()
			_, _ = io.WriteString(w, "all of it")
		}))
	}()
	go func() { <-begun; cancel() }()
	answer, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "all of it" {
		t.Errorf("the request under way got %q, %v", body, err)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve() = %v, want nil", err)
	}
}

func TestLog(t *testing.T) {
	var out bytes.Buffer
	log, err := (&daemon.Log{Level: "info", Format: "json"}).New(&out)
	if err != nil {
		t.Fatal(err)
	}
	log.Debug("quiet")
	log.Info("batch stored", zap.Int("rows", 5))
	if got := out.String(); strings.Contains(got, "quiet") || !strings.Contains(got, `"msg":"batch stored","rows":5`) {
		t.Errorf("log = %s", got)
	}
	for _, bad := range []daemon.Log{{Level: "loud", Format: "json"}, {Level: "info", Format: "xml"}, {Level: "fatal", Format: "json"}} {
		if _, err := bad.New(io.Discard); err == nil {
			t.Errorf("New() of %+v gave no error", bad)
		}
	}
}
