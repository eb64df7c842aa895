package embedded

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// The engine comes from npm, which checks it against the lock file's integrity
// hash. The files are in the binary, so that it can be fetched from any folder.
//
//go:embed engine/package.json engine/package-lock.json engine/npmrc
var engineFiles embed.FS

// libraries are the engine's packages by platform.
var libraries = map[string]string{
	"linux/amd64": "@chdb/lib-linux-x64-gnu",
}

// ErrNoEngine says that ClickHouse cannot be embedded here.
var ErrNoEngine = errors.New("no embedded ClickHouse here; use a server instead: --clickhouse host:port")

// Engine is the path of the engine's library. The first call on a machine
// fetches it with npm, some 150 MB, into the user's cache (or CUSTODY_CACHE);
// progress, which may be nil, is told what is being done meanwhile.
func Engine(ctx context.Context, progress func(string)) (string, error) {
	if progress == nil {
		progress = func(string) {}
	}
	pkg, ok := libraries[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok || !canHost {
		return "", fmt.Errorf("%s/%s: %w", runtime.GOOS, runtime.GOARCH, ErrNoEngine)
	}
	dir, err := engineDir()
	if err != nil {
		return "", err
	}
	library := filepath.Join("node_modules", filepath.FromSlash(pkg), "libchdb.so")
	if whole(dir, library) {
		return filepath.Join(dir, library), nil
	}
	if err := fetch(ctx, dir, library, progress); err != nil {
		return "", fmt.Errorf("fetch the ClickHouse engine: %w", err)
	}
	return filepath.Join(dir, library), nil
}

// sizeFile, in the engine's folder, is written last and tells the library's size.
const sizeFile = "size"

// whole says that dir holds all of the library: npm checked its hash when it
// came, and nothing cut it short since.
func whole(dir, library string) bool {
	want, err := os.ReadFile(filepath.Join(dir, sizeFile))
	if err != nil {
		return false
	}
	info, err := os.Stat(filepath.Join(dir, library))
	return err == nil && strconv.FormatInt(info.Size(), 10) == string(want)
}

// seal makes the folder whole, on disk before its name is.
func seal(dir, library string) error {
	f, err := os.OpenFile(filepath.Join(dir, library), os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("npm installed none (%w): %w", err, ErrNoEngine)
	}
	info, err := f.Stat()
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, sizeFile), []byte(strconv.FormatInt(info.Size(), 10)), 0o644)
}

// engineDir is named after the lock file: another version goes elsewhere.
func engineDir() (string, error) {
	cache := os.Getenv("CUSTODY_CACHE")
	if cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("where to keep the ClickHouse engine: %w; set CUSTODY_CACHE", err)
		}
		cache = filepath.Join(user, "custody")
	}
	lock, err := engineFiles.ReadFile("engine/package-lock.json")
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(lock)
	return filepath.Join(cache, "clickhouse-"+hex.EncodeToString(sum[:6])), nil
}

// fetch fills dir, which appears when it is complete. Of several processes one works.
func fetch(ctx context.Context, dir, library string, progress func(string)) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return fmt.Errorf("npm is needed once, install Node.js 20 or newer: %w: %w", err, ErrNoEngine)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	unlock, err := lockFile(ctx, dir+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if whole(dir, library) {
		return nil // another was first
	}
	work := dir + ".part"
	if err := errors.Join(os.RemoveAll(dir), os.RemoveAll(work), os.MkdirAll(work, 0o755), unpack(work)); err != nil {
		return err
	}
	if err := npmInstall(ctx, npm, work, progress); err != nil {
		return err
	}
	if err := seal(work, library); err != nil {
		return err
	}
	return os.Rename(work, dir)
}

func unpack(dir string) error {
	for from, to := range map[string]string{"package.json": "package.json", "package-lock.json": "package-lock.json", "npmrc": ".npmrc"} {
		text, err := engineFiles.ReadFile("engine/" + from)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, to), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func npmInstall(ctx context.Context, npm, dir string, progress func(string)) error {
	if err := roomIn(dir); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, npm, "ci", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return err
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	began := time.Now()
	for {
		select {
		case err := <-over:
			if err != nil {
				return fmt.Errorf("npm ci in %s: %w: %s", dir, err, strings.TrimSpace(said.String()))
			}
			return nil
		case <-time.After(time.Second):
			progress(fmt.Sprintf("fetching the ClickHouse engine (once): %d MB unpacked, %ds",
				size(dir)>>20, int(time.Since(began).Seconds())))
		}
	}
}

func size(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}

// lockFile waits for an exclusive lock that ends with the process at the latest.
func lockFile(ctx context.Context, name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		taken, err := tryLock(f)
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if taken {
			return func() { _ = f.Close() }, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(100 * time.Millisecond):
		}
	}
}
