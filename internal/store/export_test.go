package store

import "github.com/datacustody/custody/internal/ledger"

// Columns is what a block can send: each column's type by its name.
func Columns(b ledger.Block) map[string]string {
	types := map[string]string{}
	for _, c := range b.(*block).columns {
		types[c.name] = string(c.Type())
	}
	return types
}

// The queries, for the tests that ask how they are answered.
const (
	ExtentQuery  = extentQuery
	RecentQuery  = recentQuery
	FindQuery    = findQuery
	EndsQuery    = endsQuery
	SourcesQuery = sourcesQuery
)

// Statements is how a migration's file is cut.
var Statements = statements
