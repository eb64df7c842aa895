// Package clickhouse is the log's tables, views and projections: numbered SQL
// files, forward only. A file that was released is never changed; current.sql is
// what they all give together.
package clickhouse

import "embed"

// Migrations holds the numbered files.
//
//go:embed [0-9]*.sql
var Migrations embed.FS
