package erasure

import "time"

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
