package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// afternoonGo is built as anybody would build it.
func (s *site) afternoonGo(ctx context.Context) (c contestant, err error) {
	binary := s.afternoonBinary()
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "github.com/datacustody/custody/bench/pipe/afternoon")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return c, fmt.Errorf("build the afternoon's consumer in Go: %w: %s", err, out)
	}
	return s.command(nameGo, "an afternoon's Go (`bench/pipe/afternoon`): kafka-go `Reader`, cloudevents/sdk-go, encoding/json, clickhouse-go row append, into the plain table",
		"50,000 rows or 1 s a batch, LZ4, commit after the insert; `MinBytes` 64 KiB, `MaxBytes` 10 MiB, `QueueCapacity` 10,000", nil, binary), nil
}

func (s *site) afternoonBinary() string { return filepath.Join(s.dir, "afternoon") }

//go:embed python/afternoon.py
var pythonProgram []byte

//go:embed python/requirements.txt
var pythonRequirements []byte

// afternoonPython runs with the libraries that are pinned, and no others.
func (s *site) afternoonPython(ctx context.Context) (c contestant, err error) {
	libraries, err := s.pythonLibraries(ctx)
	if err != nil {
		return c, fmt.Errorf("install the libraries of the afternoon's consumer in Python (or leave it out with -only): %w", err)
	}
	program := filepath.Join(s.dir, "afternoon.py")
	if err := os.WriteFile(program, pythonProgram, 0o600); err != nil {
		return c, err
	}
	return s.command(namePython, "an afternoon's Python (`bench/pipe/python`): confluent-kafka, json, clickhouse-connect, into the plain table",
		"50,000 rows or 1 s a batch, LZ4, commit after the insert; 1,000 messages a poll", []string{"PYTHONPATH=" + libraries}, "python3", program), nil
}

// pythonLibraries is a folder named after the pins: others go elsewhere.
func (s *site) pythonLibraries(ctx context.Context) (dir string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(pythonRequirements)
	dir = filepath.Join(cache, "custody", "python-"+hex.EncodeToString(sum[:6]))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	pins, work := filepath.Join(s.dir, "requirements.txt"), dir+".part"
	if err := errors.Join(os.RemoveAll(work), os.MkdirAll(work, 0o755), os.WriteFile(pins, pythonRequirements, 0o600)); err != nil {
		return "", err
	}
	progress("fetching libraries for Python (once)")
	cmd := exec.CommandContext(ctx, "python3", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", work, "-r", pins)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return dir, os.Rename(work, dir)
}
