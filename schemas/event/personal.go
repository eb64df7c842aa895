package event

import (
	"bytes"
	"encoding/binary"
)

// A Scanner finds values that look personal: mainland mobile numbers, ID-card
// numbers, e-mail addresses, bank cards. Canonical UUIDs are blanked first,
// full-width digits count as ASCII ones, and a number must not touch an ASCII
// letter, a digit or "_": else one random UUID in 1,400 would be a hit.
type scanner struct{ narrowed, blanked []byte }

// personal says whether s looks as if it held a personal value. Wide are the
// bank cards of any issuer, also in groups: free text can hold those, while of
// order numbers one in ten passes Luhn.
func (p *scanner) personal(s []byte, wide bool) bool {
	if !suspicious(s) {
		return false
	}
	s = p.normalise(s)
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '@':
			if isMail(s, i) {
				return true
			}
			i++
		case !isDigit(c) && c != '+':
			i++
		default:
			n := 1
			for i+n < len(s) && isDigit(s[i+n]) {
				n++
			}
			if (i == 0 || !touches(s[i-1])) && isNumber(s[i:], n, wide) {
				return true
			}
			if c == '+' {
				n = 1
			}
			i += n
		}
	}
	return false
}

// minNumber is the length of the shortest personal number.
const minNumber = 11

// suspicious says that s has what every personal value has: an "@", a run of
// eleven characters that a number is made of, or a full-width digit. Of the
// last, UTF-8 begins with 0xef. Only every eleventh byte need be looked at.
func suspicious(s []byte) bool {
	n := len(s)
	if n < 8 {
		return bytes.IndexByte(s, '@') >= 0
	}
	alarm := alarming(binary.LittleEndian.Uint64(s[n-8:]))
	for i := 0; i < n-8; i += 8 {
		alarm |= alarming(binary.LittleEndian.Uint64(s[i:]))
	}
	if alarm != 0 && (bytes.IndexByte(s, '@') >= 0 || bytes.IndexByte(s, 0xef) >= 0) {
		return true
	}
	for at := minNumber - 1; at < len(s); at += minNumber {
		if classes[s[at]]&classNumber == 0 {
			continue
		}
		from := at
		for from > 0 && at-from < minNumber && classes[s[from-1]]&classNumber != 0 {
			from--
		}
		to := at + 1
		for to < len(s) && to-from < minNumber && classes[s[to]]&classNumber != 0 {
			to++
		}
		if to-from >= minNumber {
			return true
		}
	}
	return false
}

// alarming is not zero where one of eight bytes is "@" or beyond ASCII.
func alarming(w uint64) uint64 {
	at := w ^ ones*'@'
	return (w | (at-ones)&^at) & highs
}

// normalise is s with its full-width digits made ASCII and a space in the place
// of each UUID; a copy, where it differs.
func (p *scanner) normalise(s []byte) []byte {
	if bytes.IndexByte(s, 0xef) >= 0 {
		s = p.narrow(s)
	}
	if len(s) < uuidLen {
		return s
	}
	return p.blankUUIDs(s)
}

// narrow makes the full-width digits U+FF10 to U+FF19 ASCII.
func (p *scanner) narrow(s []byte) []byte {
	out := p.narrowed[:0]
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == 0xef && i+2 < len(s) && s[i+1] == 0xbc && s[i+2]-0x90 <= 9 {
			c = s[i+2] - 0x90 + '0'
			i += 2
		}
		out = append(out, c)
	}
	p.narrowed = out
	return out
}

// blankUUIDs puts a space in the place of each UUID, from hyphen to hyphen.
func (p *scanner) blankUUIDs(s []byte) []byte {
	out, kept := p.blanked[:0], 0
	for at := 0; at+uuidLen <= len(s); {
		hyphen := bytes.IndexByte(s[at+8:], '-')
		if hyphen < 0 {
			break
		}
		if at += hyphen; at+uuidLen <= len(s) && isUUID(s[at:at+uuidLen]) {
			out = append(append(out, s[kept:at]...), ' ')
			at += uuidLen
			kept = at
			continue
		}
		at++
	}
	if kept == 0 {
		return s
	}
	out = append(out, s[kept:]...)
	p.blanked = out
	return out
}

// isUUID says that 36 bytes are a UUID in canonical form, of either case.
func isUUID(b []byte) bool {
	for i, c := range b {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if unhex(c) > 15 {
			return false
		}
	}
	return true
}

func touches(c byte) bool { return classes[c]&classWord != 0 }

// isMail says that the "@" at i stands in an address: something before it,
// and after it a domain with a dot and a top level of letters.
func isMail(s []byte, i int) bool {
	if i == 0 || classes[s[i-1]]&classEmail == 0 {
		return false
	}
	label := 0
	for j := i + 1; j < len(s); j++ {
		c := s[j]
		switch {
		case c == '.':
			if label == 0 {
				return false
			}
			if j+2 < len(s) && isLetter(s[j+1]) && isLetter(s[j+2]) {
				return true
			}
			label = 0
		case c == '-' || isDigit(c) || isLetter(c):
			label++
		default:
			return false
		}
	}
	return false
}

// isNumber says that s begins with a personal number. Its first n bytes are
// digits, or a plus sign and digits.
func isNumber(s []byte, n int, wide bool) bool {
	ends := func(n int) bool { return len(s) == n || !touches(s[n]) }
	switch {
	case s[0] == '+':
		return len(s) > 3 && s[1] == '8' && s[2] == '6' && mobile(s[3:], n-3)
	case s[0] == '0' && n > 4 && s[1] == '0' && s[2] == '8' && s[3] == '6' && mobile(s[4:], n-4):
		return true
	case mobile(s, n):
		return true
	case n == 17 && len(s) > 17 && s[17]|0x20 == 'x' && ends(18):
		return idCard(s)
	case !ends(n):
		return false
	case n == 18 && idCard(s):
		return true
	case n >= 16 && n <= 19 && s[0] == '6' && s[1] == '2' && luhn(s[:n]):
		return true
	case wide && n >= 15 && n <= 19:
		return issued(s) && luhn(s[:n])
	case wide && n == 4 && issued(s):
		return groups(s)
	}
	return false
}

// mobile says that s, whose first n bytes are digits, begins with a mobile
// number, plain or in 3-4-4, that touches nothing after it.
func mobile(s []byte, n int) bool {
	if n < 3 || s[0] != '1' || s[1] < '3' {
		return false
	}
	if n == 11 {
		return len(s) == 11 || !touches(s[11])
	}
	return n == 3 && len(s) >= 13 && separator(s[3]) && digits(s[4:8]) && separator(s[8]) && digits(s[9:13]) &&
		(len(s) == 13 || !touches(s[13]))
}

func separator(c byte) bool { return c == ' ' || c == '-' }

func digits(s []byte) bool {
	for _, c := range s {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// idCard says that 18 characters are a resident identity number (GB 11643): a
// date that there was, and a checksum that holds.
func idCard(s []byte) bool {
	number := func(b []byte) (n int) {
		for _, c := range b {
			n = n*10 + int(c-'0')
		}
		return n
	}
	if _, ok := days(number(s[6:10]), number(s[10:12]), number(s[12:14])); !ok {
		return false
	}
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * weight
	}
	check := s[17]
	if check == 'x' {
		check = 'X'
	}
	return check == "10X98765432"[sum%11]
}

// issued says that a number begins as bank cards do.
func issued(s []byte) bool {
	switch s[0] {
	case '4', '6':
		return true
	case '3':
		return s[1] == '4' || s[1] == '7'
	case '5':
		return s[1] >= '1' && s[1] <= '5'
	case '2':
		return s[1] >= '2' && s[1] <= '7'
	}
	return false
}

// groups says that s begins with a bank card in groups of four.
func groups(s []byte) bool {
	var card [20]byte
	n, i := 0, 0
	for i < len(s) && n < 20 {
		from := i
		for i < len(s) && n < 20 && isDigit(s[i]) {
			card[n] = s[i]
			n, i = n+1, i+1
		}
		if (i == len(s) || !touches(s[i])) && n >= 15 && n <= 19 && i-from <= 4 && luhn(card[:n]) {
			return true
		}
		if i-from != 4 || i == len(s) || !separator(s[i]) {
			return false
		}
		i++
	}
	return false
}

func luhn(s []byte) bool {
	sum := 0
	for i, c := range s {
		d := int(c - '0')
		if (len(s)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
