package embedded

import (
	"os"
	"strings"
	"sync"
)

// logSize is where a log is begun anew.
const logSize = 8 << 20

// A logFile is a log that a week of errors does not let grow without bound.
type logFile struct {
	mu   sync.Mutex
	file *os.File
	size int64
	last []byte // the end of what this run wrote
}

func openLog(name string) (*logFile, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return &logFile{file: f, size: info.Size()}, nil
}

// Write never fails: a server must not die of its log.
func (l *logFile) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size > logSize {
		_ = l.file.Truncate(0)
		l.size = 0
	}
	n, _ := l.file.Write(p)
	l.size += int64(n)
	l.last = append(l.last, p...)
	l.last = l.last[max(0, len(l.last)-2000):]
	return len(p), nil
}

// Close ends the log.
func (l *logFile) Close() error { return l.file.Close() }

// tail is the end of what was written to it.
func (l *logFile) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(string(l.last))
}
