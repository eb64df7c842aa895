package embedded_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/datacustody/custody/internal/embedded"
)

// A new table's parts are spread over the disk, where the file system takes the hint.
func TestPartsAreSpread(t *testing.T) {
	dir := t.TempDir()
	takes := spreads(t, dir, func(fd, flags int) { _ = unix.IoctlSetPointerInt(fd, unix.FS_IOC_SETFLAGS, flags|0x20000) })
	c := start(t, embedded.Options{Dir: filepath.Join(dir, "clickhouse")})
	must(t, c, "admin", "CREATE DATABASE custody")
	must(t, c, "admin", "CREATE TABLE custody.log (x UInt8) ENGINE = MergeTree ORDER BY x")
	const all = "clickhouse/data/store/*/*"
	eventually(t, "all tables of "+all+" are spread", func() bool {
		tables, err := filepath.Glob(filepath.Join(dir, all))
		if err != nil {
			t.Fatal(err)
		}
		return len(tables) > 0 && !slices.ContainsFunc(tables, func(table string) bool { return takes && !spreads(t, table, func(int, int) {}) })
	})
}

// spreads says whether a folder has chattr's T once set was called with its flags.
func spreads(t *testing.T, folder string, set func(fd, flags int)) bool {
	t.Helper()
	f, err := os.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fd := int(f.Fd())
	if flags, err := unix.IoctlGetInt(fd, unix.FS_IOC_GETFLAGS); err == nil {
		set(fd, flags)
	}
	flags, err := unix.IoctlGetInt(fd, unix.FS_IOC_GETFLAGS)
	return err == nil && flags&0x20000 != 0
}
