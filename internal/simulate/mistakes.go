package simulate

import (
	"bytes"

	"github.com/datacustody/custody/schemas/event"
)

// A mistake spoils a good message in structured mode, or says that this one
// does not lend itself to it. What it writes in place of a personal value is
// made up by faker and belongs to nobody.
type mistake struct {
	reason event.Reason
	weight int
	spoil  func(event.Message, *faker) (event.Message, bool)
}

// mistake sends what must be rejected.
func (s *Simulation) mistake() (event.Message, Expect) {
	for {
		a := *s.past.pick(&s.random)
		draw := s.random.next()
		a.id = uuid(draw, mix(draw), 7)
		m := &mistakes[choose(s.random.below(mistakeSum))]
		if spoilt, ok := m.spoil(s.render(&a, 0), &faker{&s.random}); ok {
			expect := s.expect(&a, Rejected)
			expect.Reason = m.reason
			return spoilt, expect
		}
	}
}

var mistakeSum = func() (sum int) {
	for _, m := range mistakes {
		sum += m.weight
	}
	return sum
}()

func choose(draw int) int {
	for i := range mistakes {
		if draw < mistakes[i].weight {
			return i
		}
		draw -= mistakes[i].weight
	}
	return 0
}

// swap replaces the first occurrence of old.
func swap(old, with string) func(event.Message, *faker) (event.Message, bool) {
	return func(m event.Message, _ *faker) (event.Message, bool) {
		if !bytes.Contains(m.Value, []byte(old)) {
			return m, false
		}
		m.Value = bytes.Replace(m.Value, []byte(old), []byte(with), 1)
		return m, true
	}
}

// inData puts a member in front of data's own, unless it has one of the name.
func inData(name, value string) func(event.Message, *faker) (event.Message, bool) {
	return func(m event.Message, f *faker) (event.Message, bool) {
		if bytes.Contains(m.Value, []byte(`"`+name+`":`)) {
			return m, false
		}
		return swap(`"data":{`, `"data":{"`+name+`":`+f.fill(value)+`,`)(m, f)
	}
}

// inEnvelope puts an attribute in front of all others.
func inEnvelope(name, value string) func(event.Message, *faker) (event.Message, bool) {
	return func(m event.Message, f *faker) (event.Message, bool) {
		return swap(`{"specversion"`, `{"`+name+`":`+f.fill(value)+`,"specversion"`)(m, f)
	}
}

// without takes a member away: name, value and the comma behind it.
func without(name string) func(event.Message, *faker) (event.Message, bool) {
	return func(m event.Message, _ *faker) (event.Message, bool) {
		from := bytes.Index(m.Value, []byte(`"`+name+`":`))
		if from < 0 {
			return m, false
		}
		value := from + len(name) + 3
		closing := map[byte]string{'"': `",`, '[': `],`}[m.Value[value]]
		length := bytes.Index(m.Value[value+1:], []byte(closing))
		if closing == "" || length < 0 {
			return m, false
		}
		m.Value = append(bytes.Clone(m.Value[:from]), m.Value[value+1+length+len(closing):]...)
		return m, true
	}
}

// of spoils only events whose type contains word.
func of(word string, spoil func(event.Message, *faker) (event.Message, bool)) func(event.Message, *faker) (event.Message, bool) {
	return func(m event.Message, f *faker) (event.Message, bool) {
		if !bytes.Contains(m.Value, []byte(`"type":"org.datacustody.`+word)) {
			return m, false
		}
		return spoil(m, f)
	}
}

// value replaces the whole value.
func value(change func([]byte) []byte) func(event.Message, *faker) (event.Message, bool) {
	return func(m event.Message, _ *faker) (event.Message, bool) {
		m.Value = change(m.Value)
		return m, true
	}
}

// data replaces the message's end, from the comma in front of data.
func data(end string) func(event.Message, *faker) (event.Message, bool) {
	return value(func(v []byte) []byte {
		before, _, _ := bytes.Cut(v, []byte(`,"data":`))
		return append(bytes.Clone(before), end...)
	})
}

// headers replaces the headers.
func headers(h ...event.Header) func(event.Message, *faker) (event.Message, bool) {
	return func(m event.Message, _ *faker) (event.Message, bool) {
		m.Headers = h
		return m, true
	}
}
