package main

import "syscall"

// ownGroup: a terminal's Ctrl-C is for the parent only.
var ownGroup = &syscall.SysProcAttr{Setpgid: true}

// withParent is a group that ends with its parent, even one that is killed.
var withParent = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
