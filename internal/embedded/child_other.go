//go:build !linux || noembedded

package embedded

const childVariable = "CUSTODY_EMBEDDED_CLICKHOUSE_CHILD"

// ChildMain does nothing: there is no embedded ClickHouse in this build.
func ChildMain() {}

const canHost = false
