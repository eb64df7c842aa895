package apache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/datacustody/custody/deploy/kafka"
)

// jars returns the folder with a version's jars; Maven fetches them once.
func jars(ctx context.Context, version string, progress func(string)) (dir string, err error) {
	if err := installed("java", "a JRE, 17 or newer", "default-jre-headless"); err != nil {
		return "", err
	}
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		cache = filepath.Join(home, ".cache")
	}
	dir = filepath.Join(cache, "custody", "kafka-"+version)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make a folder for Apache Kafka's jars: %w", err)
	}
	release, err := lock(dir + ".lock")
	if err != nil {
		return "", err
	}
	defer release()
	// The mark of a whole folder is the POM that it came by.
	complete := filepath.Join(dir, "complete")
	if pom, err := os.ReadFile(complete); err == nil && bytes.Equal(pom, kafka.POM) {
		return dir, nil
	}
	progress(fmt.Sprintf("fetching Apache Kafka %s (once)", version))
	if err := fetch(ctx, version, dir); err != nil {
		return "", fmt.Errorf("fetch Apache Kafka %s: %w", version, err)
	}
	return dir, os.WriteFile(complete, kafka.POM, 0o644)
}

func fetch(ctx context.Context, version, dir string) error {
	if err := installed("mvn", "Maven", "maven"); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "custody-kafka-pom-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // a temporary folder
	pom := filepath.Join(work, "pom.xml")
	if err := os.WriteFile(pom, kafka.POM, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", "-Dkafka.version="+version, "-DoutputDirectory="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out[max(0, len(out)-2000):])
	}
	return nil
}

// installed says how to get a program that is not there.
func installed(program, what, debian string) error {
	if _, err := exec.LookPath(program); errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s is not installed: Apache Kafka needs %s (on Debian: apt-get install %s)", program, what, debian)
	} else if err != nil {
		return err
	}
	return nil
}
