package notice_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/notice"
)

// written puts a file of routes beside the files that it names.
func written(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"routes.yaml": text,
		"key.pem":     "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\n-----END PRIVATE KEY-----\n",
		"sto.token":   strings.Repeat("s", 40) + "\n",
		"short.token": "hunter2",
		"mail.secret": "p\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "routes.yaml")
}

func TestLoadRoutes(t *testing.T) {
	r, err := notice.LoadRoutes(written(t, `
answers: https://custody.example/v1/erasures/
key: key.pem
mail: {host: mail.example, from: erasure@tmall.example, user: u, password-file: mail.secret}
parties:
  sto: {channel: webhook, url: https://sto.example/erase, token-file: sto.token}
  zto: {channel: kafka, topic: zto.erasure}
  yto: {channel: file, directory: out}
  seller: {channel: email, address: privacy@seller.example}
  customs: {channel: manual}
`), topics{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for p, name := range r.Names {
		got = append(got, fmt.Sprintf("%s %s %T %d", p, name, r.Channels[p], len(r.Tokens[p])))
	}
	slices.Sort(got)
	want := []string{"customs manual <nil> 0", "seller email notice.Mail 0", "sto webhook notice.Webhook 40", "yto file *notice.File 0", "zto kafka notice.Kafka 0"}
	if !slices.Equal(got, want) || r.Answers != "https://custody.example/v1/erasures" {
		t.Errorf("LoadRoutes = %q, answers %s, want %q", got, r.Answers, want)
	}
}

func TestRoutesThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a short key":           {"parties: {a: {channel: manual, token-file: sto.token, public-key: AAAA}}", "public-key: want the 32 bytes"},
		"a key and no token":    {"parties: {a: {channel: manual, public-key: BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=}}", "set token-file"},
		"not YAML":              {"parties: [", "routes.yaml"},
		"an unknown word":       {"partys: {}", "[1:1]"},
		"an unknown channel":    {"parties: {sto: {channel: pigeon}}", "parties.sto: channel: want"},
		"http to elsewhere":     {"key: key.pem\nparties: {sto: {channel: webhook, url: 'http://sto.example'}}", "parties.sto: url"},
		"a webhook without key": {"parties: {sto: {channel: webhook, url: 'https://sto.example'}}", "set key"},
		"mail without a server": {"parties: {sto: {channel: email, address: a@b.example}}", "address"},
		"no topic":              {"parties: {sto: {channel: kafka}}", "topic"},
		"no directory":          {"parties: {sto: {channel: file}}", "directory"},
		"an unknown format":     {"parties: {sto: {channel: file, directory: d, format: xlsx}}", "format: want jsonl or csv"},
		"no party":              {"parties: {'S T O': {channel: manual}}", "want the id of a party"},
		"a short token":         {"parties: {sto: {channel: manual, token-file: short.token}}", "at least 32"},
		"no such token":         {"parties: {sto: {channel: manual, token-file: none}}", "token-file"},
		"no such key":           {"key: none.pem", "key"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := notice.LoadRoutes(written(t, c.text), topics{})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("LoadRoutes = %v, want an error with %q", err, c.want)
			}
		})
	}
}
