package notice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/datacustody/custody/internal/erasure"
)

// A File appends notices to a file a day in a party's directory, a CloudEvent a
// line: for parties that fetch files. A line is there whole or was never said to
// be sent; one that stands twice bears the same id twice.
type File struct {
	Directory string
	Party     string
	Source    string
	Now       func() time.Time // nil: time.Now

	mu sync.Mutex
}

// Send returns when the line is on the disk.
func (f *File) Send(_ context.Context, n erasure.Notification) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now
	if f.Now != nil {
		now = f.Now
	}
	name := filepath.Join(f.Directory, f.Party+"-"+now().UTC().Format(time.DateOnly)+".jsonl")
	if err := f.append(name, append(n.CloudEvent(f.Source), '\n')); err != nil {
		return fmt.Errorf("write a notice: %w", err)
	}
	return nil
}

func (f *File) append(name string, line []byte) (err error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	torn, err := tornEnd(file)
	if err != nil {
		return err
	}
	if torn { // a crash left half a line: it must not swallow ours
		line = append([]byte{'\n'}, line...)
	}
	if _, err := file.Write(line); err != nil {
		return err
	}
	return file.Sync()
}

// tornEnd says whether the file ends in the middle of a line.
func tornEnd(file *os.File) (bool, error) {
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return false, err
	}
	var last [1]byte
	_, err = file.ReadAt(last[:], end-1)
	return last[0] != '\n', err
}
