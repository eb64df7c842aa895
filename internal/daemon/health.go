package daemon

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// A Check tells why something is not ready, or nil. It must heed its context.
type Check func(context.Context) error

// Health answers whether the process is alive and whether it can do its work.
// The zero value is healthy.
type Health struct {
	mu     sync.Mutex
	checks map[string]Check
}

// checkWithin is how long all checks together may take: less than a probe waits.
const checkWithin = 2 * time.Second

// Add adds a check under a name; a later one of the same name takes its place.
func (h *Health) Add(name string, c Check) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.checks == nil {
		h.checks = make(map[string]Check)
	}
	h.checks[name] = c
}

// Reasons says what is not ready, by name; it is empty if all is. The checks run side by side.
func (h *Health) Reasons(ctx context.Context) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	h.mu.Lock()
	checks := make(map[string]Check, len(h.checks))
	for name, c := range h.checks {
		checks[name] = c
	}
	h.mu.Unlock()
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		reasons = make(map[string]string)
	)
	for name, check := range checks {
		wg.Go(func() {
			if err := check(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				reasons[name] = err.Error()
			}
		})
	}
	wg.Wait()
	return reasons
}

// Live answers 200 as long as the process can answer at all.
func (h *Health) Live(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{})
}

// Ready answers 200, or 503 with the reasons.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	reasons, status := h.Reasons(r.Context()), http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
	}
	answer(w, status, reasons)
}

func answer(w http.ResponseWriter, status int, reasons map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A probe that hung up is told nothing, and needs nothing.
	_ = json.NewEncoder(w).Encode(map[string]any{"ready": len(reasons) == 0, "reasons": reasons})
}
