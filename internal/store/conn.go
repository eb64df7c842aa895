package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// How long the steps of a connection may take, and how long an idle one is kept.
const (
	dialTimeout = 5 * time.Second
	maxIdle     = time.Minute
	graceTime   = 2 * time.Second // to tell the server of a cancellation
)

// A conn is one connection. It has one query at a time.
type conn struct {
	*ch.Client
	socket net.Conn
	used   time.Time
}

// A pool keeps idle connections and makes new ones when there are none.
type pool struct {
	config  Config
	zip     ch.Compression
	session []ch.Setting
	slots   chan struct{} // as many queries run at once; nil = any number

	mu     sync.Mutex
	idle   []*conn
	closed bool
	lost   bool   // a connection, since one was made
	lives  uint64 // of the server, as far as we can tell: see dial
}

// do runs q on some connection. A connection on which anything went wrong is not
// used again.
func (p *pool) do(ctx context.Context, q ch.Query) error {
	if p.slots != nil {
		select {
		case p.slots <- struct{}{}:
			defer func() { <-p.slots }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	c, err := p.get(ctx)
	if err != nil {
		return err
	}
	if err := c.do(ctx, q); err != nil {
		p.lose(c)
		return err
	}
	p.put(c)
	return nil
}

// do runs q; it returns soon after ctx ends even if the server is silent.
func (c *conn) do(ctx context.Context, q ch.Query) error {
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(graceTime, func() { _ = c.socket.Close() })
	})
	err := c.Do(ctx, q)
	if !stop() && err == nil {
		err = ctx.Err() // the socket is going to be closed
	}
	return err
}

// get takes an idle connection that still answers, or dials. Where one does not
// answer, the others are as old and not asked.
func (p *pool) get(ctx context.Context) (*conn, error) {
	c := p.take()
	if c == nil {
		return p.dial(ctx)
	}
	if time.Since(c.used) < maxIdle && c.answers(ctx) {
		return c, nil
	}
	p.lose(c)
	_ = p.drop()
	return p.dial(ctx)
}

// lose gives up a connection that failed, or rested so long that nobody knows
// what the server did meanwhile.
func (p *pool) lose(c *conn) {
	_ = c.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lost = true
}

func (c *conn) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = c.socket.Close() })
	defer stop()
	return c.Ping(ctx) == nil
}

func (p *pool) take() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	c := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return c
}

func (p *pool) put(c *conn) {
	c.used = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || c.IsClosed() {
		_ = c.Close()
		return
	}
	p.idle = append(p.idle, c)
}

// close gives back the idle connections; those in use are closed when they are done.
func (p *pool) close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	return p.drop()
}

// drop closes the idle connections.
func (p *pool) drop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.Close())
	}
	p.idle = nil
	return errors.Join(errs...)
}

// dial connects to the first address that takes us in. The first connection of all
// begins a life of the server, and the first after one was lost; one made beside
// others that last does not, as they would not have outlived it.
func (p *pool) dial(ctx context.Context) (*conn, error) {
	var errs []error
	for _, addr := range p.config.Addr {
		c, err := p.dialOne(ctx, addr)
		if err == nil {
			p.begin()
			return c, nil
		}
		errs = append(errs, fmt.Errorf("connect to ClickHouse at %s: %w", addr, err))
	}
	return nil, errors.Join(errs...)
}

func (p *pool) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lives == 0 || p.lost {
		p.lives++
	}
	p.lost = false
}

func (p *pool) dialOne(ctx context.Context, addr string) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	var d interface {
		DialContext(ctx context.Context, network, addr string) (net.Conn, error)
	} = &net.Dialer{}
	if p.config.TLS != nil {
		d = &tls.Dialer{Config: p.config.TLS}
	}
	socket, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	client, err := ch.Connect(ctx, socket, ch.Options{
		Database: p.config.Database, User: p.config.User, Password: p.config.Password,
		Compression: p.zip, ClientName: "custody", Settings: p.session,
		HandshakeTimeout: dialTimeout, ReadTimeout: dialTimeout,
	})
	if err != nil {
		_ = socket.Close()
		return nil, err
	}
	return &conn{Client: client, socket: socket, used: time.Now()}, nil
}

// setting is a setting that an older server which does not know it may ignore.
func setting(key, value string) ch.Setting { return ch.Setting{Key: key, Value: value} }

// refusedWith says whether the server answered with one of the codes.
func refusedWith(err error, codes ...proto.Error) bool { return ch.IsErr(err, codes...) }
