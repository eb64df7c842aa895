package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// describe is what the figures hang on: the machine and all versions.
func (s *site) describe(ctx context.Context) ([]string, error) {
	kernel, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return nil, err
	}
	lines := []string{
		fmt.Sprintf("%d cores (%s), %s of memory, Linux %s", runtime.NumCPU(), field("/proc/cpuinfo", "model name"), field("/proc/meminfo", "MemTotal"), strings.TrimSpace(string(kernel))),
		s.broker.what + "; everything on this machine, over loopback",
		"ClickHouse " + s.server.version + ", the embedded engine (libchdb) with the configuration that Custody embeds it with, but 16 threads for the Kafka engine. " +
			"A shared library's engine pays a few per cent more for its thread-locals than a server's binary; all contestants write to it",
	}
	binaries := []string{s.o.custody}
	if s.o.wants(nameGo) {
		binaries = append(binaries, s.afternoonBinary())
	}
	for _, binary := range binaries {
		line, err := libraries(binary)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	if s.o.wants(namePython) {
		version, err := exec.CommandContext(ctx, "python3", "--version").Output()
		if err != nil {
			return nil, fmt.Errorf("which Python: %w", err)
		}
		lines = append(lines, strings.TrimSpace(string(version))+", "+strings.Join(strings.Fields(string(pythonRequirements)), ", "))
	}
	return lines, nil
}

// clients are the libraries whose versions count.
var clients = []string{"github.com/segmentio/kafka-go", "github.com/cloudevents/sdk-go/v2", "github.com/ClickHouse/ch-go", "github.com/ClickHouse/clickhouse-go/v2"}

// libraries are the versions of what a binary was built with.
func libraries(binary string) (line string, err error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", fmt.Errorf("which versions: %w", err)
	}
	line = "`" + filepath.Base(binary) + "`: Go " + strings.TrimPrefix(info.GoVersion, "go")
	for _, d := range info.Deps {
		if slices.Contains(clients, d.Path) {
			line += ", " + strings.TrimPrefix(d.Path, "github.com/") + " " + d.Version
		}
	}
	return line, nil
}

// field is the first of its name in a file of /proc.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
