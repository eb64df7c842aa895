package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

const (
	shopParty = "parties:\n  - {id: shop, en: Shop, role: controller, country: CN}\n"
	moreParty = shopParty + "  - {id: bike, en: Bike, role: carrier, country: CN}\n"
	badParty  = shopParty + "  - {id: bike, en: Bike, role: courier}\n"
)

// TestSIGHUP reads parties and policies again; where they are wrong, that is told
// and those of before stay.
func TestSIGHUP(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(shopParty)
	k := &contract{parties: dir}
	if err := k.open(); err != nil {
		t.Fatal(err)
	}
	core, told := observer.New(zapcore.InfoLevel)
	ctx, stop := context.WithCancel(t.Context())
	run, ended := k.hangups(zap.New(core)), make(chan error)
	go func() { ended <- run(ctx) }()
	hangUp := func(n int) {
		t.Helper()
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for told.Len() < n {
			time.Sleep(time.Millisecond)
		}
	}

	first := k.court.Catalog()
	write(badParty)
	hangUp(1)
	if k.court.Catalog() != first || told.All()[0].Level != zapcore.ErrorLevel {
		t.Errorf("after a bad file the catalogue is another, or nothing was told: %v", told.All())
	}
	write(moreParty)
	hangUp(2)
	if k.court.Catalog().Party([]byte("bike")) == nil || k.court.Catalog().Digest() == first.Digest() {
		t.Error("after a good file bike is not registered")
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("run = %v, want nil", err)
	}
}
