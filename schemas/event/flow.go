package event

// Collected is an event of kind data.collected: data was got: from the person, observed on a device, from a third party or from a public source.
type Collected struct {
	Meta
	Controller     Party // required
	Holder         Party
	Categories     []Category // required
	Purpose        Purpose    // required
	Origin         Origin     // required
	From           Party
	LegalBasis     LegalBasis
	ConsentForm    ConsentForm
	ConsentID      string
	Protection     Protection
	Necessity      Necessity
	Channel        Channel
	SDK            *SDK
	ContractRef    string
	RetentionUntil Day
	Actor          string
	RecordRef      string
	Note           string
	Minor          bool
	Parents        []Ref
}

// Kind is KindCollected.
func (*Collected) Kind() Kind { return KindCollected }

// Validate says what is wrong with the event, as an Invalid.
func (e *Collected) Validate() error { return validate(e) }

func (e *Collected) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	list(w, "categories", e.Categories)
	w.text("purpose", string(e.Purpose))
	w.text("origin", string(e.Origin))
	w.text("from", string(e.From))
	w.text("legal_basis", string(e.LegalBasis))
	w.text("consent_form", string(e.ConsentForm))
	w.text("consent_id", e.ConsentID)
	w.text("protection", string(e.Protection))
	w.text("necessity", string(e.Necessity))
	w.text("channel", string(e.Channel))
	w.sdk(e.SDK)
	w.text("contract_ref", e.ContractRef)
	w.text("retention_until", string(e.RetentionUntil))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// Used is an event of kind data.used: data was used inside: an access, an automated decision, the training of a model.
type Used struct {
	Meta
	Controller     Party // required
	Holder         Party
	Categories     []Category // required
	Purpose        Purpose    // required
	LegalBasis     LegalBasis
	ConsentForm    ConsentForm
	ConsentID      string
	Protection     Protection
	Necessity      Necessity
	Channel        Channel
	SDK            *SDK
	ContractRef    string
	RetentionUntil Day
	Actor          string
	RecordRef      string
	Note           string
	Minor          bool
	Parents        []Ref
}

// Kind is KindUsed.
func (*Used) Kind() Kind { return KindUsed }

// Validate says what is wrong with the event, as an Invalid.
func (e *Used) Validate() error { return validate(e) }

func (e *Used) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	list(w, "categories", e.Categories)
	w.text("purpose", string(e.Purpose))
	w.text("legal_basis", string(e.LegalBasis))
	w.text("consent_form", string(e.ConsentForm))
	w.text("consent_id", e.ConsentID)
	w.text("protection", string(e.Protection))
	w.text("necessity", string(e.Necessity))
	w.text("channel", string(e.Channel))
	w.sdk(e.SDK)
	w.text("contract_ref", e.ContractRef)
	w.text("retention_until", string(e.RetentionUntil))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// Shared is an event of kind data.shared: data was given to a recipient.
type Shared struct {
	Meta
	Controller     Party // required
	Holder         Party
	Recipient      Party        // required
	Relationship   Relationship // required
	Categories     []Category   // required
	Purpose        Purpose      // required
	Country        CountryCode
	RecipientRef   string
	LegalBasis     LegalBasis
	ConsentForm    ConsentForm
	ConsentID      string
	Protection     Protection
	Necessity      Necessity
	Channel        Channel
	SDK            *SDK
	ContractRef    string
	RetentionUntil Day
	Actor          string
	RecordRef      string
	Note           string
	Minor          bool
	Parents        []Ref
}

// Kind is KindShared.
func (*Shared) Kind() Kind { return KindShared }

// Validate says what is wrong with the event, as an Invalid.
func (e *Shared) Validate() error { return validate(e) }

func (e *Shared) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("recipient", string(e.Recipient))
	w.text("relationship", string(e.Relationship))
	list(w, "categories", e.Categories)
	w.text("purpose", string(e.Purpose))
	w.text("country", string(e.Country))
	w.text("recipient_ref", e.RecipientRef)
	w.text("legal_basis", string(e.LegalBasis))
	w.text("consent_form", string(e.ConsentForm))
	w.text("consent_id", e.ConsentID)
	w.text("protection", string(e.Protection))
	w.text("necessity", string(e.Necessity))
	w.text("channel", string(e.Channel))
	w.sdk(e.SDK)
	w.text("contract_ref", e.ContractRef)
	w.text("retention_until", string(e.RetentionUntil))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// TransferredAbroad is an event of kind data.transferred-abroad: data was given to a recipient outside the country.
type TransferredAbroad struct {
	Meta
	Controller     Party // required
	Holder         Party
	Recipient      Party        // required
	Relationship   Relationship // required
	Country        CountryCode  // required
	Categories     []Category   // required
	Purpose        Purpose      // required
	Mechanism      Mechanism
	ApprovalRef    string
	RecipientRef   string
	LegalBasis     LegalBasis
	ConsentForm    ConsentForm
	ConsentID      string
	Protection     Protection
	Necessity      Necessity
	Channel        Channel
	SDK            *SDK
	ContractRef    string
	RetentionUntil Day
	Actor          string
	RecordRef      string
	Note           string
	Minor          bool
	Parents        []Ref
}

// Kind is KindTransferredAbroad.
func (*TransferredAbroad) Kind() Kind { return KindTransferredAbroad }

// Validate says what is wrong with the event, as an Invalid.
func (e *TransferredAbroad) Validate() error { return validate(e) }

func (e *TransferredAbroad) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	w.text("recipient", string(e.Recipient))
	w.text("relationship", string(e.Relationship))
	w.text("country", string(e.Country))
	list(w, "categories", e.Categories)
	w.text("purpose", string(e.Purpose))
	w.text("mechanism", string(e.Mechanism))
	w.text("approval_ref", e.ApprovalRef)
	w.text("recipient_ref", e.RecipientRef)
	w.text("legal_basis", string(e.LegalBasis))
	w.text("consent_form", string(e.ConsentForm))
	w.text("consent_id", e.ConsentID)
	w.text("protection", string(e.Protection))
	w.text("necessity", string(e.Necessity))
	w.text("channel", string(e.Channel))
	w.sdk(e.SDK)
	w.text("contract_ref", e.ContractRef)
	w.text("retention_until", string(e.RetentionUntil))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}

// Disclosed is an event of kind data.disclosed: data was made public.
type Disclosed struct {
	Meta
	Controller       Party // required
	Holder           Party
	Categories       []Category // required
	Purpose          Purpose    // required
	Audience         Audience   // required
	DisclosureGround DisclosureGround
	LegalBasis       LegalBasis
	ConsentForm      ConsentForm
	ConsentID        string
	Protection       Protection
	Necessity        Necessity
	Channel          Channel
	SDK              *SDK
	ContractRef      string
	RetentionUntil   Day
	Actor            string
	RecordRef        string
	Note             string
	Minor            bool
	Parents          []Ref
}

// Kind is KindDisclosed.
func (*Disclosed) Kind() Kind { return KindDisclosed }

// Validate says what is wrong with the event, as an Invalid.
func (e *Disclosed) Validate() error { return validate(e) }

func (e *Disclosed) encode(w *writer) {
	w.text("controller", string(e.Controller))
	w.text("holder", string(e.Holder))
	list(w, "categories", e.Categories)
	w.text("purpose", string(e.Purpose))
	w.text("audience", string(e.Audience))
	w.text("disclosure_ground", string(e.DisclosureGround))
	w.text("legal_basis", string(e.LegalBasis))
	w.text("consent_form", string(e.ConsentForm))
	w.text("consent_id", e.ConsentID)
	w.text("protection", string(e.Protection))
	w.text("necessity", string(e.Necessity))
	w.text("channel", string(e.Channel))
	w.sdk(e.SDK)
	w.text("contract_ref", e.ContractRef)
	w.text("retention_until", string(e.RetentionUntil))
	w.common(e.Actor, e.RecordRef, e.Note, e.Minor, e.Parents)
}
