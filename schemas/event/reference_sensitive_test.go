package event_test

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/datacustody/custody/schemas/event"
)

// The reference's scan for personal values: regular expressions and nothing clever.
var (
	refUUID   = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)
	refMobile = regexp.MustCompile(`^(?:\+86|0086)?1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]\d{4})$`)
	refIDCard = regexp.MustCompile(`^\d{17}[\dxX]$`)
	refEmail  = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{|}~\x60-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}`)
	refNarrow = regexp.MustCompile(`^62\d{14,17}$`)
	refWide   = regexp.MustCompile(`^(?:\d{15,19}|(?:\d{4}[ -]){3}\d{3,4}|(?:\d{4}[ -]){4}\d{1,3})$`)
	refIssuer = regexp.MustCompile(`^(?:34|37|4|5[1-5]|2[2-7]|6)`)
)

// refSensitive says whether s looks as if it held a personal value.
func refSensitive(s string, wide bool) bool {
	s = strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, s)
	s = refUUID.ReplaceAllStringFunc(s, func(string) string { return " " })
	if refHasEmail(s) {
		return true
	}
	for from := range len(s) {
		if from > 0 && refTouches(s[from-1]) || s[from] != '+' && (s[from] < '0' || s[from] > '9') {
			continue
		}
		for to := from + 11; to <= len(s) && to <= from+24; to++ {
			if to < len(s) && refTouches(s[to]) {
				continue
			}
			if refNumber(s[from:to], wide) {
				return true
			}
		}
	}
	return false
}

func refTouches(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func refHasEmail(s string) bool { return refEmail.MatchString(s) }

func refNumber(s string, wide bool) bool {
	switch {
	case refMobile.MatchString(s):
		return true
	case refIDCard.MatchString(s) && refChecksum(s):
		return true
	case wide && refWide.MatchString(s) && refIssuer.MatchString(s):
		return refLuhn(s)
	default:
		return refNarrow.MatchString(s) && refLuhn(s)
	}
}

func refChecksum(s string) bool {
	if _, err := time.Parse("20060102", s[6:14]); err != nil {
		return false
	}
	weights, sum := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}, 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return strings.ToUpper(s[17:]) == "10X98765432"[sum%11:sum%11+1]
}

func refLuhn(s string) bool {
	s = strings.NewReplacer(" ", "", "-", "").Replace(s)
	sum := 0
	for i := range len(s) {
		d, _ := strconv.Atoi(s[len(s)-1-i : len(s)-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// refWhole scans a whole record.
func refWhole(m *event.Message) bool {
	texts := []string{string(m.Key), string(m.Value)}
	for _, h := range m.Headers {
		if refCarried(h.Name) {
			texts = append(texts, string(h.Value), h.Name)
		}
	}
	if n, err := refParse(m.Value); err == nil {
		texts = append(texts, refStrings(n)...)
		if b := n.members["data_base64"]; b.kind == 's' {
			if raw, err := base64.StdEncoding.DecodeString(b.text); err == nil {
				texts = append(texts, string(raw))
				if inner, err := refParse(raw); err == nil {
					texts = append(texts, refStrings(inner)...)
				}
			}
		}
	}
	for _, s := range texts {
		if refSensitive(s, true) {
			return true
		}
	}
	return false
}

func refStrings(n refNode) []string {
	var all []string
	if n.kind == 's' {
		all = append(all, n.text)
	}
	for _, name := range n.names {
		all = append(append(all, name), refStrings(n.members[name])...)
	}
	for _, item := range n.items {
		all = append(all, refStrings(item)...)
	}
	return all
}

func refCarried(header string) bool {
	name := strings.ToLower(header)
	return name == "content-type" || strings.HasPrefix(name, "ce_")
}
