package daemon

import (
	"os"
	"runtime/debug"
)

// garbage is how much may lie about before it is collected, in per cent of what
// is in use.
const garbage = 12

// SaveMemory is for a process that lives on buffers which it uses again and
// again: they hold no pointers, so that it costs little to collect more often.
// What $GOGC says goes before it.
func SaveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
}
