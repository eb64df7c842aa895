package erasure

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/datacustody/custody/internal/lineage"
	"github.com/datacustody/custody/schemas/event"
)

// Names says what terms and parties are called in a language.
type Names interface {
	Label(l event.List, id, language string) string
	PartyName(id, language string) string
}

//go:embed report.html
var page string

// WriteHTML writes the report for people, in zh or en. Without names terms and
// parties are called by their ids.
func (r Report) WriteHTML(w io.Writer, language string, names Names) error {
	if names == nil {
		names = ids{}
	}
	say := func(zh, en string) string {
		if language == "zh" {
			return zh
		}
		return en
	}
	of := func(l event.List) func(string) string {
		return func(id string) string { return names.Label(l, id, language) }
	}
	t, err := template.New("report").Funcs(template.FuncMap{
		"say":      say,
		"language": func() string { return say("zh", "en") },
		"party": func(id string) string {
			if name := names.PartyName(id, language); name != id {
				return name + " (" + id + ")"
			}
			return id
		},
		"category": of(event.ListCategory), "ground": of(event.ListGround), "scope": of(event.ListScope),
		"exemption": of(event.ListExemption), "refusal": of(event.ListRefusal),
		"word": func(v any) string {
			word := words[fmt.Sprint(v)]
			return say(word.zh, word.en)
		},
		"when": func(t *time.Time) string {
			if t == nil {
				return "–"
			}
			return t.Format(time.DateTime + " MST")
		},
		"at": func(t time.Time) string { return t.Format(time.DateTime + " MST") },
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	return t.Execute(w, r)
}

type ids struct{}

func (ids) Label(_ event.List, id, _ string) string { return id }
func (ids) PartyName(id, _ string) string           { return id }

// words are what states and reasons are called.
var words = map[string]struct{ zh, en string }{
	string(Open):   {"待删除", "to be erased"},
	string(Erased): {"已删除", "erased"},
	string(Kept):   {"仅作存储", "kept for storage only"},
	string(Denied): {"拒绝删除", "refused"},
	string(Gone):   {"已无留存", "nothing left"},

	string(lineage.Held):             {"持有该信息", "it has the data"},
	string(lineage.MustKeep):         {"依法须保存", "it must be kept"},
	string(lineage.SaidItKeeps):      {"该方此前声明仍须保存", "the party said before that it keeps it"},
	string(lineage.OwnAuthorisation): {"个人曾另行授权该方", "the person authorised the party itself"},
	string(lineage.StatutoryDuty):    {"依法向该方提供", "given as a law demands"},
	string(lineage.ErasedBefore):     {"此前已删除", "erased before"},
	string(lineage.Anonymised):       {"已匿名化", "anonymised"},
}
