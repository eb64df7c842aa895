// Package parties holds the parties that the privacy policies name: who
// operates a platform, who receives personal data and by whom it may be passed
// on, one YAML file a sort. It says only what the policies say; a field that
// they leave open is absent. docs/policies.md describes the files and how to add to them.
package parties

import "embed"

// Files are the YAML files.
//
//go:embed *.yaml
var Files embed.FS
