// Package vocabulary holds the closed lists of the contract: one YAML file a
// list, each term with its labels, its definition, the nearest IRI of DPV 2.3
// and the article of law. It is the one source of the Go constants, the enums
// of the JSON Schemas and the tables of docs/events.md (`make gen`).
//
// Prefixes of IRIs: dpv https://w3id.org/dpv#, pd https://w3id.org/dpv/pd#,
// eu-gdpr https://w3id.org/dpv/legal/eu/gdpr#, justifications
// https://w3id.org/dpv/justifications#, and pipl https://datacustody.org/pipl#
// for what DPV has no term for: those are Custody's own, not the law's and not DPV's.
// In law, PIPL 13(2) is article 13(1)(2) of the Personal Information Protection
// Law, NDSR the Network Data Security Management Regulations.
package vocabulary

import "embed"

// Files are the YAML files.
//
//go:embed *.yaml
var Files embed.FS
