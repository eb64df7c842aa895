package event

// A Field names one member of data (or of an object in it). The table Fields is
// the one place that says what each is; the decoder, the validation, the JSON
// Schemas, the encoder and the log's columns all follow it.
type Field uint8

// The fields, in the order of the log's columns.
const (
	FieldController Field = iota
	FieldHolder
	FieldRecipient
	FieldRelationship
	FieldCountry
	FieldCategories
	FieldPurpose
	FieldLegalBasis
	FieldConsentForm
	FieldConsentID
	FieldProtection
	FieldNecessity
	FieldChannel
	FieldSDKName    // sdk.name
	FieldSDKVersion // sdk.version
	FieldContractRef
	FieldRetentionUntil
	FieldOrigin
	FieldFrom
	FieldRecipientRef
	FieldMechanism
	FieldApprovalRef
	FieldAudience
	FieldDisclosureGround
	FieldPurposes
	FieldRecipients
	FieldCountries
	FieldNotice
	FieldExpires
	FieldRequestID
	FieldGround
	FieldScope
	FieldDeadline
	FieldNoticeChannel
	FieldAttempt
	FieldDelivery
	FieldEvidenceURI    // evidence.uri
	FieldEvidenceSHA256 // evidence.sha256, kept in lower case
	FieldMethod
	FieldExemption
	FieldUntil
	FieldRefusal
	FieldLinkedSubject
	FieldFinding
	FieldState
	FieldAction
	FieldDetail
	FieldMinor
	FieldActor
	FieldRecordRef
	FieldNote
	fieldCount
)

// A Shape says how a field's value is written and stored.
type Shape uint8

// The shapes and the ClickHouse types of their columns.
const (
	Text        Shape = iota // String
	PartyID                  // LowCardinality(String)
	Country                  // LowCardinality(String), ISO 3166-1 alpha-2
	OneTerm                  // LowCardinality(String), a term of List
	ManyTerms                // Array(LowCardinality(String)), terms of List
	PartyIDs                 // Array(LowCardinality(String))
	Countries                // Array(LowCardinality(String))
	Bool                     // Bool
	Integer                  // UInt16
	Date                     // Nullable(Date32)
	DateTime                 // Nullable(DateTime64(9, 'UTC'))
	SubjectName              // two columns: linked_subject_namespace LowCardinality(String), linked_subject UUID
)

// A FieldSpec describes a field.
type FieldSpec struct {
	Field  Field
	Name   string // in data: "purpose", "sdk.name"
	Column string // in the log: "purpose", "sdk_name"
	Shape  Shape
	List   List // the closed list of OneTerm and ManyTerms
	Max    int  // bytes (Text; characters for note and detail) or items (lists); 0 = 256 bytes, 64 items
}

// Fields returns the table of all fields, in the order of the constants.
func Fields() []FieldSpec { panic("not built yet") }

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

// String is the kind's name: "data.shared".
func (k Kind) String() string { panic("not built yet") }

// Type is the CloudEvents type: "org.datacustody.data.shared.v1".
func (k Kind) Type() string { panic("not built yet") }

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
func (r Reason) String() string { panic("not built yet") }
