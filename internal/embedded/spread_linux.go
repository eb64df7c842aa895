package embedded

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// topOfHierarchy is FS_TOPDIR_FL of linux/fs.h: chattr(1)'s T.
const topOfHierarchy = 0x20000

// spread tells ext4 that what is in a table's folder, its parts, need not be near one
// another. Else all are files of one group of inodes, and an ext4 without a journal looks at
// each that was deleted there in the last minutes before it makes another: an insert of a
// few rows then takes twice as long (docs/decisions/0907). Elsewhere it does nothing.
func spread(data string) {
	tables, _ := filepath.Glob(filepath.Join(data, "store", "*", "*")) // its pattern is well formed
	for _, table := range tables {
		if f, err := os.Open(table); err == nil {
			mark(int(f.Fd()))
			_ = f.Close()
		}
	}
}

// mark sets the flag where there is one: it is a hint, and who does not take it is as fast
// as before.
func mark(folder int) {
	flags, err := unix.IoctlGetInt(folder, unix.FS_IOC_GETFLAGS)
	if err == nil && flags&topOfHierarchy == 0 {
		_ = unix.IoctlSetPointerInt(folder, unix.FS_IOC_SETFLAGS, flags|topOfHierarchy)
	}
}
