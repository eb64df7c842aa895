package embedded

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/datacustody/custody/deploy/clickhouse"
)

// config keeps the server small and quiet: nothing that a week of waiting would fill.
//
//go:embed config.xml users.xml
var config embed.FS

// listener is the local session's user, laid after users.d has removed any.
//
//go:embed listener.xml
var listener []byte

// keepListening opens both ports and then never ends, at next to no cost.
const keepListening = "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; " +
	"SELECT count() FROM numbers(1000000000000000) WHERE NOT ignore(sleep(3)) SETTINGS max_block_size=1, max_threads=1 FORMAT Null"

func (c *ClickHouse) arguments(native, http int) []string {
	return []string{
		"--config-file=" + filepath.Join(c.options.Dir, "config.xml"),
		"--path=" + filepath.Join(c.options.Dir, "data"),
		"--log-level=warning", // the file's own <level> is not heard
		"--listen_host=127.0.0.1",
		"--tcp_port=" + strconv.Itoa(native),
		"--http_port=" + strconv.Itoa(http),
		"--query", keepListening,
	}
}

// writeConfig lays down the server's configuration, with what real servers have in users.d and config.d.
func (c *ClickHouse) writeConfig() error {
	if err := os.RemoveAll(filepath.Join(c.options.Dir, "users.d")); err != nil {
		return err
	}
	return errors.Join(lay(config, ".", c.options.Dir), lay(clickhouse.Users, "users.d", c.options.Dir), lay(clickhouse.Config, "config.d", c.options.Dir),
		os.WriteFile(filepath.Join(c.options.Dir, "users.d", "zz-listener.xml"), listener, 0o600))
}

// lay writes the files below folder to dir, under the names they have.
func lay(files embed.FS, folder, dir string) error {
	return fs.WalkDir(files, folder, func(name string, d fs.DirEntry, err error) error {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(to, 0o700))
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o600)
	})
}

// variable is where users.d looks for a user's password.
func variable(user string) string { return "CUSTODY_" + strings.ToUpper(user) + "_PASSWORD" }

// passwords reads the users' passwords, or makes them up the first time.
func passwords(name string) (map[string]string, error) {
	all := map[string]string{}
	text, err := os.ReadFile(name)
	switch {
	case err == nil:
		return all, json.NewDecoder(bytes.NewReader(text)).Decode(&all)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	for _, user := range []string{"admin", "writer", "auditor", "eraser"} {
		all[user] = rand.Text()
	}
	if text, err = json.MarshalIndent(all, "", "  "); err != nil {
		return nil, err
	}
	if err := os.WriteFile(name+".new", append(text, '\n'), 0o600); err != nil {
		return nil, err
	}
	return all, os.Rename(name+".new", name)
}
