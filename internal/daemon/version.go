package daemon

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// A Version says which build of Custody runs.
type Version struct{ Module, Revision, Go, Platform string }

// ReadVersion reads what the Go tool put into the binary.
func ReadVersion() Version {
	v := Version{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Module = info.Main.Version
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			v.Revision = s.Value[:min(12, len(s.Value))] + v.Revision
		case s.Key == "vcs.modified" && s.Value == "true":
			v.Revision += "+modified"
		}
	}
	return v
}

// String is one line for people and bug reports.
func (v Version) String() string {
	return fmt.Sprintf("custody %s, revision %s, %s, %s",
		cmp.Or(v.Module, "(devel)"), cmp.Or(v.Revision, "unknown"), v.Go, v.Platform)
}
