package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"go.uber.org/zap"

	"github.com/datacustody/custody/internal/rules"
)

// open reads what events are judged by. Whoever judges them calls it first.
func (k *contract) open() error {
	c, err := k.catalog()
	if err != nil {
		return err
	}
	k.court = rules.NewCourt(c)
	return nil
}

// reread reads parties and policies again. Where anything is wrong with them, the
// catalogue stays what it was.
func (k *contract) reread(log *zap.Logger) {
	c, err := k.catalog()
	if err != nil {
		log.Error("parties and policies were not read again: those of before stay in force", zap.Error(err))
		return
	}
	before := k.court.Catalog().Digest()
	k.court.Adopt(c)
	log.Info("parties and policies read again", zap.String("before", before), zap.String("catalog", c.Digest()),
		zap.Int("parties", len(c.Parties())), zap.Int("policies", len(c.Policies())))
}

// hangups reads them again whenever the process gets SIGHUP, from now on.
func (k *contract) hangups(log *zap.Logger) func(context.Context) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	return func(ctx context.Context) error {
		defer signal.Stop(hangup)
		for {
			select {
			case <-hangup:
				k.reread(log)
			case <-ctx.Done():
				return nil
			}
		}
	}
}
