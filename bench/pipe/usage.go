package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the kernel's unit of CPU time in /proc, on every Linux that Go runs on.
const tick = time.Second / 100

// A stat is a line of /proc/<pid>/stat.
type stat struct {
	parent int
	cpu    time.Duration // its own, and that of its children that have ended
}

func readStat(pid int) (s stat, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, err
	}
	return parseStat(string(text))
}

// parseStat counts fields after the name, which may hold anything, spaces and
// parentheses too: the fourth of all is the parent, 14 to 17 are times.
func parseStat(text string) (s stat, err error) {
	f := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(f) < 15 {
		return s, fmt.Errorf("/proc: %q is no stat", text)
	}
	s.parent, err = strconv.Atoi(f[1])
	for _, field := range f[11:15] {
		n, e := strconv.Atoi(field)
		s.cpu += time.Duration(n) * tick
		err = errors.Join(err, e)
	}
	return s, err
}

// tree is processes and all that descend from them.
func tree(roots ...int) (pids []int, err error) {
	entries, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	children := map[int][]int{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(filepath.Base(entry))
		if err != nil {
			continue
		}
		if s, err := readStat(pid); err == nil { // else it has ended
			children[s.parent] = append(children[s.parent], pid)
		}
	}
	pids = append(pids, roots...)
	for i := 0; i < len(pids); i++ {
		pids = append(pids, children[pids[i]]...)
	}
	return pids, nil
}

// cpu is what processes and their descendants have taken so far.
func cpu(roots ...int) (all time.Duration, err error) {
	pids, err := tree(roots...)
	if err != nil {
		return 0, err
	}
	for _, pid := range pids {
		s, err := readStat(pid)
		if errors.Is(err, os.ErrNotExist) {
			continue // its parent has its time
		}
		if err != nil {
			return 0, err
		}
		all += s.cpu
	}
	return all, nil
}

// peak is the most that processes and their descendants had in memory, in MiB.
func peak(roots ...int) (mib float64, err error) {
	pids, err := tree(roots...)
	if err != nil {
		return 0, err
	}
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue
		}
		mib += highWater(string(text))
	}
	return mib, nil
}

// highWater is VmHWM of /proc/<pid>/status, 0 where there is none.
func highWater(status string) (mib float64) {
	_, rest, _ := strings.Cut(status, "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	if f := strings.Fields(line); len(f) > 0 {
		kib, _ := strconv.ParseFloat(f[0], 64)
		return kib / 1024
	}
	return 0
}

// forgetPeak begins a new peak of a process that goes on.
func forgetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}
