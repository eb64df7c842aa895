package main

import (
	"errors"
	"net"
	"sync"
	"time"
)

// A proxy stands between a client and a server, and is the network that fails:
// it can cut what runs through it, let no bytes through one way or both, or
// turn new connections away.
type proxy struct {
	listener net.Listener
	target   func() string
	tap      func() tap // for each connection one

	mu      sync.Mutex
	moved   *sync.Cond // stalled, or a link's end, changed
	links   map[*link]bool
	stalled [2]bool // by direction
	refuse  bool
	trap    *trap
}

// The directions.
const (
	up   = 0 // from the client to the server
	down = 1
)

// A tap follows what a connection says, and tells which steps bytes are of.
type tap interface {
	see(way int, b []byte) step
}

func newProxy(target func() string, tap func() tap) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, target: target, tap: tap, links: map[*link]bool{}}
	p.moved = sync.NewCond(&p.mu)
	go p.serve()
	return p, nil
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go p.join(client.(*net.TCPConn))
		}
	}
}

// join connects a client with the server, unless the network is down.
func (p *proxy) join(client *net.TCPConn) {
	p.mu.Lock()
	refuse := p.refuse
	p.mu.Unlock()
	var server net.Conn
	err := errors.New("refused")
	if !refuse {
		server, err = net.DialTimeout("tcp", p.target(), 5*time.Second) //nolint:noctx // bounded
	}
	if err != nil {
		reset(client)
		return
	}
	l := &link{proxy: p, client: client, server: server.(*net.TCPConn), tap: p.tap()}
	p.mu.Lock()
	p.links[l] = true
	p.mu.Unlock()
	var ways sync.WaitGroup
	ways.Go(func() { l.carry(up) })
	ways.Go(func() { l.carry(down) })
	ways.Wait()
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}

// cut resets all that runs through it; it says whether anything did.
func (p *proxy) cut() (hit bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.cut()
		hit = true
	}
	p.moved.Broadcast()
	return hit
}

// stall lets no bytes through, nor ends: neither side is told anything.
func (p *proxy) stall(toServer, toClient bool) (hit bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = [2]bool{toServer, toClient}
	p.moved.Broadcast()
	return len(p.links) > 0
}

// turnAway says whether new connections are refused.
func (p *proxy) turnAway(refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = refuse
}

// set arms a trap, or none.
func (p *proxy) set(t *trap) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trap = t
}

func (p *proxy) armed() *trap {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trap
}

func (p *proxy) close() {
	_ = p.listener.Close()
	p.turnAway(true)
	p.stall(false, false)
	p.cut()
}

// A link is one connection through a proxy.
type link struct {
	proxy          *proxy
	client, server *net.TCPConn
	tap            tap
	over           bool // guarded by the proxy's lock
}

// cut resets both ends; the proxy's lock is held.
func (l *link) cut() {
	l.over = true
	reset(l.client)
	reset(l.server)
}

// abandon resets the client's end only: what it sent is still on its way.
func (l *link) abandon() { reset(l.client) }

func reset(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}

// carry copies bytes one way until an end comes, which is passed on, too.
func (l *link) carry(way int) {
	from, to := l.client, l.server
	if way == down {
		from, to = to, from
	}
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !l.wait(way) {
			return
		}
		if n > 0 && l.pass(way, to, buffer[:n]) != nil && way == up {
			l.proxy.mu.Lock()
			l.cut()
			l.proxy.mu.Unlock()
			return
		}
		if err != nil {
			_ = to.CloseWrite()
			return
		}
	}
}

// wait returns when bytes may pass; false if the link is cut.
func (l *link) wait(way int) bool {
	p := l.proxy
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.stalled[way] && !l.over {
		p.moved.Wait()
	}
	return !l.over
}

// pass writes bytes on, and lets an armed trap see which step of an insert they are.
func (l *link) pass(way int, to *net.TCPConn, b []byte) error {
	steps := l.tap.see(way, b)
	if t := l.proxy.armed(); t != nil && steps&t.step != 0 && t.take() {
		return t.spring(l, to, b)
	}
	_, err := to.Write(b)
	return err
}
