package store

import "context"

// historySQL makes the place where migrations are recorded.
var historySQL = []string{
	`CREATE DATABASE IF NOT EXISTS custody COMMENT 'Custody: the lineage log of personal data and what belongs to it'`,
	`CREATE TABLE IF NOT EXISTS custody.migrations
(
    version    UInt32                             COMMENT 'Number of the migration',
    name       String                             COMMENT 'Its name',
    checksum   String                             COMMENT 'SHA-256 of its file, hexadecimal',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When it was done'
)
ENGINE = MergeTree
ORDER BY version
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Migrations that were applied, in the form in which they were'`,
}

const recordSQL = `INSERT INTO custody.migrations (version, name, checksum)
SELECT toUInt32({version:String}), {name:String}, {checksum:String}`

// applied returns the checksums of the migrations that were applied; nil where
// none ever was.
func (db *DB) applied(ctx context.Context) (map[int]string, error) {
	var there uint64
	err := db.conn.QueryRow(ctx, `SELECT count() FROM system.tables WHERE database = 'custody' AND name = 'migrations'`).Scan(&there)
	if err != nil || there == 0 {
		return nil, err
	}
	rows, err := db.conn.Query(ctx, `SELECT version, checksum FROM custody.migrations`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	done := map[int]string{}
	for rows.Next() {
		var v uint32
		var checksum string
		if err := rows.Scan(&v, &checksum); err != nil {
			return nil, err
		}
		done[int(v)] = checksum
	}
	return done, rows.Err()
}
