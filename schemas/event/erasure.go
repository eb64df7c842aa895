package event

import "time"

// ErasureRequested is an event of kind erasure.requested: data is to be erased; opens a case, whose id is RequestID or the event's own.
type ErasureRequested struct {
	Meta
	Controller Party // required
	Holder     Party
	RequestID  string
	Ground     Ground // required
	Scope      Scope  // required
	Categories []Category
	Recipients []Party
	Deadline   time.Time
	Actor      string
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindErasureRequested.
func (*ErasureRequested) Kind() Kind { return KindErasureRequested }

// Validate says what is wrong with the event, as an Invalid.
func (e *ErasureRequested) Validate() error { return validate(e) }

func (e *ErasureRequested) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("request_id", e.RequestID)
	w.text("ground", string(e.Ground))
	w.text("scope", string(e.Scope))
	list(w, "categories", e.Categories)
	list(w, "recipients", e.Recipients)
	w.time("deadline", e.Deadline)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// ErasureNotified is an event of kind erasure.notified: one recipient was sent the notice, or sending failed.
type ErasureNotified struct {
	Meta
	Controller    Party // required
	Holder        Party
	RequestID     string        // required
	Recipient     Party         // required
	NoticeChannel NoticeChannel // required
	Attempt       int           // required
	Delivery      Delivery      // required
	Categories    []Category
	Actor         string
	RecordRef     string
	Note          string
	Minor         bool
	Parents       []Ref
}

// Kind is KindErasureNotified.
func (*ErasureNotified) Kind() Kind { return KindErasureNotified }

// Validate says what is wrong with the event, as an Invalid.
func (e *ErasureNotified) Validate() error { return validate(e) }

func (e *ErasureNotified) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("request_id", e.RequestID)
	w.text("recipient", string(e.Recipient))
	w.text("notice_channel", string(e.NoticeChannel))
	w.int("attempt", e.Attempt)
	w.text("delivery", string(e.Delivery))
	list(w, "categories", e.Categories)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// ErasureAcknowledged is an event of kind erasure.acknowledged: the recipient has the notice.
type ErasureAcknowledged struct {
	Meta
	Controller Party // required
	Holder     Party
	RequestID  string // required
	Recipient  Party  // required
	Evidence   *Evidence
	Actor      string
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindErasureAcknowledged.
func (*ErasureAcknowledged) Kind() Kind { return KindErasureAcknowledged }

// Validate says what is wrong with the event, as an Invalid.
func (e *ErasureAcknowledged) Validate() error { return validate(e) }

func (e *ErasureAcknowledged) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("request_id", e.RequestID)
	w.text("recipient", string(e.Recipient))
	w.evidence(e.Evidence)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// ErasureExecuted is an event of kind erasure.executed: the recipient, or the holder itself, says that it is done.
type ErasureExecuted struct {
	Meta
	Controller Party // required
	Holder     Party
	RequestID  string // required
	Recipient  Party
	Method     Method // required
	Categories []Category
	Evidence   *Evidence
	Actor      string
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindErasureExecuted.
func (*ErasureExecuted) Kind() Kind { return KindErasureExecuted }

// Validate says what is wrong with the event, as an Invalid.
func (e *ErasureExecuted) Validate() error { return validate(e) }

func (e *ErasureExecuted) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("request_id", e.RequestID)
	w.text("recipient", string(e.Recipient))
	w.text("method", string(e.Method))
	list(w, "categories", e.Categories)
	w.evidence(e.Evidence)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// ErasureRestricted is an event of kind erasure.restricted: the data is kept, for storage only.
type ErasureRestricted struct {
	Meta
	Controller Party // required
	Holder     Party
	RequestID  string // required
	Recipient  Party
	Exemption  Exemption // required
	Until      Day
	Categories []Category
	Evidence   *Evidence
	Actor      string
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindErasureRestricted.
func (*ErasureRestricted) Kind() Kind { return KindErasureRestricted }

// Validate says what is wrong with the event, as an Invalid.
func (e *ErasureRestricted) Validate() error { return validate(e) }

func (e *ErasureRestricted) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("request_id", e.RequestID)
	w.text("recipient", string(e.Recipient))
	w.text("exemption", string(e.Exemption))
	w.text("until", string(e.Until))
	list(w, "categories", e.Categories)
	w.evidence(e.Evidence)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// ErasureRefused is an event of kind erasure.refused: the recipient, or the holder itself, refuses.
type ErasureRefused struct {
	Meta
	Controller Party // required
	Holder     Party
	RequestID  string // required
	Recipient  Party
	Refusal    Refusal // required
	Evidence   *Evidence
	Actor      string
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindErasureRefused.
func (*ErasureRefused) Kind() Kind { return KindErasureRefused }

// Validate says what is wrong with the event, as an Invalid.
func (e *ErasureRefused) Validate() error { return validate(e) }

func (e *ErasureRefused) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("request_id", e.RequestID)
	w.text("recipient", string(e.Recipient))
	w.text("refusal", string(e.Refusal))
	w.evidence(e.Evidence)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// ErasureVerified is an event of kind erasure.verified: someone checked that it is done.
type ErasureVerified struct {
	Meta
	Controller Party // required
	Holder     Party
	RequestID  string // required
	Recipient  Party
	Evidence   *Evidence // required
	Actor      string
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindErasureVerified.
func (*ErasureVerified) Kind() Kind { return KindErasureVerified }

// Validate says what is wrong with the event, as an Invalid.
func (e *ErasureVerified) Validate() error { return validate(e) }

func (e *ErasureVerified) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("request_id", e.RequestID)
	w.text("recipient", string(e.Recipient))
	w.evidence(e.Evidence)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}
