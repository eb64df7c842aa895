package event

// Faults are what is wrong with one message: the first of the gravest reason,
// and on demand all.
type faults struct {
	worst Rejection
	all   *Invalid // nil: only the worst is wanted
}

const (
	rulePersonal   = "an event carries kinds of data, never data: this looks like a phone number, an ID-card number, an e-mail address or a bank card"
	remedyPersonal = "send a pseudonym or an opaque reference instead"
)

func (f *faults) reset() { f.worst = Rejection{} }

func (f *faults) add(reason Reason, field, rule, remedy string) {
	if f.worst.Reason == ReasonNone || reason < f.worst.Reason {
		f.worst = Rejection{reason, field, rule, remedy}
	}
	if f.all != nil {
		*f.all = append(*f.all, Problem{reason, field, rule, remedy})
	}
}

// shown is an unknown name as a rejection may show it: "?" unless it looks like
// a name and holds no personal value.
func (p *scanner) shown(name []byte) string {
	if len(name) == 0 || len(name) > 40 || !isLetter(name[0]) || p.personal(name, true) {
		return "?"
	}
	for _, c := range name {
		if !touches(c) {
			return "?"
		}
	}
	return string(name)
}
