package simulate

import "strings"

// faker makes up values that look personal: well-formed, checksums and all, and
// nobody's.
type faker struct{ *random }

func (f *faker) fill(text string) string {
	for name, fake := range map[string]func() string{
		"{phone}":      func() string { return "13" + f.digits(9) },
		"{phone-tail}": func() string { return "3" + f.digits(9) },
		"{wide-phone}": func() string { return wide("13" + f.digits(9)) },
		"{id-card}":    f.idCard,
		"{bank-card}":  f.bankCard,
		"{email}":      func() string { return "someone" + f.digits(3) + "@mail.example" },
	} {
		if strings.Contains(text, name) {
			text = strings.Replace(text, name, fake(), 1)
		}
	}
	return text
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
