//go:build unix && !linux

package apache

import "syscall"

// child survives a parent that is killed: only Linux has a signal for that.
var child = &syscall.SysProcAttr{Setpgid: true}
