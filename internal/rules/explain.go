package rules

import (
	"strings"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/schemas/event"
)

// An Explanation is a finding in words.
type Explanation struct {
	Rule     string `json:"rule" doc:"Id of the rule"`
	Severity string `json:"severity" enum:"error,warning,info"`
	Article  string `json:"article" doc:"Article of the law"`
	Field    string `json:"field" doc:"Field that is at fault, as data.recipient"`
	Message  string `json:"message" doc:"What is wrong"`
	Remedy   string `json:"remedy" doc:"How to mend it"`
}

// Explain puts the findings on the event that was judged last into words, in a
// language ("zh…" is Chinese, all others English). The event's record must still hold.
func (v *Verdict) Explain(language string) []Explanation {
	found := make([]Explanation, len(v.Findings))
	for i, id := range v.Findings {
		r := Named(id)
		found[i] = Explanation{
			Rule: id, Severity: r.Severity.String(), Article: r.Article, Field: r.Field,
			Message: r.Message.In(language), Remedy: r.Remedy.In(language),
		}
		if r.where != nil {
			found[i].Field = r.where(&v.situation)
		}
		if r.what != nil {
			if what := r.what(&v.situation); what != "" {
				found[i].Message += ": " + what
			}
		}
	}
	return found
}

// word is the term that the event has in a field.
func (s *situation) word(f event.Field) string {
	return s.catalog.Vocabulary().Text(s.record.TermList(f), s.record.Term(f))
}

// words are the terms that the event has in a field and that are not declared.
func (s *situation) words(f event.Field, declared *catalog.Terms) string {
	var found []string
	for _, t := range s.record.Terms(f) {
		if !declared.Allow(t) {
			found = append(found, s.catalog.Vocabulary().Text(s.record.TermList(f), t))
		}
	}
	return strings.Join(found, ", ")
}

// party is the party that the event has in a field; of several, those that are not registered.
func (s *situation) party(f event.Field) string {
	if one := s.record.Text(f); one != nil {
		return string(one)
	}
	return s.which(f, func(id []byte) bool { return s.catalog.Party(id) != nil })
}

// which are the items of a list that are not fine.
func (s *situation) which(f event.Field, fine func([]byte) bool) string {
	var found []string
	for _, item := range s.record.List(f) {
		if !fine(item) {
			found = append(found, string(item))
		}
	}
	return strings.Join(found, ", ")
}

// place is the country to which the data goes.
func (s *situation) place() string {
	return string([]byte{byte(s.country >> 8), byte(s.country)})
}
