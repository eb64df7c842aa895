package event

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
)

// EventHash is the first half of the SHA-256 of source and id: the key by which
// a repeat is known. A collision would lose evidence, so it is no cheaper hash.
func (r *Record) EventHash() [16]byte {
	b := appendBytes(r.scratch[:0], r.Source)
	b = appendBytes(b, r.ID)
	r.scratch = b
	return hash128(b)
}

// ContentHash is the first half of the SHA-256 of what makes two events the
// same: type, subject, time as an instant and data after defaults, the order of
// lists ignored. Extensions do not count.
func (r *Record) ContentHash() [16]byte {
	r.scratch = r.appendContent(r.scratch[:0])
	return hash128(r.scratch)
}

func hash128(b []byte) [16]byte {
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}

// contentTags name the fields in the content hash. A tag is for ever: a new
// field takes the next number, and the order of the constants may change.
var contentTags = [fieldCount]byte{
	FieldController: 1, FieldHolder: 2, FieldRecipient: 3, FieldRelationship: 4, FieldCountry: 5, FieldCategories: 6,
	FieldPurpose: 7, FieldLegalBasis: 8, FieldConsentForm: 9, FieldConsentID: 10, FieldProtection: 11, FieldNecessity: 12,
	FieldChannel: 13, FieldSDKName: 14, FieldSDKVersion: 15, FieldContractRef: 16, FieldRetentionUntil: 17, FieldOrigin: 18,
	FieldFrom: 19, FieldRecipientRef: 20, FieldMechanism: 21, FieldApprovalRef: 22, FieldAudience: 23,
	FieldDisclosureGround: 24, FieldPurposes: 25, FieldRecipients: 26, FieldCountries: 27, FieldNotice: 28, FieldExpires: 29,
	FieldRequestID: 30, FieldGround: 31, FieldScope: 32, FieldDeadline: 33, FieldNoticeChannel: 34, FieldAttempt: 35,
	FieldDelivery: 36, FieldEvidenceURI: 37, FieldEvidenceSHA256: 38, FieldMethod: 39, FieldExemption: 40, FieldUntil: 41,
	FieldRefusal: 42, FieldLinkedSubject: 43, FieldFinding: 44, FieldState: 45, FieldAction: 46, FieldDetail: 47,
	FieldMinor: 48, FieldActor: 49, FieldRecordRef: 50, FieldNote: 51,
}

const parentsTag = 0xff

// tagOrder are the fields by their tags.
var tagOrder = func() []Field {
	all := make([]Field, fieldCount)
	for f, tag := range contentTags {
		all[tag-1] = Field(f)
	}
	return all
}()

func (r *Record) appendContent(b []byte) []byte {
	b = appendBytes(b, kinds[r.Kind].Name)
	b = appendBytes(b, r.Namespace)
	b = append(b, r.Subject[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Time))
	for _, f := range tagOrder {
		if r.Has(f) {
			b = r.appendField(append(b, contentTags[f]), f)
		}
	}
	if len(r.Parents) > 0 {
		b = r.appendParents(append(b, parentsTag))
	}
	return b
}

func (r *Record) appendField(b []byte, f Field) []byte {
	switch fields[f].Shape {
	case OneTerm:
		return appendBytes(b, r.vocabulary.Text(termsOf(r.Kind, f), Term(r.num[f])))
	case ManyTerms:
		return r.appendTerms(b, f)
	case PartyIDs, Countries:
		return appendSorted(b, r.lists[f])
	case Bool, Integer, Date, DateTime:
		return binary.BigEndian.AppendUint64(b, uint64(r.num[f]))
	default:
		return appendBytes(b, r.text[f])
	}
}

func (r *Record) appendTerms(b []byte, f Field) []byte {
	var room [64]string
	list := termsOf(r.Kind, f)
	texts := room[:0]
	for _, t := range r.terms[f] {
		texts = append(texts, r.vocabulary.Text(list, t))
	}
	slices.SortFunc(texts, strings.Compare)
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, s := range texts {
		b = appendBytes(b, s)
	}
	return b
}

func appendSorted(b []byte, items [][]byte) []byte {
	var room [64][]byte
	sorted := append(room[:0], items...)
	slices.SortFunc(sorted, bytes.Compare)
	b = binary.AppendUvarint(b, uint64(len(sorted)))
	for _, s := range sorted {
		b = appendBytes(b, s)
	}
	return b
}

func (r *Record) appendParents(b []byte) []byte {
	var room [8]Parent
	sorted := append(room[:0], r.Parents...)
	slices.SortFunc(sorted, func(a, b Parent) int {
		if c := bytes.Compare(a.Source, b.Source); c != 0 {
			return c
		}
		return bytes.Compare(a.ID, b.ID)
	})
	b = binary.AppendUvarint(b, uint64(len(sorted)))
	for _, p := range sorted {
		b = appendBytes(appendBytes(b, p.Source), p.ID)
	}
	return b
}

// appendBytes appends s behind its length.
func appendBytes[T string | []byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
