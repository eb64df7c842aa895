package main

import (
	"io/fs"

	"github.com/datacustody/custody/internal/catalog"
)

// render gives every generated file's content by its path; root is the tree as
// it is, for docs/events.md, of which only the tables are generated.
func render(c *catalog.Catalog, root fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	var err error
	if files["schemas/event/terms_gen.go"], err = goTerms(c); err != nil {
		return nil, err
	}
	kinds := kinds()
	for _, k := range kinds {
		if files["schemas/jsonschema/"+k.Name+".v1.json"], err = encode(dataSchema(c, k)); err != nil {
			return nil, err
		}
	}
	if files["schemas/jsonschema/envelope.v1.json"], err = encode(envelopeSchema(kinds)); err != nil {
		return nil, err
	}
	if files["docs/events.md"], err = docs(c, kinds, root); err != nil {
		return nil, err
	}
	return files, nil
}

// docs is docs/events.md with its tables made anew.
func docs(c *catalog.Catalog, kinds []kind, root fs.FS) ([]byte, error) {
	doc, err := fs.ReadFile(root, "docs/events.md")
	if err != nil {
		return nil, err
	}
	sections := map[string][]byte{"kinds": kindTable(kinds), "fields": fieldTable(), "vocabulary": listTables(c)}
	for section, content := range sections {
		if doc, err = between(doc, section, content); err != nil {
			return nil, err
		}
	}
	return doc, nil
}
