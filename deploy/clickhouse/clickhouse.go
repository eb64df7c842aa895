// Package clickhouse holds the users and roles of Custody's ClickHouse and what its
// server is told, the same for real servers and for the embedded one. Its law: nobody may change or delete
// a row of the log; passwords come from the environment.
package clickhouse

import "embed"

// Users are the files for a server's users.d.
//
//go:embed users.d
var Users embed.FS

// Config are the files for a server's config.d.
//
//go:embed config.d
var Config embed.FS
