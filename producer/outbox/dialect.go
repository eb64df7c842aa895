package outbox

import (
	"fmt"
	"regexp"
	"strings"
)

// A Dialect is the SQL that a database speaks.
type Dialect int

// The dialects.
const (
	Postgres Dialect = iota + 1 // PostgreSQL
	MySQL                       // MySQL and MariaDB
)

// Table is the box's table unless Options say otherwise.
const Table = "custody_outbox"

var tables = regexp.MustCompile(`^([a-z_][a-z0-9_]{0,62}\.)?[a-z_][a-z0-9_]{0,62}$`)

// statements are what a box says to its database.
type statements struct {
	schema, insert, read, remove, park, backlog, lock string

	row func(n int) string // the placeholders of the insert's nth row
}

func (d Dialect) statements(table string) (statements, error) {
	if !tables.MatchString(table) {
		return statements{}, fmt.Errorf("outbox: table %q must be a name such as %s or shop.%s, of a-z 0-9 _", table, Table, Table)
	}
	var s statements
	switch d {
	case Postgres:
		s = postgres
	case MySQL:
		s = mySQL
	default:
		return s, fmt.Errorf("outbox: unknown dialect %d: use outbox.Postgres or outbox.MySQL", d)
	}
	for _, text := range []*string{&s.schema, &s.insert, &s.read, &s.remove, &s.park, &s.backlog, &s.lock} {
		*text = strings.ReplaceAll(*text, "{table}", table)
	}
	return s, nil
}

const (
	insert = `INSERT INTO {table} (subject, source, event_id, content_type, value) VALUES `
	read   = `SELECT id, subject, content_type, value FROM {table} WHERE `
)

// The lock is one of the session, so it is gone with its connection. CASE hides
// IS NULL from the planner, which takes it to be rare in a table without
// statistics, and would sort the whole table in each round.
var postgres = statements{
	schema: `CREATE TABLE IF NOT EXISTS {table} (
  id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject      TEXT NOT NULL,
  source       TEXT NOT NULL,
  event_id     TEXT NOT NULL,
  content_type TEXT NOT NULL,
  value        BYTEA NOT NULL,
  created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
  parked_at    TIMESTAMPTZ,
  reason       TEXT
)`,
	insert: insert,
	read:   read + `CASE WHEN parked_at IS NULL THEN true END ORDER BY id LIMIT `,
	remove: `DELETE FROM {table} WHERE id IN (SELECT json_array_elements_text($1::json)::bigint)`,
	park:   `UPDATE {table} SET parked_at = now(), reason = $1 WHERE id = $2`,
	backlog: `SELECT count(*) - count(parked_at), count(parked_at),
  COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(created_at) FILTER (WHERE parked_at IS NULL)), 0)::float8 FROM {table}`,
	lock: `SELECT pg_try_advisory_lock(1668641652, '{table}'::regclass::oid::int)`,
	row: func(n int) string {
		return fmt.Sprintf("($%d, $%d, $%d, $%d, $%d)", 5*n+1, 5*n+2, 5*n+3, 5*n+4, 5*n+5)
	},
}

// The join looks up row by row what is to be deleted. With a list of numbers MySQL
// may walk through the table instead, and then waits for every row that a service
// has not committed yet.
var mySQL = statements{
	schema: `CREATE TABLE IF NOT EXISTS {table} (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  subject      VARCHAR(256) NOT NULL,
  source       VARCHAR(256) NOT NULL,
  event_id     VARCHAR(256) NOT NULL,
  content_type VARCHAR(128) NOT NULL,
  value        MEDIUMBLOB NOT NULL,
  created_at   DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  parked_at    DATETIME(6),
  reason       TEXT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
	insert: insert,
	read:   read + `parked_at IS NULL ORDER BY id LIMIT `,
	remove: `DELETE o FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS emitted STRAIGHT_JOIN {table} AS o ON o.id = emitted.id`,
	park:   `UPDATE {table} SET parked_at = UTC_TIMESTAMP(6), reason = ? WHERE id = ?`,
	backlog: `SELECT COUNT(*) - COUNT(parked_at), COUNT(parked_at),
  COALESCE(TIMESTAMPDIFF(MICROSECOND, MIN(CASE WHEN parked_at IS NULL THEN created_at END), UTC_TIMESTAMP(6)), 0) / 1e6 FROM {table}`,
	lock: `SELECT GET_LOCK(SHA1(CONCAT('custody outbox ', COALESCE(DATABASE(), ''), '.{table}')), 0)`,
	row:  func(int) string { return "(?, ?, ?, ?, ?)" },
}
