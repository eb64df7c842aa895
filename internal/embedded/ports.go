package embedded

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// claim finds out that a port of this machine is free, or picks one for 0.
func claim(what string, port int) (int, error) {
	l, err := listen(what, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return 0, err
	}
	defer l.Close() //nolint:errcheck // nothing was written
	return l.Addr().(*net.TCPAddr).Port, nil
}

func listen(what, network, address string) (net.Listener, error) {
	l, err := net.Listen(network, address) //nolint:noctx // it does not wait
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %s for %s is in use by another program; end that or choose another port", address, what)
	case err != nil:
		return nil, fmt.Errorf("listen for %s: %w", what, err)
	}
	return l, nil
}
