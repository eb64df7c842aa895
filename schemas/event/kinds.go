package event

import "slices"

// A Kind is a kind of event.
type Kind uint8

// The kinds, in the order of the contract.
const (
	NoKind Kind = iota
	KindCollected
	KindUsed
	KindShared
	KindTransferredAbroad
	KindDisclosed
	KindConsentGranted
	KindConsentWithdrawn
	KindErasureRequested
	KindErasureNotified
	KindErasureAcknowledged
	KindErasureExecuted
	KindErasureRestricted
	KindErasureRefused
	KindErasureVerified
	KindSubjectLinked
	KindSubjectUnlinked
	KindFindingMarked
	KindOperationLogged
	KindAccessLogged
	KindCount
)

const (
	typePrefix   = "org.datacustody."
	typeSuffix   = ".v1"
	schemaPrefix = "https://datacustody.org/schemas/"
	schemaSuffix = ".v1.json"
)

// String is the kind's name: "data.shared".
func (k Kind) String() string { return kinds[k].Name }

// Type is the CloudEvents type: "org.datacustody.data.shared.v1"; "" for NoKind.
func (k Kind) Type() string {
	if k == NoKind {
		return ""
	}
	return typePrefix + kinds[k].Name + typeSuffix
}

// Schema is the $id of the kind's JSON Schema.
func (k Kind) Schema() string { return schemaPrefix + kinds[k].Name + schemaSuffix }

// A SubjectRule says whether events of a kind have a subject.
type SubjectRule uint8

// The rules.
const (
	SubjectRequired SubjectRule = iota
	SubjectForbidden
	SubjectByScope  // forbidden if the erasure's scope is controller, else required
	SubjectOptional // as the case's first event has it
)

// A KindSpec describes a kind. "sdk.name" and "evidence.uri" are always required
// within their object; in Required they say that the object is required too.
// Every kind also takes parents. What fields ask of one another is in Conditions.
type KindSpec struct {
	Kind       Kind
	Name       string
	Subject    SubjectRule
	Required   []Field
	Optional   []Field
	Conditions []Condition
	DPV        string // terms of the Data Privacy Vocabulary
	PIPL       string // articles
}

// A Condition ties a field to the value of another: where When is Term (where it
// is anything else, if Not), Field must be there or, unless Required, must not.
type Condition struct {
	When     Field
	Term     string
	Not      bool
	Field    Field
	Required bool
}

// Kinds returns the table of all kinds, in the order of the constants.
func Kinds() []KindSpec { return slices.Clone(kinds[1:]) }

// Requires says whether an event of kind k must have f.
func (k Kind) Requires(f Field) bool { return masks[k].required&(1<<f) != 0 }

// Allows says whether an event of kind k may have f.
func (k Kind) Allows(f Field) bool { return masks[k].allowed&(1<<f) != 0 }

func join(groups ...[]Field) []Field { return slices.Concat(groups...) }

func of(fs ...Field) []Field { return fs }

var (
	always   = of(FieldController)
	common   = of(FieldHolder, FieldNote, FieldRecordRef, FieldMinor, FieldActor)
	flow     = of(FieldController, FieldCategories, FieldPurpose)
	flowMore = join(common, of(FieldLegalBasis, FieldConsentForm, FieldConsentID, FieldProtection, FieldNecessity,
		FieldChannel, FieldSDKName, FieldSDKVersion, FieldContractRef, FieldRetentionUntil))
	evidence = of(FieldEvidenceURI, FieldEvidenceSHA256)
)

var kinds = [KindCount]KindSpec{
	KindCollected: {
		Name: "data.collected", Required: join(flow, of(FieldOrigin)), Optional: join(flowMore, of(FieldFrom)),
		Conditions: []Condition{
			{When: FieldOrigin, Term: "third-party", Field: FieldFrom, Required: true},
			{When: FieldOrigin, Term: "third-party", Not: true, Field: FieldFrom},
		},
		DPV: "Collect / Obtain", PIPL: "13, 17",
	},
	KindUsed: {
		Name: "data.used", Required: flow, Optional: flowMore, DPV: "Use", PIPL: "6, 24",
	},
	KindShared: {
		Name: "data.shared", Required: join(flow, of(FieldRecipient, FieldRelationship)),
		Optional: join(flowMore, of(FieldCountry, FieldRecipientRef)),
		DPV:      "Share, DiscloseByTransmission, Transfer", PIPL: "20–23",
	},
	KindTransferredAbroad: {
		Name: "data.transferred-abroad", Required: join(flow, of(FieldRecipient, FieldRelationship, FieldCountry)),
		Optional: join(flowMore, of(FieldRecipientRef, FieldMechanism, FieldApprovalRef)),
		DPV:      "CrossBorderTransfer", PIPL: "38–43",
	},
	KindDisclosed: {
		Name: "data.disclosed", Required: join(flow, of(FieldAudience)), Optional: join(flowMore, of(FieldDisclosureGround)),
		DPV: "Disseminate", PIPL: "25, 27",
	},
	KindConsentGranted: {
		Name: "consent.granted", Required: join(always, of(FieldConsentID, FieldConsentForm, FieldPurposes)),
		Optional: join(common, of(FieldCategories, FieldRecipients, FieldCountries, FieldNotice, FieldExpires)),
		DPV:      "ConsentGiven", PIPL: "14–16, 23, 25, 29, 31, 39",
	},
	KindConsentWithdrawn: {
		Name: "consent.withdrawn", Required: always,
		Optional: join(common, of(FieldConsentID, FieldPurposes, FieldCategories, FieldRecipients)),
		DPV:      "ConsentWithdrawn", PIPL: "15",
	},
	KindErasureRequested: {
		Name: "erasure.requested", Subject: SubjectByScope, Required: join(always, of(FieldGround, FieldScope)),
		Optional: join(common, of(FieldRequestID, FieldCategories, FieldRecipients, FieldDeadline)),
		Conditions: []Condition{
			{When: FieldScope, Term: "categories", Field: FieldCategories, Required: true},
			{When: FieldScope, Term: "recipients", Field: FieldRecipients, Required: true},
			{When: FieldScope, Term: "all", Field: FieldCategories},
			{When: FieldScope, Term: "all", Field: FieldRecipients},
		},
		PIPL: "47",
	},
	KindErasureNotified: {
		Name: "erasure.notified", Subject: SubjectOptional,
		Required: join(always, of(FieldRequestID, FieldRecipient, FieldNoticeChannel, FieldAttempt, FieldDelivery)),
		Optional: join(common, of(FieldCategories)), DPV: "NotificationCompleted / Failed",
	},
	KindErasureAcknowledged: {
		Name: "erasure.acknowledged", Subject: SubjectOptional, Required: join(always, of(FieldRequestID, FieldRecipient)),
		Optional: join(common, evidence), DPV: "RecipientInformed",
	},
	KindErasureExecuted: {
		Name: "erasure.executed", Subject: SubjectOptional, Required: join(always, of(FieldRequestID, FieldMethod)),
		Optional: join(common, evidence, of(FieldRecipient, FieldCategories)), DPV: "Erase / Delete / Anonymise", PIPL: "47, 73(4)",
	},
	KindErasureRestricted: {
		Name: "erasure.restricted", Subject: SubjectOptional, Required: join(always, of(FieldRequestID, FieldExemption)),
		Optional: join(common, evidence, of(FieldRecipient, FieldUntil, FieldCategories)), DPV: "Restrict", PIPL: "47(2)",
	},
	KindErasureRefused: {
		Name: "erasure.refused", Subject: SubjectOptional, Required: join(always, of(FieldRequestID, FieldRefusal)),
		Optional: join(common, evidence, of(FieldRecipient)), DPV: "RequestRejected",
	},
	KindErasureVerified: {
		Name: "erasure.verified", Subject: SubjectOptional, Required: join(always, of(FieldRequestID, FieldEvidenceURI)),
		Optional: join(common, of(FieldRecipient, FieldEvidenceSHA256)),
	},
	KindSubjectLinked: {
		Name: "subject.linked", Required: join(always, of(FieldLinkedSubject)), Optional: common,
	},
	KindSubjectUnlinked: {
		Name: "subject.unlinked", Required: join(always, of(FieldLinkedSubject)), Optional: common,
	},
	KindFindingMarked: {
		Name: "finding.marked", Subject: SubjectForbidden,
		Required: join(always, of(FieldFinding, FieldState, FieldActor, FieldNote)), Optional: of(FieldHolder, FieldRecordRef, FieldMinor),
	},
	KindOperationLogged: {
		Name: "operation.logged", Subject: SubjectForbidden, Required: of(FieldAction, FieldActor),
		Optional: join(always, of(FieldHolder, FieldNote, FieldRecordRef, FieldMinor, FieldDetail)), PIPL: "51",
	},
	KindAccessLogged: {
		Name: "access.logged", Required: join(always, of(FieldActor, FieldAction)),
		Optional: of(FieldHolder, FieldNote, FieldRecordRef, FieldMinor, FieldPurpose), PIPL: "54",
	},
}

// mask is a set of fields, one bit each.
type mask uint64

func maskOf(fs []Field) (m mask) {
	for _, f := range fs {
		m |= 1 << f
	}
	return m
}

var masks = func() (all [KindCount]struct{ required, allowed mask }) {
	for k := range kinds {
		kinds[k].Kind = Kind(k)
		all[k].required = maskOf(kinds[k].Required)
		all[k].allowed = all[k].required | maskOf(kinds[k].Optional)
	}
	return all
}()

// termsOf is the list that a field's terms are of: action has another in operation.logged.
func termsOf(k Kind, f Field) List {
	if f == FieldAction && k == KindOperationLogged {
		return ListOperationAction
	}
	return fields[f].List
}
