package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"time"

	"go.uber.org/zap"
)

// caller is the context's key of who asks.
type caller struct{}

// callerOf names who asks: the token's name.
func callerOf(ctx context.Context) string {
	name, _ := ctx.Value(caller{}).(string)
	return cmp.Or(name, "anonymous")
}

// route wraps a handler in what all have in common: an id by which the log and
// the client speak of the request, the token, metrics, and an answer whatever happens.
func (s *server) route(name string, h func(*response, *http.Request), scopes ...Scope) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w := &response{ResponseWriter: rw, id: requestID(), patience: s.BodyTimeout}
		w.Header().Set("X-Request-Id", w.id)
		w.Header().Set("Cache-Control", "no-store")
		defer func(start time.Time) {
			if v := recover(); v != nil {
				s.Log.Error("handler broke down", zap.String("route", name), zap.String("request", w.id), zap.Stack("stack"))
				w.fail(problem{Status: http.StatusInternalServerError, Detail: "Custody broke down over this request; its log has the details."})
			}
			s.metrics.served(name, cmp.Or(w.status, http.StatusOK), time.Since(start))
		}(time.Now())

		who, p := s.Tokens.admit(r, scopes...)
		if p != nil {
			w.fail(*p)
			return
		}
		h(w, r.WithContext(context.WithValue(r.Context(), caller{}, who)))
	})
}

// A response remembers the status that was sent.
type response struct {
	http.ResponseWriter
	id       string
	status   int
	patience time.Duration // with a client that does not read its answer
}

// WriteHeader notes the status.
func (w *response) WriteHeader(status int) {
	w.status = cmp.Or(w.status, status)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController through.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// requestID is random: one given by the client might hold a personal value.
func requestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
