package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"time"
)

// Results are all that was measured.
type results struct {
	began         time.Time
	o             settings
	machine       []string
	contestants   []contestant
	size          float64 // bytes of an event on average
	drains        map[string][]drain
	slowest, ours float64 // the rates that were offered
	half, own     map[string]visible
}

// over gathers a figure of a contestant's drains.
func (r *results) over(name string, figure func(*drain) float64) spread {
	var values []float64
	for _, d := range r.drains[name] {
		values = append(values, figure(&d))
	}
	return spreadOf(values)
}

func (r *results) rate(name string) spread { return r.over(name, (*drain).rate) }

func (r *results) cpu(name string) spread {
	return r.over(name, func(d *drain) float64 { return d.each(d.cpu()) })
}

// slow is the rate of the slowest contestant.
func (r *results) slow() float64 {
	slow := math.Inf(1)
	for name := range r.drains {
		slow = min(slow, r.rate(name).median)
	}
	return slow
}

// Figures are the last line of the output; what was not measured is null.
type figures struct {
	EventsPerSecond       *float64 `json:"custody_events_per_second"`
	RatioKafkaEngine      *float64 `json:"ratio_kafka_engine"`
	CPURatioKafkaEngine   *float64 `json:"cpu_ratio_kafka_engine"`
	RatioKafkaEnginePlain *float64 `json:"ratio_kafka_engine_plain"`
	RatioAfternoonGo      *float64 `json:"ratio_afternoon_go"`
	MemoryMiB             *float64 `json:"memory_mib"`
	VisibleP99            *float64 `json:"visible_p99_ms"`
}

func (r *results) figures() figures {
	ours := r.rate(nameCustody).median
	f := figures{
		EventsPerSecond:       measured(ours, 0),
		RatioKafkaEngine:      ratio(ours, r.rate(nameEngineLog).median),
		CPURatioKafkaEngine:   ratio(r.cpu(nameCustody).median, r.cpu(nameEngineLog).median),
		RatioKafkaEnginePlain: ratio(ours, r.rate(nameEnginePlain).median),
		RatioAfternoonGo:      ratio(ours, r.rate(nameGo).median),
		MemoryMiB:             measured(r.over(nameCustody, func(d *drain) float64 { return d.memory }).most, 0),
	}
	if v, ok := r.own[nameCustody]; ok {
		f.VisibleP99 = measured(float64(v.p99.Milliseconds()), 0)
	}
	return f
}

// measured is a number with so many digits, or none where it was not measured.
func measured(x float64, digits int) *float64 {
	if x == 0 {
		return nil
	}
	unit := math.Pow10(digits)
	x = math.Round(x*unit) / unit
	return &x
}

func ratio(a, b float64) *float64 {
	if b == 0 {
		return nil
	}
	return measured(a/b, 2)
}

// publish prints the results, their figures last, and keeps them in a file.
func (r *results) publish(out io.Writer) error {
	text := r.markdown()
	line, err := json.Marshal(r.figures())
	if err != nil {
		return err
	}
	if r.o.out != "" {
		if err := os.WriteFile(r.o.out, []byte(text+"\n```json\n"+string(line)+"\n```\n"), 0o644); err != nil {
			return fmt.Errorf("keep the results: %w", err)
		}
	}
	_, err = fmt.Fprintf(out, "%s\n%s\n", text, line)
	return err
}
