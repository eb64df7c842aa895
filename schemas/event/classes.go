package event

// Classes of bytes, for look-up in one table.
const (
	className    = 1 << iota // a-z 0-9 -: names of parties and namespaces
	classWord                // A-Z a-z 0-9 _: what a number must not touch
	classNumber              // 0-9 space -: what a grouped number is made of
	classEmail               // what the local part of an e-mail address is made of
	classURI                 // what a URI reference is made of, but for %
	classPath                // the plain part of classURI
	classAttr                // a-z 0-9: names of extension attributes
	classJSONEnd             // what may follow a number in JSON
)

var classes = func() (t [256]uint8) {
	add := func(class uint8, chars string) {
		for _, c := range []byte(chars) {
			t[c] |= class
		}
	}
	const (
		digits = "0123456789"
		lower  = "abcdefghijklmnopqrstuvwxyz"
		upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		alnum  = digits + lower + upper
	)
	add(className, digits+lower+"-")
	add(classWord, alnum+"_")
	add(classNumber, digits+" -")
	add(classEmail, alnum+".!#$%&'*+/=?^_{|}~`-")
	add(classURI, alnum+"._~:/?#[]@!$&'()*+,;=-")
	add(classPath, alnum+"._~/-")
	add(classAttr, digits+lower)
	add(classJSONEnd, " \t\r\n,]}")
	return t
}()

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return c|0x20-'a' < 26 }
