package event

// SubjectLinked is an event of kind subject.linked: two pseudonyms are one person.
type SubjectLinked struct {
	Meta
	Controller    Party // required
	Holder        Party
	LinkedSubject Subject // required
	Actor         string
	RecordRef     string
	Note          string
	Minor         bool
	Parents       []Ref
}

// Kind is KindSubjectLinked.
func (*SubjectLinked) Kind() Kind { return KindSubjectLinked }

// Validate says what is wrong with the event, as an Invalid.
func (e *SubjectLinked) Validate() error { return validate(e) }

func (e *SubjectLinked) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("linked_subject", string(e.LinkedSubject))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// SubjectUnlinked is an event of kind subject.unlinked: two pseudonyms are no longer one person.
type SubjectUnlinked struct {
	Meta
	Controller    Party // required
	Holder        Party
	LinkedSubject Subject // required
	Actor         string
	RecordRef     string
	Note          string
	Minor         bool
	Parents       []Ref
}

// Kind is KindSubjectUnlinked.
func (*SubjectUnlinked) Kind() Kind { return KindSubjectUnlinked }

// Validate says what is wrong with the event, as an Invalid.
func (e *SubjectUnlinked) Validate() error { return validate(e) }

func (e *SubjectUnlinked) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("linked_subject", string(e.LinkedSubject))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// FindingMarked is an event of kind finding.marked: a person judged a finding; it has no subject.
type FindingMarked struct {
	Meta
	Controller Party // required
	Holder     Party
	Finding    string // required
	State      State  // required
	Actor      string // required
	RecordRef  string
	Note       string // required
	Minor      bool
	Parents    []Ref
}

// Kind is KindFindingMarked.
func (*FindingMarked) Kind() Kind { return KindFindingMarked }

// Validate says what is wrong with the event, as an Invalid.
func (e *FindingMarked) Validate() error { return validate(e) }

func (e *FindingMarked) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("finding", e.Finding)
	w.text("state", string(e.State))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// OperationLogged is an event of kind operation.logged: an operator did something to the log; it has no subject.
type OperationLogged struct {
	Meta
	Controller Party
	Holder     Party
	Action     OperationAction // required
	Detail     string
	Actor      string // required
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindOperationLogged.
func (*OperationLogged) Kind() Kind { return KindOperationLogged }

// Validate says what is wrong with the event, as an Invalid.
func (e *OperationLogged) Validate() error { return validate(e) }

func (e *OperationLogged) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("action", string(e.Action))
	w.text("detail", e.Detail)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// AccessLogged is an event of kind access.logged: someone looked a person up in Custody.
type AccessLogged struct {
	Meta
	Controller Party // required
	Holder     Party
	Action     Action // required
	Purpose    Purpose
	Actor      string // required
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindAccessLogged.
func (*AccessLogged) Kind() Kind { return KindAccessLogged }

// Validate says what is wrong with the event, as an Invalid.
func (e *AccessLogged) Validate() error { return validate(e) }

func (e *AccessLogged) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("action", string(e.Action))
	w.text("purpose", string(e.Purpose))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}
