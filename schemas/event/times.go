package event

// seconds in a day.
const daySeconds = 86400

// days is the number of days from 1970-01-01 to a day of the Gregorian
// calendar; false if there is no such day.
func days(year, month, day int) (n int64, ok bool) {
	if month < 1 || month > 12 || day < 1 || day > monthDays(year, month) {
		return 0, false
	}
	y, m := int64(year), int64(month)
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	inEra := y - era*400
	ofYear := (153*(m-3)+2)/5 + int64(day) - 1
	return era*146097 + inEra*365 + inEra/4 - inEra/100 + ofYear - 719468, true
}

func monthDays(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// readDate reads 2006-01-02: days since 1970-01-01, from 1970 to 2299.
func readDate(s []byte) (int64, bool) {
	if len(s) != 10 {
		return 0, false
	}
	year, n, ok := dateOf(s)
	return n, ok && year >= 1970 && year <= 2299
}

func dateOf(s []byte) (year int, n int64, ok bool) {
	century, a := two(s)
	rest, b := two(s[2:])
	month, c := two(s[5:])
	day, d := two(s[8:])
	if !a || !b || !c || !d || s[4] != '-' || s[7] != '-' {
		return 0, 0, false
	}
	year = century*100 + rest
	n, ok = days(year, month, day)
	return year, n, ok
}

// two reads two digits.
func two(s []byte) (int, bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

// The years of an instant: what fits nanoseconds in 64 bits.
var (
	firstInstant, _ = days(2000, 1, 1)
	lastInstant, _  = days(2262, 1, 1)
)

// readTime reads an RFC 3339 date-time with its zone: nanoseconds since
// 1970-01-01T00:00Z, from 2000 to 2261. Lower-case t and z are read, digits of
// the second after the ninth are cut, and second 60 is the next second.
func readTime(s []byte) (int64, bool) {
	if len(s) < 20 || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	_, day, ok := dateOf(s)
	hour, a := two(s[11:])
	minute, b := two(s[14:])
	second, c := two(s[17:])
	if !ok || !a || !b || !c || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	nanos, s, ok := fraction(s[19:])
	if !ok {
		return 0, false
	}
	offset, ok := zone(s)
	if !ok {
		return 0, false
	}
	t := day*daySeconds + int64(hour)*3600 + int64(minute)*60 + int64(second) - offset
	if t < firstInstant*daySeconds || t >= lastInstant*daySeconds {
		return 0, false
	}
	return t*1e9 + nanos, true
}

// fraction reads the digits after a point, if there is one.
func fraction(s []byte) (nanos int64, rest []byte, ok bool) {
	if s[0] != '.' {
		return 0, s, true
	}
	i, unit := 1, int64(1e8)
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		nanos += int64(s[i]-'0') * unit
		unit /= 10
	}
	return nanos, s[i:], i > 1 && i < len(s)
}

// zone reads Z or +08:00, in seconds east.
func zone(s []byte) (seconds int64, ok bool) {
	if len(s) == 1 {
		return 0, s[0]|0x20 == 'z'
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hours, a := two(s[1:])
	minutes, b := two(s[4:])
	seconds = int64(hours)*3600 + int64(minutes)*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, a && b && hours <= 23 && minutes <= 59
}
