package erasure_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

func TestReport(t *testing.T) {
	p := plan(erase("name"), keep("order", "2029-04-01"))
	p.Items[0].Path, p.Items[0].UnknownBelow = []string{"tmall", "sto"}, []string{"courier"}
	p.Resurrected = []lineage.Ref{{Source: "/t", ID: "after"}}
	done := with(executed(18), func(a *lineage.Act) {
		a.Evidence = event.Evidence{URI: "https://sto.example/<proof>", SHA256: "9f86"}
	})
	c := erasure.Fold(p, []lineage.Act{sent(1, 2, "name"), done}, rules, day(19))
	var text strings.Builder
	if err := c.Report(true).WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	var r erasure.Report
	if err := json.Unmarshal([]byte(text.String()), &r); err != nil {
		t.Fatal(err)
	}
	if got := r.Parties[0]; got.Notified == nil || got.Executed == nil || got.Verified != nil || got.Categories[0].State != erasure.Erased || got.Categories[1].Until != "2029-04-01" || r.After[0].ID != "after" {
		t.Errorf("report = %s", text.String())
	}
	for language, want := range map[string][]string{
		"zh": {`lang="zh"`, "删除案件", "tmall → sto", "order: 仅作存储 至 2029-04-01 (依法须保存", "name: 已删除 (持有该信息)", "courier", "请求之后仍有处理活动", "日志尚不完整"},
		"en": {`lang="en"`, "Case of erasure", "tmall → sto", "Flows after the request", "order: kept for storage only until 2029-04-01", "https://sto.example/&lt;proof&gt;", "The log was incomplete"},
	} {
		var page strings.Builder
		if err := c.Report(false).WriteHTML(&page, language, nil); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(page.String(), w) {
				t.Errorf("the page in %s lacks %q:\n%s", language, w, page.String())
			}
		}
	}
}

// Whatever may be said of a category has words in both languages.
func TestReportHasWords(t *testing.T) {
	p := plan()
	p.Items[0].Choices = nil
	for _, r := range []lineage.Reason{
		lineage.Held, lineage.MustKeep, lineage.SaidItKeeps, lineage.OwnAuthorisation, lineage.StatutoryDuty, lineage.ErasedBefore, lineage.Anonymised,
	} {
		p.Items[0].Choices = append(p.Items[0].Choices, lineage.Choice{Category: "name", Decision: lineage.Erase, Reason: r})
	}
	r := new(erasure.Fold(p, nil, rules, day(2))).Report(true)
	for i, state := range []erasure.State{erasure.Open, erasure.Erased, erasure.Kept, erasure.Denied, erasure.Gone} {
		r.Parties[0].Categories[i].State = state
	}
	for _, language := range []string{"zh", "en"} {
		var page strings.Builder
		if err := r.WriteHTML(&page, language, called{}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page.String(), "()") || strings.Contains(page.String(), ":  (") || strings.Contains(page.String(), "held") {
			t.Errorf("the page in %s lacks words:\n%s", language, page.String())
		}
		if !strings.Contains(page.String(), "name in "+language) || !strings.Contains(page.String(), "TMALL (tmall)") {
			t.Errorf("the page in %s does not call things as it should:\n%s", language, page.String())
		}
	}
}

type called struct{}

func (called) Label(_ event.List, id, language string) string { return id + " in " + language }
func (called) PartyName(id, _ string) string                  { return strings.ToUpper(id) }
