package notice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/datacustody/custody/internal/erasure"
)

// A File appends notices to a file a day in a party's directory, a CloudEvent a
// line, or as CSV: for parties that fetch files. A line is there whole or was never
// said to be sent; one that stands twice bears the same id twice.
type File struct {
	Directory string
	Party     string
	CSV       bool
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
	name := filepath.Join(f.Directory, f.Party+"-"+now().UTC().Format(time.DateOnly))
	var err error
	if f.CSV {
		err = f.append(name+".csv", []byte(strings.Join(head, ",")+"\n"), table(n))
	} else {
		err = f.append(name+".jsonl", nil, append(n.CloudEvent(f.Source), '\n'))
	}
	if err != nil {
		return fmt.Errorf("write a notice: %w", err)
	}
	return nil
}

// append adds the line, in a new file after the first.
func (f *File) append(name string, first, line []byte) (err error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	empty, torn, err := end(file)
	switch {
	case err != nil:
		return err
	case empty:
		line = append(first, line...)
	case len(torn) > 0: // a crash left half a line: it must not swallow ours
		line = append([]byte{'\n'}, line...)
		if f.CSV && bytes.Count(torn, []byte{'"'})%2 == 1 { // within a quoted field, where a line does not end
			line = append([]byte{'"'}, line...)
		}
	}
	if _, err := file.Write(line); err != nil {
		return err
	}
	return file.Sync()
}

// end says whether the file is empty, and gives the line in whose middle it ends.
func end(file *os.File) (empty bool, torn []byte, err error) {
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return err == nil, nil, err
	}
	last := make([]byte, min(end, longest))
	_, err = file.ReadAt(last, end-int64(len(last)))
	return false, last[bytes.LastIndexByte(last, '\n')+1:], err
}

// longest is more than a line of CSV has.
const longest = 64 << 10
