package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// ticks is how the kernel counts a process's time, in a second: on every Linux that Go runs on.
const ticks = 100

// cpu is the time that the server's process has taken; 0 where there is no /proc.
func (s *site) cpu() time.Duration {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.server.PID()), "stat"))
	if err != nil {
		return 0
	}
	words := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(words) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(string(words[11]))
	system, _ := strconv.Atoi(string(words[12]))
	return time.Duration(user+system) * time.Second / ticks
}

// machine is what this runs on.
func machine() string {
	return fmt.Sprintf("%s, %d cores, %s of memory, %s %s", field("/proc/cpuinfo", "model name"), runtime.NumCPU(),
		field("/proc/meminfo", "MemTotal"), runtime.GOOS, field("/proc/sys/kernel/osrelease", ""))
}

// field is a value of one of the kernel's files, all of it without a name.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	if name == "" {
		return strings.TrimSpace(string(text))
	}
	for line := range strings.Lines(string(text)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}

// dropPages empties the kernel's page cache; only root may.
func dropPages() error {
	return os.WriteFile("/proc/sys/vm/drop_caches", []byte("1"), 0)
}
