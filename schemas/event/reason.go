package event

// A Reason says why a message was rejected. The first that holds is given, in this order.
type Reason uint8

// The reasons.
const (
	ReasonNone Reason = iota
	ReasonPersonalValue
	ReasonTooLarge
	ReasonTombstone
	ReasonContentMode
	ReasonSyntax
	ReasonAttribute
	ReasonKeyMismatch
	ReasonMissingField
	ReasonUnknownField
	ReasonUnknownTerm
	ReasonBadValue
	ReasonCount
)

// String is the reason as the log stores it: "personal-value".
func (r Reason) String() string { return reasons[r] }

var reasons = [ReasonCount]string{
	ReasonPersonalValue: "personal-value",
	ReasonTooLarge:      "too-large",
	ReasonTombstone:     "tombstone",
	ReasonContentMode:   "content-mode",
	ReasonSyntax:        "syntax",
	ReasonAttribute:     "attribute",
	ReasonKeyMismatch:   "key-mismatch",
	ReasonMissingField:  "missing-field",
	ReasonUnknownField:  "unknown-field",
	ReasonUnknownTerm:   "unknown-term",
	ReasonBadValue:      "bad-value",
}

// A Rejection says why a message is not an event. It never holds a value of it.
type Rejection struct { //nolint:errname // the public name
	Reason Reason
	Field  string // envelope attributes bare, data as data.purpose; "?" for a name that must not be shown; may be empty
	Rule   string // what was expected
	Remedy string // how to mend it
}

func (r *Rejection) Error() string {
	s := r.Reason.String()
	if r.Field != "" {
		s += ": " + r.Field
	}
	return s + ": " + r.Rule
}

// A Problem is one thing that is wrong with an event. It never holds a value of it.
type Problem struct {
	Reason Reason
	Field  string // as in Rejection
	Rule   string // what was expected
	Remedy string // how to mend it
}

// Invalid is everything that is wrong with an event, the gravest first.
type Invalid []Problem //nolint:errname // the public name

func (i Invalid) Error() string {
	s := "invalid event"
	for n, p := range i {
		sep := "; "
		if n == 0 {
			sep = ": "
		}
		s += sep + (*Rejection)(&p).Error()
	}
	return s
}
