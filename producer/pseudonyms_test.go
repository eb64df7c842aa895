package producer_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/datacustody/custody/producer"
	"github.com/datacustody/custody/schemas/event"
)

func key(version string, first byte) producer.Key {
	return producer.Key{Version: version, Secret: producer.NewSecret(sequence(first))}
}

func sequence(first byte) []byte {
	b := make([]byte, producer.MinSecret)
	for i := range b {
		b[i] = first + byte(i)
	}
	return b
}

func pseudonyms(t testing.TB, current producer.Key, older ...producer.Key) *producer.Pseudonyms {
	t.Helper()
	p, err := producer.NewPseudonyms(current, older...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A vector is a row of the table in docs/pseudonyms.md.
type vector struct{ secret, namespace, account, subject string }

var vectorRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\| `([^`]+)` \\| `([^`]+)` \\|$")

func vectors(t *testing.T) (doc string, vs []vector) {
	t.Helper()
	text, err := os.ReadFile("../docs/pseudonyms.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range vectorRow.FindAllStringSubmatch(string(text), -1) {
		vs = append(vs, vector{m[1], m[2], m[3], m[4]})
	}
	if len(vs) < 6 {
		t.Fatalf("found %d test vectors in docs/pseudonyms.md, want 6 or more", len(vs))
	}
	return string(text), vs
}

func TestVectorsOfTheDocs(t *testing.T) {
	_, vs := vectors(t)
	for _, v := range vs {
		secret, err := base64.StdEncoding.DecodeString(v.secret)
		if err != nil {
			t.Fatal(err)
		}
		p := pseudonyms(t, producer.Key{Version: "1", Secret: producer.NewSecret(secret)})
		if got := p.Subject(v.namespace, v.account); string(got) != v.subject {
			t.Errorf("Subject(%q, %q) = %q, want %q", v.namespace, v.account, got, v.subject)
		}
	}
}

// The snippets of the docs, run as they stand, give the vectors of the docs.
func TestSnippetsOfTheDocs(t *testing.T) {
	doc, vs := vectors(t)
	var in bytes.Buffer
	var want strings.Builder
	for _, v := range vs {
		_ = json.NewEncoder(&in).Encode([]string{v.secret, v.namespace, v.account})
		fmt.Fprintln(&want, v.subject)
	}
	languages := map[string]struct{ program, file, tail string }{
		"python": {"python3", "snippet.py", `
import base64, json, sys
for line in sys.stdin:
    secret, namespace, account = json.loads(line)
    print(subject(base64.b64decode(secret), namespace, account))
`},
		"javascript": {"node", "snippet.js", `
for (const line of require("node:fs").readFileSync(0, "utf8").trim().split("\n")) {
  const [secret, namespace, account] = JSON.parse(line);
  console.log(subject(Buffer.from(secret, "base64"), namespace, account));
}
`},
		"java": {"java", "Pseudonyms.java", `
class Main {
    public static void main(String[] args) throws Exception {
        var out = new java.io.PrintStream(System.out, true, "UTF-8");
        var in = new java.io.BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String[] s = line.substring(2, line.length() - 2).split("\",\"");
            out.println(Pseudonyms.subject(java.util.Base64.getDecoder().decode(s[0]), s[1], s[2]));
        }
    }
}
`},
	}
	for name, l := range languages {
		t.Run(name, func(t *testing.T) {
			snippet := regexp.MustCompile("(?s)```" + name + "\n(.*?)```").FindStringSubmatch(doc)
			if snippet == nil {
				t.Fatalf("docs/pseudonyms.md has no snippet of %s", name)
			}
			code := snippet[1] + l.tail
			if name == "java" { // the launcher runs the file's first class
				code = strings.Replace(snippet[1], "class Pseudonyms", l.tail+"class Pseudonyms", 1)
			}
			if got := run(t, l.program, l.file, code, in.Bytes()); got != want.String() {
				t.Errorf("the %s snippet gives\n%swant\n%s", name, got, want.String())
			}
		})
	}
}

// run runs a program of a language. A machine without the language is no
// failure of the docs, but in CI every language is there.
func run(t *testing.T, program, file, code string, in []byte) string {
	t.Helper()
	needs := program
	if program == "java" {
		needs = "javac" // a runtime alone runs no source
	}
	if _, err := exec.LookPath(needs); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed", needs)
		}
		t.Skipf("%s is not installed", needs)
	}
	name := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(name, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, name)
	cmd.Stdin = bytes.NewReader(in)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, stderr.String())
	}
	return string(out)
}

func TestRotationKeepsTheOldPseudonymsForLookUps(t *testing.T) {
	before := pseudonyms(t, key("2025", 1))
	after := pseudonyms(t, key("2026", 2), key("2025", 1))
	all := after.All("tmall", "12345")
	want := []event.Subject{after.Subject("tmall", "12345"), before.Subject("tmall", "12345")}
	if len(all) != 2 || all[0] != want[0] || all[1] != want[1] {
		t.Errorf("All = %v, want %v", all, want)
	}
	if want[0] == want[1] {
		t.Error("two keys give one pseudonym")
	}
}

func TestNobodyIsNoSubject(t *testing.T) {
	p := pseudonyms(t, key("1", 1))
	for name, c := range map[string]struct{ namespace, account string }{
		"empty account":   {"tmall", ""},
		"empty namespace": {"", "12345"},
		"upper case":      {"Tmall", "12345"},
		"colon":           {"tm:all", "12345"},
		"begins with -":   {"-tmall", "12345"},
		"32 letters":      {strings.Repeat("a", 32), "12345"},
	} {
		if got := p.Subject(c.namespace, c.account); got != "?" {
			t.Errorf("%s: Subject(%q, …) = %q, want ?", name, c.namespace, got)
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	short := producer.Key{Version: "1", Secret: producer.NewSecret(make([]byte, 31))}
	for name, keys := range map[string][]producer.Key{
		"short":         {short},
		"short older":   {key("2", 1), short},
		"version twice": {key("1", 1), key("1", 2)},
		"secret twice":  {key("1", 1), key("2", 1)},
	} {
		if _, err := producer.NewPseudonyms(keys[0], keys[1:]...); err == nil {
			t.Errorf("%s: NewPseudonyms gives no error", name)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	secret := []byte("an account of secrets, 32 bytes!")
	k := producer.Key{Version: "2026", Secret: producer.NewSecret(secret)}
	p := pseudonyms(t, k)
	nested := struct {
		Name string
		Key  *producer.Key
		P    *producer.Pseudonyms
	}{"service", &k, p}
	text, err := json.Marshal(map[string]any{"key": k, "p": p})
	if err != nil {
		t.Fatal(err)
	}
	dumps := []string{string(text)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, v := range []any{k, &k, k.Secret, p, *p, nested, []producer.Key{k}} {
			dumps = append(dumps, fmt.Sprintf(verb, v))
		}
	}
	traces := []string{"secrets", fmt.Sprintf("%x", "secrets"), fmt.Sprintf("%X", "secrets"), "115 101 99 114", "0x73, 0x65, 0x63", base64.StdEncoding.EncodeToString(secret)[:12]}
	for _, dump := range dumps {
		for _, trace := range traces {
			if strings.Contains(dump, trace) {
				t.Errorf("a dump shows the secret: %s", dump)
			}
		}
	}
}

func TestReadPseudonyms(t *testing.T) {
	long := base64.StdEncoding.EncodeToString(sequence(7))
	for name, c := range map[string]struct{ text, want string }{
		"one key":         {"2026-11 " + long + "\n", ""},
		"blanks, remarks": {"\n# the current one\n  2026-11\t" + long + "  \r\n", ""},
		"no key":          {"# none\n", "no pseudonym key"},
		"no version":      {long, "line 1"},
		"no base64":       {"\n2026-11 not!base64", "line 2"},
		"a short one":     {"2026-11 c2hvcnQ=", "5 bytes"},
	} {
		p, err := producer.ReadPseudonyms(strings.NewReader(c.text))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want == "" && p.Subject("tmall", "1") != pseudonyms(t, key("x", 7)).Subject("tmall", "1"):
			t.Errorf("%s: another secret was read", name)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error = %v, want one with %q", name, err, c.want)
		}
	}
	if _, err := producer.LoadPseudonyms(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("LoadPseudonyms of an absent file gives no error")
	}
}

func BenchmarkSubject(b *testing.B) {
	p := pseudonyms(b, key("1", 1))
	b.ReportAllocs()
	for b.Loop() {
		p.Subject("tmall", "2088102112345678")
	}
}
