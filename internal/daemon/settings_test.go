package daemon_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/daemon"
)

// settings is a command's options as a test sees them.
type settings struct {
	kafka          []string
	user, password string
	rows           int
	age            time.Duration
}

// load runs Load with a file of this text (none if empty), these variables and these flags.
func load(t *testing.T, file string, environ, args []string) (settings, *pflag.FlagSet, error) {
	t.Helper()
	var s settings
	fs := pflag.NewFlagSet("custody", pflag.ContinueOnError)
	fs.String(daemon.ConfigFlag, "", "")
	fs.StringSliceVar(&s.kafka, "kafka", []string{"127.0.0.1:9092"}, "")
	fs.StringVar(&s.user, "kafka-user", "nobody", "")
	daemon.SecretVar(fs, &s.password, "kafka-password", "password")
	fs.IntVar(&s.rows, "batch-rows", 100, "")
	fs.DurationVar(&s.age, "batch-age", time.Second, "")
	if file != "" {
		args = append(args, "--config", write(t, file))
	}
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	known := func(name string) bool { return fs.Lookup(name) != nil || name == "http" }
	return s, fs, daemon.Settings{Environ: environ, Known: known}.Load(fs)
}

func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSettingsComeFromFlagThenEnvironmentThenFileThenDefault(t *testing.T) {
	for name, c := range map[string]struct {
		file          string
		environ, args []string
		want          string
	}{
		"default":               {want: "nobody"},
		"file":                  {file: "kafka-user: file", want: "file"},
		"environment over file": {file: "kafka-user: file", environ: []string{"CUSTODY_KAFKA_USER=env"}, want: "env"},
		"flag over all":         {file: "kafka-user: file", environ: []string{"CUSTODY_KAFKA_USER=env"}, args: []string{"--kafka-user=flag"}, want: "flag"},
		"another's variable":    {environ: []string{"CUSTODY_SERVICE_HOST=x", "KAFKA_USER=y"}, want: "nobody"},
		"another's key":         {file: "http: :8080\nkafka-user: file", want: "file"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := load(t, c.file, c.environ, c.args)
			if err != nil || got.user != c.want {
				t.Errorf("Load() gave user %q, %v, want %q", got.user, err, c.want)
			}
		})
	}
}

func TestSettingsAreReadByType(t *testing.T) {
	got, _, err := load(t, "kafka: [a:1, b:2]\nbatch-rows: 7", []string{"CUSTODY_BATCH_AGE=3s"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a:1", "b:2"}; !slices.Equal(got.kafka, want) || got.rows != 7 || got.age != 3*time.Second {
		t.Errorf("Load() = %+v, want kafka %v, rows 7, age 3s", got, want)
	}
	if got, _, _ := load(t, "", []string{"CUSTODY_KAFKA=c:3,d:4"}, nil); !slices.Equal(got.kafka, []string{"c:3", "d:4"}) {
		t.Errorf("CUSTODY_KAFKA=c:3,d:4 gave %v", got.kafka)
	}
}

func TestSettingsRefuseWhatTheyDoNotKnow(t *testing.T) {
	for name, c := range map[string]struct {
		file    string
		environ []string
		want    string // in the error
		never   string // not in it
	}{
		"unknown key":           {file: "kafka-usr: x-secret", want: `"kafka-usr"`, never: "x-secret"},
		"nested key":            {file: "kafka: {brokers: a}", want: `"kafka.brokers"`},
		"no YAML":               {file: "a: b: c", want: "read settings from"},
		"wrong type, file":      {file: "batch-rows: many", want: "batch-rows", never: "many"},
		"wrong type, variable":  {environ: []string{"CUSTODY_BATCH_AGE=soon"}, want: "CUSTODY_BATCH_AGE", never: "soon"},
		"secret twice":          {environ: []string{"CUSTODY_KAFKA_PASSWORD=p", "CUSTODY_KAFKA_PASSWORD_FILE=f"}, want: "kafka-password"},
		"secret file not there": {environ: []string{"CUSTODY_KAFKA_PASSWORD_FILE=/not/there"}, want: "/not/there"},
		"no such settings file": {environ: []string{"CUSTODY_CONFIG=/not/there"}, want: "/not/there"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := load(t, c.file, c.environ, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("Load() = %v, want an error with %s", err, c.want)
			}
			if c.never != "" && strings.Contains(err.Error(), c.never) {
				t.Errorf("Load() = %v, tells a value", err)
			}
		})
	}
}

func TestSecretsComeFromFilesAndAreMasked(t *testing.T) {
	file := write(t, "hush\n")
	got, fs, err := load(t, "kafka-password: old", []string{"CUSTODY_KAFKA_PASSWORD_FILE=" + file}, nil)
	if err != nil || got.password != "hush" {
		t.Fatalf("Load() gave password %q, %v, want hush", got.password, err)
	}
	dump := strings.Join(daemon.Dump(fs), "\n")
	if strings.Contains(dump, "hush") || !strings.Contains(dump, "kafka-password=******\n") {
		t.Errorf("Dump() = %s, want the password masked", dump)
	}
	if !strings.Contains(dump, "kafka-user=nobody") {
		t.Errorf("Dump() = %s, want the other settings", dump)
	}
}
