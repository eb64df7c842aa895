package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

// welcomeText is what custody dev prints once everything answers.
var welcomeText = template.Must(template.New("welcome").Parse(`
Custody is running. Data: {{.Dir}}. Ctrl-C stops it, and nothing is lost.

  Kafka        {{.Kafka}}         topics custody.events, custody.dead-letter, custody.findings
  ClickHouse   {{.Native}}         native protocol{{if .SQL}}
               http://{{.SQL}}  HTTP{{end}}
  Custody      http://{{.HTTP}}  events and look-ups; /openapi.json, /metrics, /readyz
{{range .Users}}  user         {{printf "%-8s" .Name}} {{.Password}}
{{end}}
In another terminal (this lets the commands of custody find their servers and keys):

  export CUSTODY_CONFIG={{.Config}}

Send an event, by HTTP or by Kafka (it is logged once), or thousands:

  curl -i http://{{.HTTP}}/v1/events -H 'content-type: application/cloudevents+json' -d @{{.Example}}
  {{.Custody}} emit {{.Example}}
  (printf '{{.Subject}}|'; cat {{.Example}}) | kcat -P -b {{.Kafka}} -t custody.events -K '|' -X partitioner=murmur2_random -H content-type=application/cloudevents+json
  {{.Custody}} simulate --events 10000

Ask who got what:

  {{.Custody}} recipients {{.Subject}}
  curl http://{{.HTTP}}/v1/subjects/{{.Subject}}/recipients
{{if .SQL}}  curl -sS -u auditor:{{.Auditor}} http://{{.SQL}} -d 'SELECT outcome, count() FROM custody.log GROUP BY outcome FORMAT PrettyCompact'
{{end}}  clickhouse-client --port {{.Port}} --user auditor --password {{.Auditor}} -q 'SELECT * FROM custody.recipients LIMIT 5'

`))

// An example that the gateway and kcat take as it stands, and that the policy declares.
const (
	exampleSubject = "tmall:0199f3a2-7c1e-8b3d-9a41-6c5f0e2d7b18"
	exampleEvent   = `{"specversion":"1.0","id":"order-4711-shared","source":"/tmall/order-service","type":"org.datacustody.data.shared.v1",` +
		`"subject":"` + exampleSubject + `","time":"2026-11-22T08:30:00+08:00","data":{"controller":"tmall","recipient":"cainiao",` +
		`"relationship":"provision","categories":["consignee-name","consignee-phone-number","delivery-address"],"purpose":"order-delivery","legal_basis":"pipl-13-1-2"}}`
)

// welcome writes the settings with which commands find the house, and prints where all is.
func (h *house) welcome(w io.Writer, dir, http string) error {
	config, err := h.settings(dir)
	if err != nil {
		return err
	}
	type user struct{ Name, Password string }
	var users []user
	for _, name := range slices.Sorted(maps.Keys(h.servers.clickhouse.passwords)) {
		users = append(users, user{name, h.servers.clickhouse.passwords[name]})
	}
	native, sql := strings.Join(h.servers.clickhouse.addresses, ","), ""
	if h.clickhouse != nil {
		sql = h.clickhouse.HTTPAddr()
	}
	return welcomeText.Execute(w, map[string]any{
		"Dir": dir, "Config": config, "Users": users, "Auditor": h.servers.storeConfig(roleAuditor).Password,
		"Kafka": strings.Join(h.servers.kafka.brokers, ","), "Native": native, "Port": native[strings.LastIndex(native, ":")+1:],
		"SQL": sql, "HTTP": http, "Example": filepath.Join(dir, "example.json"), "Subject": exampleSubject,
		"Custody": command(exec.LookPath, os.Executable),
	})
}

// command is how a shell calls this program: by its name where that finds it,
// else by its path.
func command(look func(string) (string, error), self func() (string, error)) string {
	const name = "custody"
	path, err := self()
	if err != nil {
		return name
	}
	if found, err := look(name); err == nil && found == path {
		return name
	}
	return path
}

// settings writes DIR/custody.yaml, for auditors' commands, an example of an
// event, and the keys of pseudonyms, once.
func (h *house) settings(dir string) (name string, err error) {
	name, keys := filepath.Join(dir, "custody.yaml"), filepath.Join(dir, "pseudonyms.keys")
	if _, err := os.Stat(keys); errors.Is(err, fs.ErrNotExist) {
		secret := make([]byte, 32)
		_, _ = rand.Read(secret) // never fails
		line := "dev " + base64.StdEncoding.EncodeToString(secret) + "\n"
		if err := os.WriteFile(keys, []byte(line), 0o600); err != nil {
			return "", err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "example.json"), []byte(exampleEvent+"\n"), 0o600); err != nil {
		return "", err
	}
	auditor := h.servers.storeConfig(roleAuditor)
	text := fmt.Sprintf("# Written by custody dev at every start.\nkafka: %q\nclickhouse: %q\nclickhouse-user: %q\nclickhouse-password: %q\nkey-file: %q\n",
		strings.Join(h.servers.kafka.brokers, ","), strings.Join(auditor.Addr, ","), auditor.User, auditor.Password, keys)
	return name, os.WriteFile(name, []byte(text), 0o600)
}
