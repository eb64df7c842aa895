// Package testdata holds examples of messages, valid and invalid; see README.md.
package testdata

import "embed"

// Files are valid/*.json, valid/*.txt and invalid/*.txt.
//
//go:embed valid invalid
var Files embed.FS
