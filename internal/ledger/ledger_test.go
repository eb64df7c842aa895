package ledger_test

import (
	"testing"
	"time"

	"github.com/datacustody/custody/internal/ledger"
)

func at(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

func TestIntentIsReadBack(t *testing.T) {
	want := ledger.Intent{Epoch: 3, Start: 10, End: 20, RecordedAt: at(1700000000000001), LeaseUntil: at(1700000030000001)}
	text := want.String()
	if text != "v1 3 10 20 1700000000000001 1700000030000001" {
		t.Errorf("String() = %q", text)
	}
	if got, ok := ledger.ParseCommit(text); !ok || got != want {
		t.Errorf("ParseCommit(%q) = %+v, %v, want %+v", text, got, ok, want)
	}
}

func TestParseCommit(t *testing.T) {
	for name, c := range map[string]struct {
		metadata string
		want     ledger.Intent
		ok       bool
	}{
		"idle with the last batch's moment": {ledger.Idle(at(77)), ledger.Intent{RecordedAt: at(77)}, true},
		"idle before any batch":             {ledger.Idle(time.Time{}), ledger.Intent{}, true},
		"nothing":                           {"", ledger.Intent{}, false},
		"another's":                         {"some consumer", ledger.Intent{}, false},
		"a later version":                   {"v2 1 2 3 4 5", ledger.Intent{}, false},
		"one number short":                  {"v1 1 2 3 4", ledger.Intent{}, false},
		"one too many":                      {"v1 1 2 3 4 5 6", ledger.Intent{}, false},
		"not a number":                      {"v1 1 2 x 4 5", ledger.Intent{}, false},
		"a negative number":                 {"v1 1 -2 3 4 5", ledger.Intent{}, false},
		"an empty range":                    {"v1 1 3 3 4 5", ledger.Intent{}, false},
		"an epoch too large":                {"v1 4294967296 2 3 4 5", ledger.Intent{}, false},
		"idle with a bad moment":            {"v1 idle x", ledger.Intent{}, false},
	} {
		if got, ok := ledger.ParseCommit(c.metadata); got != c.want || ok != c.ok {
			t.Errorf("%s: ParseCommit(%q) = %+v, %v, want %+v, %v", name, c.metadata, got, ok, c.want, c.ok)
		}
	}
}

func TestIdentityIsReadBack(t *testing.T) {
	for _, cluster := range []string{"main", "eu/main"} {
		want := ledger.Identity{Partition: ledger.Partition{Cluster: cluster, Topic: "custody.events", Epoch: 2, ID: 15}, Offset: 99}
		if got, err := ledger.ParseIdentity(want.String()); err != nil || got != want {
			t.Errorf("ParseIdentity(%q) = %+v, %v", want.String(), got, err)
		}
	}
	id := ledger.Identity{Partition: ledger.Partition{Cluster: "main", Topic: "t", Epoch: 1, ID: 0}, Offset: 7}
	if got, want := id.String(), "main/t/1/0/7"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestIdentityThatIsNone(t *testing.T) {
	for _, text := range []string{"", "main/t/1/0", "main/t/x/0/1", "main/t/1/-1/1", "main/t/1/0/-1", "main/t/1/0/one"} {
		if got, err := ledger.ParseIdentity(text); err == nil {
			t.Errorf("ParseIdentity(%q) = %+v, want an error", text, got)
		}
	}
}

func TestOutcomes(t *testing.T) {
	want := map[ledger.Outcome]string{
		ledger.Accepted: "accepted", ledger.Duplicate: "duplicate", ledger.Conflict: "conflict",
		ledger.Rejected: "rejected", ledger.Lost: "lost",
	}
	for o, text := range want {
		if o.String() != text {
			t.Errorf("Outcome(%d) = %q, want %q", o, o, text)
		}
	}
}
