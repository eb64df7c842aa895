package api

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

// Whoever comes while it is asked waits for the next time; all who wait share it.
func TestTide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tide tide
		asked := int64(0)
		ask := func() (ledger.Certificate, error) {
			asked++
			now := asked
			time.Sleep(time.Second)
			return ledger.Certificate{Missing: now}, nil
		}
		got := make(chan int64, 11)
		know := func() {
			c, _ := tide.know(context.Background(), ask)
			got <- c.Missing
		}
		go know()
		time.Sleep(time.Second / 2)
		for range 10 {
			go know()
		}
		if first := <-got; first != 1 {
			t.Errorf("who came first knows of time %d, want 1", first)
		}
		for range 10 {
			if n := <-got; n != 2 {
				t.Errorf("who came later knows of time %d, want 2", n)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := tide.know(ctx, ask); err == nil {
			t.Error("who gave up is told something")
		}
		synctest.Wait()
		time.Sleep(2 * time.Second)
	})
}
