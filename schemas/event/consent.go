package event

// ConsentGranted is an event of kind consent.granted: the person gave a consent.
type ConsentGranted struct {
	Meta
	Controller  Party // required
	Holder      Party
	ConsentID   string      // required
	ConsentForm ConsentForm // required
	Purposes    []Purpose   // required
	Categories  []Category
	Recipients  []Party
	Countries   []CountryCode
	Notice      string
	Expires     Day
	Actor       string
	RecordRef   string
	Note        string
	Minor       bool
	Parents     []Ref
}

// Kind is KindConsentGranted.
func (*ConsentGranted) Kind() Kind { return KindConsentGranted }

// Validate says what is wrong with the event, as an Invalid.
func (e *ConsentGranted) Validate() error { return validate(e) }

func (e *ConsentGranted) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("consent_id", e.ConsentID)
	w.text("consent_form", string(e.ConsentForm))
	list(w, "purposes", e.Purposes)
	list(w, "categories", e.Categories)
	list(w, "recipients", e.Recipients)
	list(w, "countries", e.Countries)
	w.text("notice", e.Notice)
	w.text("expires", string(e.Expires))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// ConsentWithdrawn is an event of kind consent.withdrawn: the person took a consent back, wholly or in part; what is absent means all.
type ConsentWithdrawn struct {
	Meta
	Controller Party // required
	Holder     Party
	ConsentID  string
	Purposes   []Purpose
	Categories []Category
	Recipients []Party
	Actor      string
	RecordRef  string
	Note       string
	Minor      bool
	Parents    []Ref
}

// Kind is KindConsentWithdrawn.
func (*ConsentWithdrawn) Kind() Kind { return KindConsentWithdrawn }

// Validate says what is wrong with the event, as an Invalid.
func (e *ConsentWithdrawn) Validate() error { return validate(e) }

func (e *ConsentWithdrawn) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("consent_id", e.ConsentID)
	list(w, "purposes", e.Purposes)
	list(w, "categories", e.Categories)
	list(w, "recipients", e.Recipients)
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}
