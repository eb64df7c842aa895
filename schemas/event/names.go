package event

// A name is a member name that the contract knows, of the envelope, of data or
// of the objects in data: one table for all, so that a JSON member is looked up
// once. The names of data's fields follow the constants: firstField + Field.
type name uint8

const (
	noName name = iota
	nameSpecversion
	nameID
	nameSource
	nameType
	nameSubject
	nameTime
	nameDataschema
	nameDatacontenttype
	namePartitionkey
	nameData
	nameDataBase64
	nameSDK
	nameEvidence
	nameParents
	nameName
	nameVersion
	nameURI
	nameSHA256
	firstField
	nameCount = firstField + name(fieldCount)

	attributeCount = namePartitionkey + 1 // of the envelope, from nameSpecversion
)

var names = newTerms(nameTexts[1:])

var nameTexts = func() []string {
	texts := []string{
		nameSpecversion: "specversion", nameID: "id", nameSource: "source", nameType: "type", nameSubject: "subject",
		nameTime: "time", nameDataschema: "dataschema", nameDatacontenttype: "datacontenttype", namePartitionkey: "partitionkey",
		nameData: "data", nameDataBase64: "data_base64", nameSDK: "sdk", nameEvidence: "evidence", nameParents: "parents",
		nameName: "name", nameVersion: "version", nameURI: "uri", nameSHA256: "sha256",
	}
	for _, f := range fields {
		texts = append(texts, f.Name)
	}
	return texts
}()

// isNested are the fields that are members of an object in data.
const isNested mask = 1<<FieldSDKName | 1<<FieldSDKVersion | 1<<FieldEvidenceURI | 1<<FieldEvidenceSHA256

// path is the field's name as rejections give it.
func (f Field) path() string { return paths[f] }

var paths = func() (all [fieldCount]string) {
	for f, spec := range fields {
		all[f] = "data." + spec.Name
	}
	return all
}()

// findName finds a known name; noName if it is unknown.
func findName(text []byte) name { return name(names.find(text)) }

// kindsByType finds a kind by its CloudEvents type.
var kindsByType = func() terms {
	var types []string
	for k := NoKind + 1; k < KindCount; k++ {
		types = append(types, k.Type())
	}
	return newTerms(types)
}()
