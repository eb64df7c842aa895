package simulate

import "strings"

// faker makes up values that look personal: well-formed, checksums and all, and
// nobody's.
type faker struct{ *random }

// fill makes up the value that text names in braces, if it does.
func (f *faker) fill(text string) string {
	before, rest, ok := strings.Cut(text, "{")
	if !ok {
		return text
	}
	name, after, _ := strings.Cut(rest, "}")
	return before + f.value(name) + after
}

func (f *faker) value(name string) string {
	switch name {
	case "phone":
		return "13" + f.digits(9)
	case "phone-tail":
		return "3" + f.digits(9)
	case "wide-phone":
		return wide("13" + f.digits(9))
	case "id-card":
		return f.idCard()
	case "bank-card":
		return f.bankCard()
	case "email":
		return "someone" + f.digits(3) + "@mail.example"
	}
	panic("simulate: nobody makes up a " + name)
}

func (f *faker) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(f.below(10))
	}
	return string(b)
}

// idCard ends with its checksum, ISO 7064 MOD 11-2.
func (f *faker) idCard() string {
	number := "110101" + "19900307" + f.digits(3)
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(number[i]-'0') * weight
	}
	return number + string("10X98765432"[sum%11])
}

// bankCard passes Luhn's check.
func (f *faker) bankCard() string {
	number := "622848" + f.digits(12)
	sum := 0
	for i := range number {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return number + string(rune('0'+(10-sum%10)%10))
}

// wide writes full-width digits.
func wide(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + 0xff10 }, digits)
}
