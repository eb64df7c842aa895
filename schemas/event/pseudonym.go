package event

import "bytes"

// judgeSubject judges subject and what must equal it: partitionkey and key. It
// comes after data, since an erasure's scope says whether there is a subject.
func (d *Decoder) judgeSubject(m *Message) {
	r, subject, key := &d.record, d.attributes[nameSubject], d.attributes[nameSource]
	if !d.has(nameSubject) {
		subject = nil
		if d.subjectRule() == SubjectRequired {
			d.attributeFault(nameSubject, "is required", "send the person's pseudonym: <namespace>:<uuid>")
		}
		if !d.has(nameSource) {
			key = nil
		}
	} else {
		key = subject
		d.judgePseudonym(subject)
	}
	if d.has(namePartitionkey) && !bytes.Equal(d.attributes[namePartitionkey], key) {
		d.attributeFault(namePartitionkey, "must equal subject, or source where there is no subject", "leave it out")
	}
	if !bytes.Equal(m.Key, key) {
		d.faults.add(ReasonKeyMismatch, "", "the record's key must equal subject, or source where there is no subject", "set the key; replaying the dead letter sets it right")
	}
	if linked := r.Text(FieldLinkedSubject); linked != nil && bytes.Equal(linked, subject) {
		d.fieldFault(ReasonBadValue, FieldLinkedSubject, "must be another subject", "send the person's other pseudonym")
	}
}

func (d *Decoder) judgePseudonym(subject []byte) {
	r := &d.record
	namespace, id, ok := splitSubject(subject)
	r.Namespace, r.Subject = namespace, id
	scanned := namespace
	if !ok {
		r.Namespace, r.Subject, scanned = nil, [16]byte{}, subject
		d.attributeFault(nameSubject, "must be <namespace>:<uuid>, the UUID in lower case", "make it with the pseudonyms of the producer")
	}
	if d.scanner.personal(scanned, false) {
		d.malformed |= 1 << nameSubject
		d.personalFault("subject")
	}
	if d.subjectRule() == SubjectForbidden {
		d.attributeFault(nameSubject, "must be absent: the event is about no one person", "leave it out and use source as the key")
	}
}

// subjectRule is the kind's, with that of an erasure's scope found.
func (d *Decoder) subjectRule() SubjectRule {
	if d.record.Kind == NoKind {
		return SubjectOptional
	}
	rule := kinds[d.record.Kind].Subject
	if rule != SubjectByScope {
		return rule
	}
	if d.vocabulary.Text(ListScope, d.record.Term(FieldScope)) == string(ScopeController) {
		return SubjectForbidden
	}
	return SubjectRequired
}
