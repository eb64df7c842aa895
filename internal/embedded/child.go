//go:build linux && !noembedded

package embedded

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/ebitengine/purego"
)

// childVariable makes a process the ClickHouse child: it is its library's path.
const childVariable = "CUSTODY_EMBEDDED_CLICKHOUSE_CHILD"

const canHost = true

// ChildMain turns the process into the ClickHouse child if that is what it was
// started as, and then does not return. It is the first call in main and in TestMain.
func ChildMain() {
	library := os.Getenv(childVariable)
	if library == "" {
		return
	}
	// SIGINT goes to the whole terminal; only the parent may decide.
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() { // the parent holds the other end of stdin; it closes even after kill -9
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	if err := host(library, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "custody: embedded ClickHouse:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// A result is the head of chdb's struct local_result_v2.
type result struct {
	_     [6]uint64 // buffer, its length and owner, seconds, rows, bytes
	error *byte
}

// host runs clickhouse-local in this process until its query ends.
func host(library string, args []string) error {
	runtime.LockOSThread()
	handle, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return err
	}
	var query func(argc int32, argv unsafe.Pointer) *result
	purego.RegisterLibFunc(&query, handle, "query_stable_v2")
	argv := make([]*byte, 0, len(args)+2)
	for _, a := range append([]string{"clickhouse"}, args...) {
		argv = append(argv, &append([]byte(a), 0)[0])
	}
	argv = append(argv, nil)
	r := query(int32(len(argv)-1), unsafe.Pointer(&argv[0]))
	runtime.KeepAlive(argv)
	if r != nil && r.error != nil {
		return fmt.Errorf("%s", text(r.error))
	}
	return nil
}

// text is a C string.
func text(p *byte) string {
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return string(unsafe.Slice(p, n))
}
