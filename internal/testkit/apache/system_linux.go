package apache

import "syscall"

// child ends with its parent, and a terminal's Ctrl-C is for the parent only.
var child = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
