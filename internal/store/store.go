// Package store keeps the log in ClickHouse and reads it back. Its law: a block
// of rows is sent once and becomes one part, there or not there; no reader
// shortens an answer silently; no error holds a value of an event.
package store

import (
	"crypto/tls"
	"errors"
	"net"

	"github.com/ClickHouse/ch-go"

	"github.com/datacustody/custody/schemas/event"
)

// Config says where ClickHouse is and who we are there.
type Config struct {
	Addr           []string // host:port of the native protocol; readers try them in turn, writers need one
	Database       string   // for the session; the log is always custody.log
	User, Password string
	TLS            *tls.Config
	Vocabulary     *event.Vocabulary // of the decoder whose records are inserted; nil = event.Standard()
}

// What can be wrong with an insert. Any other error leaves open whether the
// block is stored.
var (
	// ErrLease says that the server refused the block as its lease was over: it is not stored.
	ErrLease = errors.New("the lease is over")
	// ErrNotSent says that the block never left this process: it is not stored.
	ErrNotSent = errors.New("not sent")
)

// NotStored says whether an error of Log.Insert is certain to have stored nothing.
func NotStored(err error) bool { return errors.Is(err, ErrLease) || errors.Is(err, ErrNotSent) }

// check says what is missing. It never names a password.
func (c Config) check() error {
	if len(c.Addr) == 0 {
		return errors.New("no address of ClickHouse")
	}
	return nil
}

// compression of what is inserted: none where the server is on this machine, as
// there is no network then that it would spare.
func (c Config) compression() ch.Compression {
	for _, addr := range c.Addr {
		host, _, err := net.SplitHostPort(addr)
		if ip := net.ParseIP(host); err != nil || host != "localhost" && !ip.IsLoopback() {
			return ch.CompressionLZ4
		}
	}
	return ch.CompressionDisabled
}

// checkOne is check for those who write. Until replicas are supported, rows and
// locks must not end up on this server now and on that one then.
func (c Config) checkOne() error {
	if len(c.Addr) > 1 {
		return errors.New("more than one address of ClickHouse: whoever writes needs one server")
	}
	return c.check()
}
