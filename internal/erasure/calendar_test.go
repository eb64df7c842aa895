package erasure_test

import (
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/erasure"
)

func TestDeadline(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*60*60)
	working := erasure.Calendar{
		Zone: shanghai, Working: true,
		Off: map[string]bool{"2026-10-01": true, "2026-10-02": true}, On: map[string]bool{"2026-10-10": true},
	}
	for name, c := range map[string]struct {
		calendar erasure.Calendar
		at       string
		days     int
		want     string
	}{
		"fifteen days, the last one whole":      {erasure.Calendar{}, "2026-04-01T09:00:00Z", 15, "2026-04-17T00:00:00Z"},
		"a day begins where the policy is":      {erasure.Calendar{Zone: shanghai}, "2026-04-01T17:00:00Z", 1, "2026-04-04T00:00:00+08:00"},
		"over the end of a year":                {erasure.Calendar{}, "2026-12-31T23:59:59Z", 1, "2027-01-02T00:00:00Z"},
		"working days leave out the weekend":    {working, "2026-04-03T09:00:00+08:00", 1, "2026-04-07T00:00:00+08:00"},
		"days off do not count":                 {working, "2026-09-30T09:00:00+08:00", 1, "2026-10-06T00:00:00+08:00"},
		"a Saturday that is worked does":        {working, "2026-10-09T09:00:00+08:00", 1, "2026-10-11T00:00:00+08:00"},
		"no days: the day itself":               {erasure.Calendar{}, "2026-04-01T09:00:00Z", 0, "2026-04-02T00:00:00Z"},
		"working days from a Saturday morning":  {working, "2026-04-04T09:00:00+08:00", 2, "2026-04-08T00:00:00+08:00"},
		"fifteen working days are three weeks":  {erasure.Calendar{Working: true}, "2026-04-06T09:00:00Z", 15, "2026-04-28T00:00:00Z"},
		"a leap day is a day":                   {erasure.Calendar{}, "2028-02-28T09:00:00Z", 1, "2028-03-01T00:00:00Z"},
		"the last nanosecond is of the day yet": {erasure.Calendar{}, "2026-04-01T23:59:59.999999999Z", 1, "2026-04-03T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339Nano, c.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.calendar.Deadline(at, c.days).Format(time.RFC3339); got != c.want {
				t.Errorf("Deadline(%s, %d) = %s, want %s", c.at, c.days, got, c.want)
			}
		})
	}
}

func TestHolidays(t *testing.T) {
	c := erasure.Calendar{Working: true, Zone: time.FixedZone("CST", 8*60*60)}
	err := c.Holidays(strings.NewReader("# National Day 2025\n\n2025-10-01 off\n2025-10-02  off # Thursday\n2025-10-11 on\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2025-09-30": "2025-10-03", "2025-10-10": "2025-10-11", "2025-10-17": "2025-10-20"} {
		at, _ := time.ParseInLocation(time.DateOnly, day, c.Zone)
		if got := c.Deadline(at, 1).AddDate(0, 0, -1).Format(time.DateOnly); got != want {
			t.Errorf("the working day after %s = %s, want %s", day, got, want)
		}
	}
	for text, want := range map[string]string{
		"2025-10-01 off\n2025-13-01 off":     "line 2: \"2025-13-01 off\": want a day",
		"2025-10-01":                         "line 1: \"2025-10-01\": want a day",
		"\n2025-10-01 free":                  "line 2: \"2025-10-01 free\": want a day",
		"2025-10-01 off National Day":        "line 1: \"2025-10-01 off National Day\": want a day",
		"2025-10-11 on\n#\n2025-10-11 off":   "line 3: 2025-10-11 is there already",
		"2025-10-10 on # meant the Saturday": "line 1: 2025-10-10 on: a Friday is worked anyway",
	} {
		if err := c.Holidays(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Holidays(%q) = %v, want %s", text, err, want)
		}
	}
}
