package apache

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// The ports that are chosen from: below those that systems give to clients. A
// client's own port could take the place of a broker that is down.
const firstPort, portCount = 20000, 12000

func local(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// choosePorts gives n ports: those from first on, or free ones where first is 0.
func choosePorts(first, n int) (ports []int, err error) {
	for try := 0; len(ports) < n; try++ {
		port := first + len(ports)
		if first == 0 {
			port = firstPort + rand.IntN(portCount)
		}
		l, err := net.Listen("tcp", local(port)) //nolint:noctx // it does not wait
		switch {
		case err == nil:
			defer l.Close() //nolint:errcheck // held so that none is chosen twice
			ports = append(ports, port)
		case first != 0:
			return nil, fmt.Errorf("port %d is in use by another program: end that or choose another port: %w", port, err)
		case try > 100*n:
			return nil, errors.Join(errors.New("no free port"), err)
		}
	}
	return ports, nil
}
