package event

import (
	"slices"
	"strings"
)

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
func Fields() []FieldSpec { return slices.Clone(fields[:]) }

// String is the field's name in data: "sdk.name".
func (f Field) String() string { return fields[f].Name }

var fields = complete([fieldCount]FieldSpec{
	FieldController:       {Name: "controller", Shape: PartyID},
	FieldHolder:           {Name: "holder", Shape: PartyID},
	FieldRecipient:        {Name: "recipient", Shape: PartyID},
	FieldRelationship:     {Name: "relationship", Shape: OneTerm, List: ListRelationship},
	FieldCountry:          {Name: "country", Shape: Country},
	FieldCategories:       {Name: "categories", Shape: ManyTerms, List: ListCategory},
	FieldPurpose:          {Name: "purpose", Shape: OneTerm, List: ListPurpose},
	FieldLegalBasis:       {Name: "legal_basis", Shape: OneTerm, List: ListLegalBasis},
	FieldConsentForm:      {Name: "consent_form", Shape: OneTerm, List: ListConsentForm},
	FieldConsentID:        {Name: "consent_id"},
	FieldProtection:       {Name: "protection", Shape: OneTerm, List: ListProtection},
	FieldNecessity:        {Name: "necessity", Shape: OneTerm, List: ListNecessity},
	FieldChannel:          {Name: "channel", Shape: OneTerm, List: ListChannel},
	FieldSDKName:          {Name: "sdk.name"},
	FieldSDKVersion:       {Name: "sdk.version"},
	FieldContractRef:      {Name: "contract_ref"},
	FieldRetentionUntil:   {Name: "retention_until", Shape: Date},
	FieldOrigin:           {Name: "origin", Shape: OneTerm, List: ListOrigin},
	FieldFrom:             {Name: "from", Shape: PartyID},
	FieldRecipientRef:     {Name: "recipient_ref"},
	FieldMechanism:        {Name: "mechanism", Shape: OneTerm, List: ListMechanism},
	FieldApprovalRef:      {Name: "approval_ref"},
	FieldAudience:         {Name: "audience", Shape: OneTerm, List: ListAudience},
	FieldDisclosureGround: {Name: "disclosure_ground", Shape: OneTerm, List: ListDisclosureGround},
	FieldPurposes:         {Name: "purposes", Shape: ManyTerms, List: ListPurpose},
	FieldRecipients:       {Name: "recipients", Shape: PartyIDs, Max: 256},
	FieldCountries:        {Name: "countries", Shape: Countries},
	FieldNotice:           {Name: "notice"},
	FieldExpires:          {Name: "expires", Shape: Date},
	FieldRequestID:        {Name: "request_id"},
	FieldGround:           {Name: "ground", Shape: OneTerm, List: ListGround},
	FieldScope:            {Name: "scope", Shape: OneTerm, List: ListScope},
	FieldDeadline:         {Name: "deadline", Shape: DateTime},
	FieldNoticeChannel:    {Name: "notice_channel", Shape: OneTerm, List: ListNoticeChannel},
	FieldAttempt:          {Name: "attempt", Shape: Integer},
	FieldDelivery:         {Name: "delivery", Shape: OneTerm, List: ListDelivery},
	FieldEvidenceURI:      {Name: "evidence.uri", Max: 2048},
	FieldEvidenceSHA256:   {Name: "evidence.sha256"},
	FieldMethod:           {Name: "method", Shape: OneTerm, List: ListMethod},
	FieldExemption:        {Name: "exemption", Shape: OneTerm, List: ListExemption},
	FieldUntil:            {Name: "until", Shape: Date},
	FieldRefusal:          {Name: "refusal", Shape: OneTerm, List: ListRefusal},
	FieldLinkedSubject:    {Name: "linked_subject", Shape: SubjectName},
	FieldFinding:          {Name: "finding"},
	FieldState:            {Name: "state", Shape: OneTerm, List: ListState},
	FieldAction:           {Name: "action", Shape: OneTerm, List: ListAction},
	FieldDetail:           {Name: "detail", Max: 200},
	FieldMinor:            {Name: "minor", Shape: Bool},
	FieldActor:            {Name: "actor"},
	FieldRecordRef:        {Name: "record_ref"},
	FieldNote:             {Name: "note", Max: 200},
})

// complete fills in what follows from the rest.
func complete(all [fieldCount]FieldSpec) [fieldCount]FieldSpec {
	for f := range all {
		spec := &all[f]
		spec.Field, spec.Column = Field(f), strings.ReplaceAll(spec.Name, ".", "_")
		switch {
		case spec.Max > 0:
		case spec.Shape == ManyTerms, spec.Shape == PartyIDs, spec.Shape == Countries:
			spec.Max = 64
		default:
			spec.Max = 256
		}
	}
	return all
}
