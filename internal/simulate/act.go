package simulate

import (
	"fmt"
	"slices"
	"time"
)

// An act is all that an event is made of. The same act, rendered in whatever
// style, is the same event.
type act struct {
	form    *form
	person  uint32
	party   uint8 // the recipient whose turn it is in an erasure
	choices [choiceCount]uint8
	serial  uint64
	id      [16]byte
	time    int64 // nanoseconds, whole milliseconds
	trace   uint64
	ids     [maxNamed][16]byte
}

// A hole is a place in a form that an act fills.
type hole uint8

const (
	noHole hole = iota
	holeParty
	holeSerial   // 16 hexadecimal digits of the story, beside letters
	holeSubject  // the person's own pseudonym
	holeAlias    // the person's other pseudonym
	holeAccount  // the UUID under which another company knows the person
	holeConsent  // the person's standing consent
	holeDeadline // 15 days after the event
	holeLate     // 30 days after the event
	holeKeep     // three years after the event, a date
	holeCountry  // where the recipient is registered
	holeChoice
	holeID = holeChoice + choiceCount
)

func holeNamed(name string) hole {
	switch name {
	case "party":
		return holeParty
	case "serial":
		return holeSerial
	case "subject":
		return holeSubject
	case "alias":
		return holeAlias
	case "account":
		return holeAccount
	case "consent":
		return holeConsent
	case "deadline":
		return holeDeadline
	case "late":
		return holeLate
	case "keep":
		return holeKeep
	case "country":
		return holeCountry
	}
	if i := slices.Index(choiceNames[:], name); i >= 0 {
		return holeChoice + hole(i)
	}
	var i hole
	must(fmt.Sscanf(name, "id-%d", &i))
	return holeID + i
}

// recipient is the party that the act gives data to.
func (a *act) recipient() uint8 {
	switch at := a.form.goesTo; {
	case at >= holeChoice && at < holeID:
		return a.choices[at-holeChoice]
	case at == holeParty:
		return a.party
	}
	return a.form.sentTo
}

// findings are the rules that the act breaks as it was told, and by whom it names.
func (a *act) findings() []string {
	if a.form.names && unregistered[a.party] {
		return a.form.breaksByParty
	}
	return a.form.breaks
}

// fill appends what stands in a hole.
func (s *Simulation) fill(b []byte, a *act, h hole) []byte {
	switch h {
	case noHole:
		return b
	case holeParty:
		return append(b, parties[a.party]...)
	case holeSerial:
		return appendHex(b, a.serial)
	case holeSubject:
		return appendUUID(append(append(b, s.shopOf(a.person).name...), ':'), s.pseudonym(a.person, thePerson))
	case holeAlias:
		return appendUUID(append(b, "alipay:"...), s.pseudonym(a.person, theAlias))
	case holeAccount:
		return appendUUID(b, s.pseudonym(a.person, theAlias+7))
	case holeConsent:
		return appendUUID(b, s.pseudonym(a.person, theAlias+8))
	case holeDeadline:
		return time.Unix(0, a.time).UTC().AddDate(0, 0, 15).AppendFormat(b, time.RFC3339)
	case holeLate:
		return time.Unix(0, a.time).UTC().AddDate(0, 0, 30).AppendFormat(b, time.RFC3339)
	case holeCountry:
		return append(b, countries[a.recipient()]...)
	case holeKeep:
		return time.Unix(0, a.time).UTC().AddDate(3, 0, 0).AppendFormat(b, time.DateOnly)
	}
	if h < holeID {
		return append(b, parties[a.choices[h-holeChoice]]...)
	}
	return appendUUID(b, a.ids[h-holeID])
}

const hexDigits = "0123456789abcdef"

func appendHex(b []byte, v uint64) []byte {
	for shift := 60; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[v>>shift&15])
	}
	return b
}

func appendUUID(b []byte, id [16]byte) []byte {
	for i, v := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[v>>4], hexDigits[v&15])
	}
	return b
}
