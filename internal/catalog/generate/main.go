// Command generate writes what follows from the vocabulary and from the table
// of fields: Go constants, JSON Schemas and the tables of docs/events.md. Run
// it with `make gen`; its output depends on nothing but those two.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/vocabulary"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

// run writes every generated file below root.
func run(root string) error {
	c, err := catalog.Load(vocabulary.Files)
	if err != nil {
		return err
	}
	files, err := render(c, os.DirFS(root))
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
