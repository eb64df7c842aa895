package embedded_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/embedded"
)

// greet is the first packet of a client in ClickHouse's native protocol.
func greet(database, user, password string) []byte {
	p := text([]byte{0}, "test")
	for _, n := range []uint64{26, 7, 54448} {
		p = binary.AppendUvarint(p, n)
	}
	return text(p, database, user, password)
}

func text(p []byte, all ...string) []byte {
	for _, s := range all {
		p = append(binary.AppendUvarint(p, uint64(len(s))), s...)
	}
	return p
}

// TestClickHouseOutlivesItsClients: libchdb alone ends with the first client
// that is cut off while it connects, or that has the wrong password.
func TestClickHouseOutlivesItsClients(t *testing.T) {
	c := start(t, embedded.Options{Dir: t.TempDir()})
	pid := c.PID()
	good := greet("", "auditor", c.Passwords()["auditor"])
	for name, client := range map[string]struct {
		addr  string
		says  []byte
		hears string // what the answer holds; "" = no answer is read
	}{
		"a port scan":             {c.Addr(), nil, ""},
		"half a hello":            {c.Addr(), good[:7], ""},
		"a whole hello":           {c.Addr(), good, "ClickHouse"},
		"a hello, then silence":   {c.Addr(), good, ""},
		"a hello, then half more": {c.Addr(), append(good[:len(good):len(good)], 1, 5, 'a'), ""},
		"a wrong password":        {c.Addr(), greet("", "auditor", "wrong"), "Authentication failed"},
		"an unknown user":         {c.Addr(), greet("", "nobody", ""), "Authentication failed"},
		"the local session":       {c.Addr(), greet("", "default", ""), "Authentication failed"},
		"an unknown database":     {c.Addr(), greet("no`where\\", "auditor", c.Passwords()["auditor"]), "does not exist"},
		"a known database":        {c.Addr(), greet("default", "auditor", c.Passwords()["auditor"]), "ClickHouse"},
		"a TLS client":            {c.Addr(), []byte("\x16\x03\x01\x02\x00\x01"), ""},
		"a name without end":      {c.Addr(), []byte("\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), ""},
		"half a request line":     {c.HTTPAddr(), []byte("GET /?"), ""},
		"half a request":          {c.HTTPAddr(), []byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nSELE"), ""},
		"a bad request":           {c.HTTPAddr(), []byte("no request\r\n\r\n"), "400"},
		"no HTTP user":            {c.HTTPAddr(), []byte("POST / HTTP/1.0\r\nContent-Length: 22\r\n\r\nSYSTEM STOP LISTEN TCP"), "AUTHENTICATION_FAILED"},
		"no HTTP user, to ping":   {c.HTTPAddr(), []byte("POST /ping?query=SYSTEM+STOP+LISTEN+TCP HTTP/1.0\r\n\r\n"), "AUTHENTICATION_FAILED"},
		"a ping":                  {c.HTTPAddr(), []byte("GET /ping HTTP/1.0\r\n\r\n"), "Ok."},
		"the session as header":   {c.HTTPAddr(), []byte("GET /?query=SELECT+1 HTTP/1.0\r\nX-ClickHouse-User: default\r\n\r\n"), "AUTHENTICATION_FAILED"},
		"the session as basic":    {c.HTTPAddr(), []byte("GET /?query=SELECT+1 HTTP/1.0\r\nAuthorization: Basic ZGVmYXVsdDo=\r\n\r\n"), "AUTHENTICATION_FAILED"},
		"the session, behind":     {c.HTTPAddr(), []byte("GET /?query=SELECT+1&user=auditor&USER=default HTTP/1.0\r\n\r\n"), "AUTHENTICATION_FAILED"},
		"a wrong HTTP password":   {c.HTTPAddr(), []byte("GET /?query=SELECT+1&user=auditor&password=wrong HTTP/1.0\r\n\r\n"), "Authentication failed"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, linger := range []int{-1, 0} { // a client that closes, and one that is cut off
				conn, err := net.Dial("tcp", client.addr)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := conn.Write(client.says); err != nil {
					t.Fatal(err)
				}
				if client.hears != "" {
					hear(t, conn, client.hears)
				}
				time.Sleep(20 * time.Millisecond) // let it be taken in
				_ = conn.(*net.TCPConn).SetLinger(linger)
				_ = conn.Close()
			}
		})
	}
	time.Sleep(100 * time.Millisecond) // for what would end it
	must(t, c, "auditor", "SELECT 1")
	if got := c.PID(); got != pid {
		t.Errorf("the child was started again: pid %d, want still %d", got, pid)
	}
}

// TestAnAnswerMayBeginEarly, before the question has ended, and is not cut short.
func TestAnAnswerMayBeginEarly(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		_ = c.EnableFullDuplex()
		_, _ = io.WriteString(w, "early")
		_ = c.Flush()
		_, _ = io.Copy(w, r.Body)
	}))
	defer server.Close()
	gate := embedded.HTTPGate(map[string]string{"auditor": "secret"}, server.Listener.Addr().String)
	defer gate.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = gate.Serve(l) }()

	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /?user=auditor HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf"); err != nil {
		t.Fatal(err)
	}
	hear(t, conn, "early")
	if _, err := io.WriteString(conn, "rest"); err != nil {
		t.Fatal(err)
	}
	hear(t, conn, "rest")
}

// hear reads until want was said.
func hear(t *testing.T, conn net.Conn, want string) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	var said strings.Builder
	for buffer := make([]byte, 512); !strings.Contains(said.String(), want); {
		n, err := conn.Read(buffer)
		said.Write(buffer[:n])
		if err != nil && (!errors.Is(err, io.EOF) || !strings.Contains(said.String(), want)) {
			t.Fatalf("heard %q (%v), want %q in it", said.String(), err, want)
		}
	}
}
