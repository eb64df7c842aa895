package api

import "bytes"

// split cuts a JSON array into its elements, most at most, without copying. It looks at
// brackets, strings and commas only: what is wrong inside an element is for the
// decoder to say, which then names the one event that has it.
func split(body []byte, most int) ([][]byte, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	body = trim(body)
	if len(body) < 2 || body[0] != '[' || body[len(body)-1] != ']' {
		return nil, errBatch
	}
	body = body[1 : len(body)-1]
	if len(trim(body)) == 0 {
		return nil, nil
	}
	var elements [][]byte
	depth, start := 0, 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			n := stringEnd(body[i+1:])
			if n < 0 {
				return nil, errBatch
			}
			i += n
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return nil, errBatch
			}
		case ',':
			if depth == 0 {
				if len(elements)+1 == most {
					return nil, errTooMany
				}
				elements = append(elements, trim(body[start:i]))
				start = i + 1
			}
		}
	}
	if depth != 0 {
		return nil, errBatch
	}
	return append(elements, trim(body[start:])), nil
}

// stringEnd is how many bytes follow the opening quote, the closing one included; -1 without one.
func stringEnd(s []byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// trim takes JSON's white space off both ends.
func trim(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }
