package event

const (
	maxParents = 64
	maxAttempt = 1000
)

// judgeData reads data into the record by the table of fields.
func (d *Decoder) judgeData() {
	r := &d.record
	switch {
	case !d.hasData || d.data.tokens[d.root].kind == tokenNull:
		d.faults.add(ReasonMissingField, "data", "is required", "send the event's fields as the object data")
		return
	case d.data.tokens[d.root].kind != tokenObject:
		d.faults.add(ReasonBadValue, "data", "must be an object", "send the event's fields as the object data")
		return
	case r.Kind == NoKind:
		return
	}
	t, end := d.data, d.data.tokens[d.root].next
	for i := d.root + 1; i < end; i = t.tokens[i+1].next {
		d.member(t, i)
	}
	d.conditions()
	if missing := masks[r.Kind].required &^ d.present; missing != 0 {
		d.missing(missing)
	}
	d.defaults()
}

// member reads the member of data whose name is token i.
func (d *Decoder) member(t *tape, i uint32) {
	n := t.tokens[i].name
	f, allowed := Field(n-firstField), masks[d.record.Kind].allowed
	switch {
	case n >= firstField && allowed&^isNested&(1<<f) != 0:
		d.field(t, f, i+1)
	case n == nameParents:
		d.parents(t, i+1)
	case n == nameSDK && allowed&(1<<FieldSDKName) != 0:
		d.object(t, i+1, FieldSDKName, nameName, FieldSDKVersion, nameVersion)
	case n == nameEvidence && allowed&(1<<FieldEvidenceURI) != 0:
		d.object(t, i+1, FieldEvidenceURI, nameURI, FieldEvidenceSHA256, nameSHA256)
	default:
		d.unknown("data.", t.bytes(i))
	}
}

func (d *Decoder) unknown(prefix string, name []byte) {
	d.faults.add(ReasonUnknownField, prefix+d.scanner.shown(name), "is no field of this kind of event", "leave it out, or mend its spelling")
}

func (d *Decoder) fieldFault(reason Reason, f Field, rule, remedy string) {
	d.faults.add(reason, f.path(), rule, remedy)
}

func (d *Decoder) missing(m mask) {
	for f := range fieldCount {
		if m&(1<<f) != 0 {
			d.fieldFault(ReasonMissingField, f, "is required", "send it")
		}
	}
}

// object reads an object of two fields, of which the first is required.
func (d *Decoder) object(t *tape, v uint32, first Field, firstName name, second Field, secondName name) {
	switch t.tokens[v].kind {
	case tokenNull:
		return
	case tokenObject:
	default:
		d.present |= 1 << first
		prefix := "data.sdk"
		if first == FieldEvidenceURI {
			prefix = "data.evidence"
		}
		d.faults.add(ReasonBadValue, prefix, "must be an object", "see the fields in the docs of events")
		return
	}
	for i := v + 1; i < t.tokens[v].next; i = t.tokens[i+1].next {
		switch t.tokens[i].name {
		case firstName:
			d.field(t, first, i+1)
		case secondName:
			d.field(t, second, i+1)
		default:
			d.unknown(first.path()[:len(first.path())-len(nameTexts[firstName])], t.bytes(i))
		}
	}
	if d.present&(1<<first) == 0 {
		d.fieldFault(ReasonMissingField, first, "is required", "send it")
		d.present |= 1 << first
	}
}

// field reads the value of a field into the record.
func (d *Decoder) field(t *tape, f Field, v uint32) {
	kind, spec := t.tokens[v].kind, &fields[f]
	if kind == tokenNull {
		return
	}
	switch spec.Shape {
	case ManyTerms, PartyIDs, Countries:
		if kind == tokenArray && t.tokens[v].next == v+1 {
			return
		}
	}
	d.present |= 1 << f
	if d.value(t, f, v) {
		d.record.set |= 1 << f
	}
}

// conditions judges fields that depend on one another.
func (d *Decoder) conditions() {
	r := &d.record
	for i := range kinds[r.Kind].Conditions {
		c := &kinds[r.Kind].Conditions[i]
		is := d.vocabulary.Text(termsOf(r.Kind, c.When), r.Term(c.When)) == c.Term
		here := d.present&(1<<c.Field) != 0
		switch {
		case is == c.Not || here == c.Required:
		case c.Required:
			d.fieldFault(ReasonMissingField, c.Field, "is required with this "+fields[c.When].Name, "send it")
		default:
			d.fieldFault(ReasonBadValue, c.Field, "does not go with this "+fields[c.When].Name, "leave it out")
		}
	}
}

// defaults fills in what the contract says of absent fields.
func (d *Decoder) defaults() {
	r := &d.record
	if !r.Has(FieldHolder) && r.Has(FieldController) {
		r.text[FieldHolder] = r.text[FieldController]
		r.set |= 1 << FieldHolder
	}
	if !r.Has(FieldMinor) {
		r.num[FieldMinor] = 0
		r.set |= 1 << FieldMinor
	}
	if r.Kind == KindErasureRequested && !r.Has(FieldRequestID) {
		r.text[FieldRequestID] = r.ID
		r.set |= 1 << FieldRequestID
	}
}
