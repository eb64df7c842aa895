package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/testkit"
	"github.com/datacustody/custody/schemas/clickhouse"
)

// admin may migrate.
func admin(t testing.TB) *store.DB {
	t.Helper()
	return openDB(t, testkit.ClickHouse(t).Config("admin"))
}

// more is the real migrations and further ones. What they make is only looked
// at, so that the tables stay as they are.
func more(t testing.TB, files map[string]string) fstest.MapFS {
	t.Helper()
	all := fstest.MapFS{}
	entries, err := clickhouse.Migrations.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := clickhouse.Migrations.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = &fstest.MapFile{Data: text}
	}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// next is the name of the migration after the real ones.
func next(t testing.TB, name string) string {
	t.Helper()
	return fmt.Sprintf("%04d_%s.sql", len(more(t, nil))+1, name)
}

func TestMigrateAgain(t *testing.T) {
	db := admin(t)
	if todo, err := db.Plan(t.Context(), clickhouse.Migrations); err != nil || len(todo) > 0 {
		t.Errorf("Plan = %d steps, %v, want none", len(todo), err)
	}
	err := db.Migrate(t.Context(), clickhouse.Migrations, func(s store.Step) { t.Errorf("%s was applied again", s.Name) })
	if err != nil {
		t.Error(err)
	}
}

func TestPlanSaysWhatWouldRun(t *testing.T) {
	files := more(t, map[string]string{next(t, "x"): "-- a note\nSELECT 1;\nSELECT ';' ;\n\nSELECT\n  2;\n"})
	todo, err := reader(t).Plan(t.Context(), files)
	if err != nil || len(todo) != 1 {
		t.Fatalf("Plan = %v, %v, want one step", todo, err)
	}
	if want := "[-- a note\nSELECT 1 SELECT ';' SELECT\n  2]"; fmt.Sprint(todo[0].SQL) != want || todo[0].Name != "x" {
		t.Errorf("Plan = %s %q, want %q", todo[0].Name, fmt.Sprint(todo[0].SQL), want)
	}
}

func TestMigrateRefuses(t *testing.T) {
	changed := more(t, nil)
	changed["0001_log.sql"] = &fstest.MapFile{Data: []byte("SELECT 1;")}
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  error
	}{
		"a newer database":    {fstest.MapFS{"0001_log.sql": more(t, nil)["0001_log.sql"]}, store.ErrNewer},
		"a changed migration": {changed, store.ErrChanged},
		"a gap":               {fstest.MapFS{"0002_x.sql": {Data: []byte("SELECT 1;")}}, nil},
		"a bad name":          {fstest.MapFS{"0001-x.sql": {Data: []byte("SELECT 1;")}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			err := admin(t).Migrate(t.Context(), c.files, nil)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("Migrate = %v, want %v", err, c.want)
			}
		})
	}
}

// slow is a migration that fails if it runs beside another one, and takes its
// time. It fails in the end, so that it is never recorded.
const slow = `SELECT throwIf(count() > 1, 'two at once') FROM system.processes WHERE query LIKE '%%%[1]s%%' AND query NOT LIKE '%%system.processes%%' FORMAT Null;
SELECT '%[1]s', sleep(1) FORMAT Null;
SELECT throwIf(1, 'the end of it') FORMAT Null;
`

// Of many processes that migrate at once one works, the others wait for it.
func TestMigrateRace(t *testing.T) {
	name := testkit.Unique("slow")
	files := more(t, map[string]string{next(t, "slow"): fmt.Sprintf(slow, name)})
	var all sync.WaitGroup
	began := time.Now()
	for range 3 {
		all.Go(func() {
			err := admin(t).Migrate(t.Context(), files, nil)
			if err == nil || !strings.Contains(err.Error(), "the end of it") {
				t.Errorf("Migrate = %v, want it to come to its end", err)
			}
		})
	}
	all.Wait()
	if d := time.Since(began); d < 3*time.Second {
		t.Errorf("three migrations of a second each took %v: they ran at once", d)
	}
}

// A process that waits for the lock says so when it must give up.
func TestMigrateWaits(t *testing.T) {
	hold(t)
	files := more(t, map[string]string{next(t, "x"): "SELECT 1;"})
	err := admin(t).Migrate(short(t, 2*time.Second), files, nil)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another process is migrating") {
		t.Errorf("Migrate = %v, want that another process is migrating", err)
	}
}

// The lock of a process that was killed is free at once.
func TestMigrateAfterAKill(t *testing.T) {
	holder := hold(t)
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	files := more(t, map[string]string{next(t, "x"): "SELECT throwIf(1, 'reached');"})
	err := admin(t).Migrate(short(t, 20*time.Second), files, nil)
	if err == nil || !strings.Contains(err.Error(), "reached") {
		t.Errorf("Migrate = %v, want it to have run", err)
	}
}

// hold starts a process that migrates, and returns when it has the lock.
func hold(t testing.TB) *exec.Cmd {
	t.Helper()
	c := testkit.ClickHouse(t).Config("admin")
	cmd := exec.Command(os.Args[0], "-test.run=^TestHolder$", "-test.v")
	cmd.Env = append(os.Environ(), "HOLD_ADDR="+c.Addr[0], "HOLD_PASSWORD="+c.Password)
	waitForLock(t, "0") // of the test before
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	waitForLock(t, "1")
	return cmd
}

// waitForLock waits until so many processes hold the lock.
func waitForLock(t testing.TB, holders string) {
	t.Helper()
	for range 1000 {
		if n := answer(t, "admin", `SELECT toString(count()) FROM system.processes WHERE query_id = 'custody migrations'`); n[0] == holders {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("never %s holders of the lock", holders)
}

// TestHolder is the other process.
func TestHolder(t *testing.T) {
	addr := os.Getenv("HOLD_ADDR")
	if addr == "" {
		return // only by hold
	}
	db := openDB(t, store.Config{Addr: []string{addr}, User: "admin", Password: os.Getenv("HOLD_PASSWORD")})
	files := more(t, map[string]string{
		next(t, "long"): strings.Repeat("SELECT sleep(3) FORMAT Null;\n", 10) + "SELECT throwIf(1, 'never applied') FORMAT Null;\n",
	})
	_ = db.Migrate(t.Context(), files, nil)
}

// Every statement may run twice: a crash between a migration and its record
// makes it run again.
func TestMigrationsBearRepetition(t *testing.T) {
	for name, file := range more(t, nil) {
		for _, s := range store.Statements(string(file.Data)) {
			if !repeatable(s) {
				t.Errorf("%s: a crash would run this twice: %.60s", name, s)
			}
		}
	}
}

func repeatable(sql string) bool {
	for _, words := range []string{"IF NOT EXISTS", "IF EXISTS", "CREATE OR REPLACE"} {
		if strings.Contains(sql, words) {
			return true
		}
	}
	return strings.Contains(sql, " MODIFY ") || strings.Contains(sql, " MATERIALIZE ") // the latter only what is not there yet
}
