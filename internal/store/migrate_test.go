package store_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/datacustody/custody/internal/store"
)

var _ = os.Getenv
var _ = errors.Is

func open(t testing.TB) *store.DB {
	db, err := store.Open(store.Config{Addr: []string{"127.0.0.1:19000"}, User: "default"})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestMigrateRace(t *testing.T) {
	files := fstest.MapFS{"0001_a.sql": {Data: []byte("CREATE TABLE IF NOT EXISTS custody.a (x UInt8) ENGINE=MergeTree ORDER BY x;\nINSERT INTO custody.a SELECT 1 WHERE NOT sleep(1);\n")}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			db := open(t)
			defer db.Close()
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			if err := db.Migrate(ctx, files, func(s store.Step) { t.Log(s.Name) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
