package embedded

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"syscall"
	"time"
)

// The ports that are chosen from: below those that systems give to clients. A
// client's own port could take the place of a server that is away for a second.
const firstPort, portCount = 20000, 12000

// ErrPort says that a port that was asked for is taken.
var ErrPort = errors.New("end that or choose another port")

// claim finds a port of this machine that is free.
func claim(what string) (int, error) {
	l, err := listen(what, 0)
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func local(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// listen opens a port of this machine; 0 is any free one. A given port gets a
// second to come free: its last owner may be ending.
func listen(what string, port int) (l net.Listener, err error) {
	for try := range 20 {
		chosen := port
		if port == 0 {
			chosen = firstPort + rand.IntN(portCount)
		} else if try > 0 {
			time.Sleep(50 * time.Millisecond)
		}
		l, err = net.Listen("tcp", local(chosen)) //nolint:noctx // it does not wait
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %d for %s is in use by another program; %w", port, what, ErrPort)
	case err != nil:
		return nil, fmt.Errorf("listen for %s: %w", what, err)
	}
	return l, nil
}
