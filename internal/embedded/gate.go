package embedded

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// A gate is the server's public native port. libchdb has no handler for what
// goes wrong before a connection is greeted: a wrong password, an unknown
// database, a port scan or a client that is killed while it connects end the
// whole process (docs/decisions/0303). So the gate greets: only a whole hello of
// a known user goes through, and a client that breaks off is seen as one that
// has finished.
type gate struct {
	listener  net.Listener
	passwords map[string]string
	exists    func(database string) (bool, error)
	backend   func() string // the child's address, which changes when it dies
	open      sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
	shut  bool
}

// serve takes connections until close.
func (g *gate) serve() {
	for {
		client, err := g.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond) // out of descriptors, for instance
			continue
		}
		g.open.Go(func() { g.pass(client) })
	}
}

// close ends the gate and every connection through it.
func (g *gate) close() {
	_ = g.listener.Close()
	g.mu.Lock()
	g.shut = true
	for c := range g.conns {
		_ = c.Close()
	}
	g.mu.Unlock()
	g.open.Wait()
}

// hold notes a connection so that close finds it.
func (g *gate) hold(c net.Conn) (release func(), ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		_ = c.Close()
		return nil, false
	}
	g.conns[c] = true
	return func() {
		_ = c.Close()
		g.mu.Lock()
		delete(g.conns, c)
		g.mu.Unlock()
	}, true
}

// greeting is how long a client may take to say hello.
const greeting = 30 * time.Second

func (g *gate) pass(client net.Conn) {
	release, ok := g.hold(client)
	if !ok {
		return
	}
	defer release()
	_ = client.SetDeadline(time.Now().Add(greeting))
	in := bufio.NewReader(client)
	h, err := readHello(in)
	if err != nil {
		return
	}
	if refusal, err := g.judge(h); err != nil || refusal != nil {
		_, _ = client.Write(refusal)
		return
	}
	server, err := net.DialTimeout("tcp", g.backend(), 5*time.Second) //nolint:noctx // bounded, and close need not wait for it
	if err != nil {
		return
	}
	release, ok = g.hold(server)
	if !ok {
		return
	}
	defer release()
	_ = client.SetDeadline(time.Time{})
	early, _ := in.Peek(in.Buffered())
	if _, err := server.Write(append(h.raw, early...)); err != nil {
		return
	}
	relay(client.(*net.TCPConn), server.(*net.TCPConn))
}

// relay carries bytes both ways until both sides are done. The server never sees
// a reset: the client's end is always an end of stream, and all of the server's
// answer is taken from it.
func relay(client, server *net.TCPConn) {
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.Copy(server, client)
		_ = server.CloseWrite()
	}()
	if _, err := io.Copy(client, server); err != nil {
		_ = client.CloseRead() // it is gone; what it asked for is
		_, _ = io.Copy(io.Discard, server)
	}
	_ = client.CloseWrite()
	_ = client.CloseRead()
	<-sent
}
