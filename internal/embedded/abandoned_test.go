package embedded_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/embedded"
)

// A query whose asker has gone away does not run on.
func TestAnAbandonedQueryEnds(t *testing.T) {
	c := start(t, embedded.Options{Dir: t.TempDir()})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	login := url.Values{"user": {"auditor"}, "password": {c.Passwords()["auditor"]}, "query_id": {"abandoned"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.HTTPAddr()+"/?"+login.Encode(),
		strings.NewReader("SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1"))
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 1)
	go func() {
		_, err := http.DefaultClient.Do(request)
		gone <- err
	}()
	running := func() string {
		return must(t, c, "admin", "SELECT count() FROM system.processes WHERE query_id = 'abandoned'")
	}
	eventually(t, "the query runs", func() bool { return running() == "1" })
	if err := <-gone; err == nil {
		t.Fatal("the query has an answer, want the asker to go away")
	}
	eventually(t, "the query is over", func() bool { return running() == "0" })
}
