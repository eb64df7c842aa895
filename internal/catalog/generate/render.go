package main

import (
	"io/fs"

	"github.com/datacustody/custody/internal/catalog"
)

// render gives every generated file's content by its path; root is the tree as
// it is, for files of which only a part is generated.
func render(c *catalog.Catalog, _ fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	terms, err := goTerms(c)
	if err != nil {
		return nil, err
	}
	files["schemas/event/terms_gen.go"] = terms
	return files, nil
}
