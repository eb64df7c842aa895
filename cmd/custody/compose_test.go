package main

import (
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/notice"
)

// tree is the root of the repository.
const tree = "../.."

// composeFile loads docker-compose.yml as docker compose does.
func composeFile(t *testing.T, environment map[string]string) (*types.Project, error) {
	t.Helper()
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir:  tree,
		ConfigFiles: []types.ConfigFile{{Filename: filepath.Join(tree, "docker-compose.yml")}},
		Environment: environment,
	}, func(o *loader.Options) { o.SetProjectName("custody", true) })
}

func passwords() map[string]string {
	return map[string]string{
		"CUSTODY_ADMIN_PASSWORD": "a", "CUSTODY_WRITER_PASSWORD": "w",
		"CUSTODY_AUDITOR_PASSWORD": "o", "CUSTODY_ERASER_PASSWORD": "e",
	}
}

func compose(t *testing.T) *types.Project {
	t.Helper()
	p, err := composeFile(t, passwords())
	if err != nil {
		t.Fatalf("docker-compose.yml: %v", err)
	}
	return p
}

// ours are the services that run this program.
func ours(t *testing.T) map[string]types.ServiceConfig {
	services := make(map[string]types.ServiceConfig)
	for name, s := range compose(t).Services {
		if s.Image == "custody:local" {
			services[name] = s
		}
	}
	if want := []string{"consume", "erase", "findings", "migrate", "serve", "topic"}; !slices.Equal(slices.Sorted(maps.Keys(services)), want) {
		t.Fatalf("services of ours = %v, want %v", slices.Sorted(maps.Keys(services)), want)
	}
	return services
}

// parse finds the command of these arguments and reads its flags and settings.
func parse(t *testing.T, args []string, environ []string) *cobra.Command {
	t.Helper()
	a := &app{surroundings: surroundings{args: args, out: io.Discard, err: io.Discard, environ: environ}}
	c := parseFlags(t, a, args)
	if err := a.settle(c, nil); err != nil {
		t.Fatalf("custody %v with %v: %v", args, environ, err)
	}
	return c
}

// parseFlags finds the command of these arguments and reads its flags.
func parseFlags(t *testing.T, a *app, args []string) *cobra.Command {
	t.Helper()
	c, rest, err := a.root().Find(args)
	if err != nil {
		t.Fatalf("custody %v: %v", args, err)
	}
	if c.RunE == nil {
		t.Fatalf("custody %v: the command does nothing", args)
	}
	c.InheritedFlags() // merges root's
	if err := c.ParseFlags(rest); err != nil {
		t.Fatalf("custody %v: %v", args, err)
	}
	if err := c.ValidateArgs(c.Flags().Args()); err != nil {
		t.Fatalf("custody %v: %v", args, err)
	}
	return c
}

func environ(s types.ServiceConfig) (all []string) {
	for name, value := range s.Environment {
		if value != nil {
			all = append(all, name+"="+*value)
		}
	}
	return all
}

func TestComposeCommandsAreOurs(t *testing.T) {
	for name, s := range ours(t) {
		c := parse(t, s.Command, environ(s))
		if c.Name() != name && c.Parent().Name() != name {
			t.Errorf("service %s runs %q", name, c.CommandPath())
		}
		if s.HealthCheck == nil {
			continue
		}
		check := parse(t, s.HealthCheck.Test[2:], nil)
		url, _ := check.Flags().GetString("url")
		address, _ := c.Flags().GetString("http")
		if address == "" {
			address, _ = c.Flags().GetString("monitor")
		}
		if !strings.HasSuffix(strings.TrimSuffix(url, "/readyz"), port(t, address)) {
			t.Errorf("service %s is asked for its health at %s and listens on %s", name, url, address)
		}
	}
}

func port(t *testing.T, address string) string {
	t.Helper()
	_, p, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return ":" + p
}

func TestComposeVariablesAreSettings(t *testing.T) {
	for name, s := range ours(t) {
		c := parse(t, s.Command, nil)
		known := make(map[string]bool)
		c.Flags().VisitAll(func(f *pflag.Flag) { known[daemon.EnvName(f.Name)] = true })
		for variable := range s.Environment {
			if !known[variable] {
				t.Errorf("service %s sets %s, which is no setting of %s", name, variable, c.CommandPath())
			}
		}
	}
}

func TestComposeServicesAreReachable(t *testing.T) {
	p := compose(t)
	listens := map[string]string{"kafka:9093": "INSIDE://:9093", "clickhouse:9000": ""}
	for name, s := range ours(t) {
		for _, variable := range []string{"CUSTODY_KAFKA", "CUSTODY_CLICKHOUSE"} {
			address := s.Environment[variable]
			if address == nil {
				continue
			}
			host, _, _ := strings.Cut(*address, ":")
			listener, known := listens[*address]
			if _, there := p.Services[host]; !there || !known {
				t.Errorf("service %s: %s=%s leads nowhere", name, variable, *address)
			}
			if _, waits := s.DependsOn[host]; !waits {
				t.Errorf("service %s uses %s and does not wait for it", name, host)
			}
			if listener != "" && !strings.Contains(*p.Services[host].Environment["KAFKA_LISTENERS"], listener) {
				t.Errorf("kafka does not listen on %s", listener)
			}
		}
	}
}

// All of them can run on one machine without a flag.
func TestMonitorsDiffer(t *testing.T) {
	whose := map[string]string{}
	for _, args := range [][]string{{"consume"}, {"findings", "run"}, {"erase", "run"}} {
		address, err := parse(t, args, nil).Flags().GetString("monitor")
		if other, taken := whose[address]; taken || err != nil {
			t.Errorf("custody %v listens on %q, as %s does; %v", args, address, other, err)
		}
		whose[address] = strings.Join(args, " ")
	}
}

// TestComposePortsAreTheDefaults: who runs docker compose can use the commands without a flag.
func TestComposePortsAreTheDefaults(t *testing.T) {
	want := map[string]bool{kafkaDefault: false, clickhouseDefault: false, "127.0.0.1:8123": false, "127.0.0.1:8080": false}
	for name, s := range compose(t).Services {
		for _, p := range s.Ports {
			address := net.JoinHostPort(p.HostIP, p.Published)
			if _, ok := want[address]; !ok || strconv.Itoa(int(p.Target)) != p.Published {
				t.Errorf("service %s publishes %s as %d", name, address, p.Target)
			}
			want[address] = true
		}
	}
	for address, published := range want {
		if !published {
			t.Errorf("nothing is published at %s", address)
		}
	}
}

func TestComposeUsersAreInUsersD(t *testing.T) {
	users, variables := usersD(t)
	s := compose(t).Services["clickhouse"]
	for _, variable := range variables {
		if s.Environment[variable] == nil {
			t.Errorf("users.d reads %s, which clickhouse does not get", variable)
		}
	}
	for name, s := range ours(t) {
		if user := s.Environment["CUSTODY_CLICKHOUSE_USER"]; user != nil && !slices.Contains(users, *user) {
			t.Errorf("service %s is user %s, users.d has %v", name, *user, users)
		}
	}
	for _, role := range []string{roleAdmin, roleWriter, roleAuditor, roleEraser} {
		if !slices.Contains(users, role) {
			t.Errorf("users.d lacks %s, has %v", role, users)
		}
	}
}

// The server hears what the embedded one does, and may do it.
func TestComposeClickHouseSettings(t *testing.T) {
	s := compose(t).Services["clickhouse"]
	if !slices.Contains(s.CapAdd, "SYS_NICE") {
		t.Errorf("clickhouse has %v, want SYS_NICE", s.CapAdd)
	}
	for _, v := range s.Volumes {
		if v.Target == "/etc/clickhouse-server/config.d/custody.xml" {
			if _, err := os.Stat(v.Source); err != nil || !v.ReadOnly {
				t.Errorf("config.d of clickhouse is %+v: %v", v, err)
			}
			return
		}
	}
	t.Error("clickhouse has no config.d/custody.xml")
}

// usersD reads the names of users and of variables from deploy/clickhouse/users.d.
func usersD(t *testing.T) (users, variables []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(tree, "deploy/clickhouse/users.d/*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file in users.d: %v", err)
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		var path []string
		for d := xml.NewDecoder(file); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			switch e := token.(type) {
			case xml.StartElement:
				if path = append(path, e.Name.Local); len(path) == 3 && path[1] == "users" {
					users = append(users, e.Name.Local)
				}
				for _, a := range e.Attr {
					if a.Name.Local == "from_env" {
						variables = append(variables, a.Value)
					}
				}
			case xml.EndElement:
				path = path[:len(path)-1]
			}
		}
	}
	return users, variables
}

func TestComposeImagesArePinned(t *testing.T) {
	for name, s := range compose(t).Services {
		_, tag, ok := strings.Cut(s.Image, ":")
		if !ok || tag == "latest" {
			t.Errorf("service %s: image %s is not pinned", name, s.Image)
		}
		if s.HealthCheck == nil && s.Restart == "unless-stopped" {
			t.Errorf("service %s has no health check", name)
		}
	}
}

var fromImage = regexp.MustCompile(`(?m)^FROM (?:--platform=\S+ )?(\S+)`)

func TestImageIsBuiltFromPinnedOnes(t *testing.T) {
	text, err := os.ReadFile("../../deploy/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	images := fromImage.FindAllSubmatch(text, -1)
	if len(images) != 2 {
		t.Fatalf("FROM lines = %d, want 2", len(images))
	}
	pinned := regexp.MustCompile(`^(scratch|golang:1\.\d+\.\d+-alpine)$`)
	for _, m := range images {
		if !pinned.Match(m[1]) {
			t.Errorf("FROM %s, want %s", m[1], pinned)
		}
	}
}

// Who takes the answers reads the same routes as who gives the notices, and the file
// is one that can be read.
func TestComposeRoutesAreTheSame(t *testing.T) {
	services := ours(t)
	for _, name := range []string{"erase", "serve"} {
		s := services[name]
		routes, err := parse(t, s.Command, environ(s)).Flags().GetString("routes")
		if err != nil || len(s.Volumes) != 1 || !s.Volumes[0].ReadOnly || filepath.Dir(routes) != s.Volumes[0].Target {
			t.Fatalf("service %s reads %q of %+v, %v", name, routes, s.Volumes, err)
		}
		if _, err := notice.LoadRoutes(filepath.Join(tree, "deploy/routes", filepath.Base(routes)), nopTopics{}); err != nil || !strings.HasSuffix(s.Volumes[0].Source, "deploy/routes") {
			t.Errorf("the routes of %s, %s: %v", name, s.Volumes[0].Source, err)
		}
	}
}

func TestComposeAsksForPasswords(t *testing.T) {
	if _, err := composeFile(t, nil); err == nil || !strings.Contains(err.Error(), "_PASSWORD") {
		t.Errorf("docker-compose.yml without passwords: %v, want an error that names one", err)
	}
}
