// Package policies holds the privacy policies in machine-readable form: one
// YAML file a version, one entry for each flow that it declares, with the
// section and the words of the source that prove it. What the text does not
// declare has no entry, whatever services may do. docs/policies.md describes
// the files and how to write one.
package policies

import "embed"

// Files are the YAML files.
//
//go:embed *.yaml
var Files embed.FS
