package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// relying is a flow that relies on a consent, of the n-th person.
func relying(n int) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":"ad-%[1]d","source":"/tmall/ads","type":"org.datacustody.data.shared.v1",`+
		`"subject":"tmall:0199f3a2-7c1e-8b3d-9a41-00000000000%[1]d","time":"2026-11-22T08:30:00+08:00","data":{"controller":"tmall","recipient":"alimama",`+
		`"relationship":"provision","categories":["oaid"],"purpose":"advertising","legal_basis":"pipl-13-1-1","consent_id":"c-%[1]d"}}`, n)
}

// consented is the consent that came before it, told late.
func consented(n int) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":"consent-%[1]d","source":"/tmall/consent-service","type":"org.datacustody.consent.granted.v1",`+
		`"subject":"tmall:0199f3a2-7c1e-8b3d-9a41-00000000000%[1]d","time":"2026-11-21T08:30:00+08:00","data":{"controller":"tmall","consent_id":"c-%[1]d",`+
		`"consent_form":"separate","purposes":["advertising"]}}`, n)
}

// found is the finding of the rule that the event has.
func (d development) found(t *testing.T, rule, event string) string {
	t.Helper()
	var id string
	until(t, rule+" of "+event, func() bool {
		code, out, errs := custody(t.Context(), d.environ, "", "findings", "--rule", rule, "--each", "-o", "jsonl")
		if code != exitDone {
			t.Fatalf("findings --each = %d: %s", code, errs)
		}
		for line := range strings.Lines(out) {
			var f struct{ Finding, ID string }
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				t.Fatal(err)
			}
			if f.ID == event {
				id = f.Finding
			}
		}
		return id != ""
	})
	return id
}

// TestFindingsAreShownAndMarked: what became of a finding, from the first look to
// the day on which it turns out to be none.
func TestFindingsAreShownAndMarked(t *testing.T) {
	d := startDev(t, t.TempDir())
	if code, out, errs := custody(t.Context(), d.environ, relying(1)+"\n"+relying(2), "emit", "-"); code != exitDone {
		t.Fatalf("emit = %d, %s%s", code, out, errs)
	}
	one := d.found(t, "consent-missing", "ad-1")
	d.found(t, "consent-missing", "ad-2")

	show := func(args ...string) string {
		t.Helper()
		code, out, errs := custody(t.Context(), d.environ, "", append([]string{"findings", "show", one}, args...)...)
		if code != exitDone {
			t.Fatalf("findings show %v = %d: %s", args, code, errs)
		}
		return out
	}
	for language, want := range map[string]string{"en": "The flow relies on consent", "zh": "处理以同意为依据"} {
		if out := show("--language", language); !strings.HasPrefix(out, one+"\n") || !strings.Contains(out, want) || !strings.Contains(out, " found") {
			t.Errorf("findings show --language %s = %s, want %s", language, out, want)
		}
	}
	until(t, "the look-up of a person is logged", func() bool {
		_, out, _ := custody(t.Context(), d.environ, "", "events", "tmall:0199f3a2-7c1e-8b3d-9a41-000000000001", "--kind", "access.logged", "-o", "jsonl")
		return strings.Contains(out, `"action":"events"`)
	})

	counted := []string{"findings", "open", "acknowledged", "false_positive", "resolved"}
	for _, c := range []struct{ state, want string }{
		{"acknowledged", "2 1 1 0 0"}, {"false-positive", "2 1 0 1 0"}, {"resolved", "2 1 0 0 1"}, {"reopened", "2 2 0 0 0"},
	} {
		code, out, errs := custody(t.Context(), d.environ, "", "findings", "mark", one, "--state", c.state, "--actor", "dpo", "--note", "said "+c.state)
		if code != exitDone || out != "1 marked as "+c.state+"\n" {
			t.Fatalf("findings mark --state %s = %d, %s%s", c.state, code, out, errs)
		}
		until(t, "the group says "+c.want+" after "+c.state, func() bool {
			_, out, _ := custody(t.Context(), d.environ, "", "findings", "--rule", "consent-missing", "-o", "jsonl")
			var group map[string]any
			if err := json.Unmarshal([]byte(out), &group); err != nil {
				t.Fatalf("groups = %q, want one: %v", out, err)
			}
			var got []string
			for _, name := range counted {
				got = append(got, fmt.Sprint(group[name]))
			}
			return strings.Join(got, " ") == c.want
		})
	}
	if _, out, _ := custody(t.Context(), d.environ, "", "findings", "--state", "resolved"); strings.Contains(out, "consent-missing") {
		t.Errorf("findings --state resolved = %s, want none of what was reopened", out)
	}

	if code, out, errs := custody(t.Context(), d.environ, consented(1), "emit", "-"); code != exitDone {
		t.Fatalf("emit = %d, %s%s", code, out, errs)
	}
	until(t, "the finding is void", func() bool { return strings.Contains(show(), "void by what was logged since") })
	life := regexp.MustCompile(`(?s)found\n.* acknowledged by dpo: said acknowledged\n.*false-positive by dpo.*resolved by dpo.*reopened by dpo`)
	if out := show(); !strings.Contains(out, "state              void\n") || !strings.Contains(show("-o", "json"), `"state":"void"`) || !life.MatchString(strings.ReplaceAll(out, "void by", "found\nvoid by")) {
		t.Errorf("findings show of what is void = %s", out)
	}
}

// Whoever says something wrong is told what would be right.
func TestFindingsThatCannotBeMarked(t *testing.T) {
	d := startDev(t, t.TempDir())
	if code, out, errs := custody(t.Context(), d.environ, relying(1), "emit", "-"); code != exitDone {
		t.Fatalf("emit = %d, %s%s", code, out, errs)
	}
	id, none := d.found(t, "consent-missing", "ad-1"), strings.Repeat("0", 32)
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"mark an unknown one":    {[]string{"mark", id, none, "--state", "resolved", "--actor", "dpo", "--note", "x"}, exitFailed, none + ": no such finding"},
		"mark with no state":     {[]string{"mark", id, "--actor", "dpo", "--note", "x"}, exitUsage, "want one of acknowledged, false-positive, resolved, reopened"},
		"mark as something else": {[]string{"mark", id, "--state", "open", "--actor", "dpo", "--note", "x"}, exitUsage, `--state "open": want one of`},
		"mark without a note":    {[]string{"mark", id, "--state", "resolved", "--actor", "dpo"}, exitUsage, "--note why"},
		"mark with a blank note": {[]string{"mark", id, "--state", "resolved", "--actor", "dpo", "--note", "  "}, exitUsage, "--note why"},
		"mark by nobody":         {[]string{"mark", id, "--state", "resolved", "--note", "x"}, exitUsage, "--actor has to say who judges"},
		"a number in the note":   {[]string{"mark", id, "--state", "resolved", "--actor", "dpo", "--note", "call 13800138000"}, exitFailed, "personal-value: data.note"},
		"show an unknown one":    {[]string{"show", none}, exitFailed, "no such finding; custody findings --each lists"},
		"show in French":         {[]string{"show", id, "--language", "fr"}, exitUsage, `--language "fr": want one of en, zh`},
		"a state that is none":   {[]string{"--state", "done"}, exitUsage, "want one of open, acknowledged, false-positive, resolved"},
	} {
		code, _, errs := custody(t.Context(), d.environ, "", append([]string{"findings"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) || strings.Contains(errs, "13800138000") {
			t.Errorf("%s = %d, %q, want %d, %q", name, code, errs, c.code, c.want)
		}
	}
	if _, out, _ := custody(t.Context(), d.environ, "", "events", "--kind", "finding.marked", "-o", "jsonl"); out != "" {
		t.Errorf("%s is logged, want nothing of what was refused", out)
	}
}

// TestFindingsAreJudgedByWhatIsReadAgain: SIGHUP, and the lists are of new policies.
func TestFindingsAreJudgedByWhatIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	policy := func(platform string) {
		t.Helper()
		text := fmt.Sprintf("id: %[1]s-1\nplatform: %[1]s\ntitle: {en: A, zh: 甲}\ncontrollers: [tmall-%[1]s]\nlaw: pipl\ntime-zone: Asia/Shanghai\nflows:\n"+
			"  - {id: register, section: \"1\", quote: we collect, kind: data.collected, categories: [name], purposes: [registration], legal-bases: [pipl-13-1-2], summary: {en: a, zh: 甲}}\n", platform)
		if err := os.WriteFile(filepath.Join(dir, platform+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parties := t.TempDir()
	text := "parties:\n  - {id: tmall-one, en: One, role: controller, country: CN}\n  - {id: tmall-two, en: Two, role: controller, country: CN}\n"
	if err := os.WriteFile(filepath.Join(parties, "own.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	policy("one")
	d := startDev(t, t.TempDir(), "--policies", dir, "--parties", parties)
	listed := func(platform string) bool {
		code, out, _ := custody(t.Context(), d.environ, "", "lists", "--platform", platform)
		return code == exitDone && strings.Contains(out, "| Registration | the person | Name |")
	}
	until(t, "the lists of the first policy", func() bool { return listed("one") })
	if listed("two") {
		t.Error("a policy that nobody wrote has lists")
	}
	policy("two")
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	until(t, "the lists of the second policy", func() bool { return listed("two") })
}
