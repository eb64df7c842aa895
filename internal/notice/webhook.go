package notice

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/datacustody/custody/internal/erasure"
)

// A Webhook posts notices to a party's URL: a structured CloudEvent, signed, with
// the notice's id as idempotency key. Any answer of 2xx is success.
type Webhook struct {
	URL    string
	Source string
	Key    Key
	Client *http.Client     // nil: one that follows no redirects
	Now    func() time.Time // nil: time.Now
}

// A RefusalError is an answer that is no success.
type RefusalError struct {
	Status int
	after  time.Duration
}

func (r RefusalError) Error() string {
	return fmt.Sprintf("the party answered %d %s", r.Status, http.StatusText(r.Status))
}

// RetryAfter is how long the party asked to be left alone; 0: it did not.
func (r RefusalError) RetryAfter() time.Duration { return r.after }

// Send posts a notice once.
func (w Webhook) Send(ctx context.Context, n erasure.Notification) error {
	body, now := n.CloudEvent(w.Source), time.Now()
	if w.Now != nil {
		now = w.Now()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("post a notice: %w", err)
	}
	for name, value := range map[string]string{
		"content-type": "application/cloudevents+json; charset=utf-8", "user-agent": "custody", "idempotency-key": n.ID,
		HeaderID: n.ID, HeaderTimestamp: stamp(now), HeaderSignature: w.Key.Sign(n.ID, now, body),
	} {
		request.Header.Set(name, value)
	}
	response, err := w.client().Do(request)
	if err != nil {
		return fmt.Errorf("post a notice: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // so that the connection can be used again
	if response.StatusCode/100 != 2 {
		return RefusalError{response.StatusCode, retryAfter(response.Header.Get("retry-after"), now)}
	}
	return nil
}

// The party is who was configured: a redirect could lead to anybody.
var noRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (w Webhook) client() *http.Client {
	if w.Client != nil {
		return w.Client
	}
	return noRedirects
}

// longestWait is the most that a party can ask to be left alone.
const longestWait = 24 * time.Hour

// retryAfter reads seconds or a date; what is neither is 0.
func retryAfter(text string, now time.Time) (wait time.Duration) {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, longestWait))
}
