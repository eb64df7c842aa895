//go:build kafka

package apache_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/datacustody/custody/internal/testkit/apache"
)

// parentVariable makes this binary a parent of a cluster, to be killed.
const parentVariable = "CUSTODY_TEST_KAFKA_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(parentVariable) != "" {
		beParent()
		return
	}
	os.Exit(m.Run())
}

func beParent() {
	c, err := apache.Start(context.Background(), apache.Options{Version: os.Getenv(apache.Version), Dir: os.Getenv(parentVariable), Brokers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(c.Addrs(), " "))
	select {}
}

// No broker outlives the process that started it, not even one killed with SIGKILL.
func TestAClusterEndsWithItsParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"="+t.TempDir())
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	_ = parent.Process.Kill()
	_ = parent.Wait()
	addrs := strings.Fields(line)
	if len(addrs) != 2 {
		t.Fatalf("the parent said %q, want two addresses", line)
	}
	for _, addr := range addrs {
		for deadline := time.Now().Add(time.Minute); listens(addr); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the broker at %s outlives its parent", addr)
			}
		}
	}
}

func listens(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	return err == nil && conn.Close() == nil
}
