package erasure

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// A Calendar counts the days of a deadline.
type Calendar struct {
	Zone    *time.Location  // in which days end; nil: UTC
	Working bool            // only working days count
	Off     map[string]bool // days off besides Saturday and Sunday: "2026-10-01"
	On      map[string]bool // Saturdays and Sundays that are worked
}

// Deadline is the end of the last of so many days after the one that at is in:
// the day itself does not count, the last counts whole.
func (c Calendar) Deadline(at time.Time, days int) time.Time {
	at = at.In(c.zone())
	for day := at; days > 0; {
		day = day.AddDate(0, 0, 1)
		if at = day; c.counts(day) {
			days--
		}
	}
	return time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, c.zone())
}

// End is the end of a day; zero where it is none.
func (c Calendar) End(day string) time.Time {
	d, err := time.ParseInLocation(time.DateOnly, day, c.zone())
	if err != nil {
		return time.Time{}
	}
	return d.AddDate(0, 0, 1)
}

func (c Calendar) counts(day time.Time) bool {
	if !c.Working {
		return true
	}
	name, weekday := day.Format(time.DateOnly), day.Weekday()
	return c.On[name] || weekday != time.Saturday && weekday != time.Sunday && !c.Off[name]
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Holidays reads which days are off and which Saturdays and Sundays are worked, a
// line each: "2026-10-01 off", "2026-10-10 on". What follows # is left out.
func (c *Calendar) Holidays(r io.Reader) error {
	c.Off, c.On = map[string]bool{}, map[string]bool{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if err := c.holiday(strings.Fields(text)); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

func (c *Calendar) holiday(words []string) error {
	if len(words) == 0 {
		return nil
	}
	day, err := time.Parse(time.DateOnly, words[0])
	if err != nil || len(words) != 2 || words[1] != "off" && words[1] != "on" {
		return fmt.Errorf("%q: want a day and off or on, such as 2026-10-01 off", strings.Join(words, " "))
	}
	name := words[0]
	switch {
	case c.Off[name] || c.On[name]:
		return fmt.Errorf("%s is there already", name)
	case words[1] == "off":
		c.Off[name] = true
	case day.Weekday() != time.Saturday && day.Weekday() != time.Sunday:
		return fmt.Errorf("%s on: a %s is worked anyway", name, day.Weekday())
	default:
		c.On[name] = true
	}
	return nil
}
