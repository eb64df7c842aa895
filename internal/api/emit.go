package api

import (
	"context"
	"errors"
	"net/http"

	"go.uber.org/zap"

	"github.com/datacustody/custody/schemas/event"
)

// A receipt is the answer to events that are stored.
type receipt struct {
	Accepted int `json:"accepted" doc:"How many events are stored: all of the request"`
}

// A verdict is the answer to events that were only to be checked.
type verdict struct {
	Events []result `json:"events" doc:"What the consumer would say of each event. Whether one is a duplicate is known only to the log"`
}

// check says what would become of the events, and stores nothing.
func (s *server) check(w *response, r *http.Request) {
	ms, done, ok := s.receive(w, r)
	if !ok {
		return
	}
	defer done()
	w.answer("application/json", http.StatusOK, verdict{s.checkAll(ms, r.Header.Get("Accept-Language"))})
}

// emit publishes the events that are good, and answers when the broker has
// acknowledged them: 202 if that is all of them.
func (s *server) emit(w *response, r *http.Request) {
	ms, done, ok := s.receive(w, r)
	if !ok {
		return
	}
	defer done()
	results := s.judgeAll(ms)
	err := s.publish(r.Context(), ms, results)
	open := s.count(results)
	if err != nil {
		s.Log.Error("publish events", zap.String("request", w.id), zap.Int("events", len(ms)), zap.Error(err))
	}
	stored := len(ms) - len(open)
	switch {
	case len(open) == 0:
		w.answer("application/json", http.StatusAccepted, receipt{stored})
	case err != nil:
		w.fail(problem{Status: http.StatusServiceUnavailable, kind: "unavailable", after: s.RetryAfter, Accepted: &stored, Events: open,
			Detail: "Kafka has not acknowledged every event. Send the unacknowledged ones again with the same ids; one that did arrive is stored once."})
	default:
		w.fail(problem{Status: http.StatusUnprocessableEntity, kind: "rejected", Accepted: &stored, Events: open,
			Detail: "The events listed break the contract and are not stored; the others are. Mend them as each remedy says, and send them again."})
	}
}

// publish sends what is accepted so far and notes what the broker has not
// acknowledged. Its error is ours, not the events'.
func (s *server) publish(ctx context.Context, ms []event.Message, results []result) error {
	good, places := make([]event.Message, 0, len(ms)), make([]int, 0, len(ms))
	for i := range ms {
		if results[i].Outcome == accepted {
			good, places = append(good, ms[i]), append(places, i)
		}
	}
	if len(good) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.PublishTimeout)
	defer cancel()
	err := s.Publisher.EmitMessages(ctx, good...)
	if err == nil {
		return nil
	}
	var ours error
	for i, why := range failures(err, len(good)) {
		var rejection *event.Rejection
		if errors.As(why, &rejection) {
			results[places[i]].reject(rejection)
			continue
		}
		ours = err
		results[places[i]].Outcome = unacknowledged
		results[places[i]].Remedy = "send it again with the same id"
	}
	return ours
}

// count counts the results and returns those that are not accepted.
func (s *server) count(results []result) (open []result) {
	stored := 0
	for _, r := range results {
		if r.Outcome == accepted {
			stored++
			continue
		}
		open = append(open, r)
		s.metrics.events.WithLabelValues(r.Outcome, r.Reason).Inc()
	}
	s.metrics.events.WithLabelValues(accepted, "").Add(float64(stored))
	return open
}
