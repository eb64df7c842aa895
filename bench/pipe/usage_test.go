package main

import (
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	const rest = " S 42 7 7 0 -1 4194560 100 200 0 0 150 50 7 3 20 0 9 0 100 1000 10"
	for name, c := range map[string]struct {
		text string
		want stat
		ok   bool
	}{
		"a plain name":                  {"7 (java)" + rest, stat{42, 2100 * time.Millisecond}, true},
		"a name with a space and more":  {"7 (a) b (c))" + rest, stat{42, 2100 * time.Millisecond}, true},
		"half a line":                   {"7 (java) S 42", stat{}, false},
		"words where numbers should be": {"7 (java) S x 7 7 0 -1 4194560 100 200 0 0 150 50 7 3 20", stat{}, false},
	} {
		got, err := parseStat(c.text)
		if (err == nil) != c.ok || c.ok && got != c.want {
			t.Errorf("%s: parseStat = %v, %v, want %v", name, got, err, c.want)
		}
	}
}

func TestHighWater(t *testing.T) {
	for text, want := range map[string]float64{"VmPeak:\t9 kB\nVmHWM:\t    2048 kB\nVmRSS:\t1 kB\n": 2, "Name:\tkthreadd\n": 0} {
		if got := highWater(text); got != want {
			t.Errorf("highWater(%q) = %v, want %v", text, got, want)
		}
	}
}

// A shell's children count with it, those that have ended, too.
func TestATreeIsCounted(t *testing.T) {
	cmd := exec.Command("sh", "-c", `i=0; sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; echo ready; sleep 100`)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = withParent
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }()
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if took, err := cpu(cmd.Process.Pid); err != nil || took <= 0 {
		t.Errorf("cpu = %v, %v, want more than nothing", took, err)
	}
	if mib, err := peak(cmd.Process.Pid); err != nil || mib <= 0 {
		t.Errorf("peak = %v, %v, want more than nothing", mib, err)
	}
	pids, err := tree(os.Getpid())
	if err != nil || !slices.Contains(pids, cmd.Process.Pid) {
		t.Errorf("tree of this process = %v, %v, want %d among it", pids, err, cmd.Process.Pid)
	}
}

func TestOptions(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		ok   bool
	}{
		"none":                           {nil, true},
		"one more, and only it":          {[]string{"-contestant", "connect=./run.sh a=b", "-only", "connect"}, true},
		"a contestant without a command": {[]string{"-contestant", "connect"}, false},
		"a contestant that is unknown":   {[]string{"-only", "connect"}, false},
		"another Kafka":                  {[]string{"-kafka", "other"}, false},
		"no events":                      {[]string{"-events", "0"}, false},
		"no runs":                        {[]string{"-runs", "0"}, false},
		"a word":                         {[]string{"fast"}, false},
	} {
		if _, err := options(c.args); (err == nil) != c.ok {
			t.Errorf("%s: options(%q) = %v", name, c.args, err)
		}
	}
}
