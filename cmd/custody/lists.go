package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/catalog"
	"github.com/datacustody/custody/internal/ledger"
	"github.com/datacustody/custody/schemas/event"
)

func listsCommand(a *app) *cobra.Command {
	var platform, language, output string
	c := &cobra.Command{
		Use: "lists", Short: "Print the two lists (双清单): what is collected, and what third parties get", GroupID: groupAsk, Args: cobra.NoArgs,
		Long: `Print the two lists of a platform (双清单): the personal information that it
collects, and what third parties get of it. What its policy in force declares
stands beside what events of all time show, and what is not declared has a column
of its own. The policies are those that custody findings run judges by.`,
		Example: "  custody lists --platform tmall --language zh > lists.md\n" +
			"  custody lists --platform 1688 --format html > lists.html",
		RunE: func(c *cobra.Command, _ []string) error {
			write, ok := listFormats[output]
			if !ok {
				return a.misuse(fmt.Errorf("--format %q: want markdown, csv or html", output))
			}
			if err := oneOf("--language", language, languages); err != nil {
				return a.misuse(err)
			}
			if platform == "" {
				return a.misuse(errors.New("--platform has to say whose lists: custody policy show lists the platforms"))
			}
			words, err := a.servers.contract.catalog()
			if err != nil {
				return err
			}
			db, err := a.servers.store(roleAuditor)
			if err != nil {
				return err
			}
			defer db.Close()
			rows, err := db.Lists(c.Context(), platform)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				return fmt.Errorf("no policy of %s is known to ClickHouse: custody findings run notes those that it judges by", platform)
			}
			return write(twoLists(words, platform, language, rows), a.out)
		},
	}
	fs := c.Flags()
	fs.StringVar(&platform, "platform", "", "whose lists: a `platform` of the policies")
	fs.StringVar(&output, "format", "markdown", "`format`: markdown, csv or html")
	languageFlag(c, &language)
	return c
}

// A Document is the two lists as people read them.
type document struct {
	Language, Title, Note string
	Lists                 []list
}

type list struct {
	Title  string
	Header []string
	Rows   [][]string
}

// listText is what the lists say in a language.
type listText struct {
	title, note, collected, sharing                        string
	purpose, party, from, declared, seen, undeclared, need string
	channel, sdk, country, entries, pieces, first, last    string
	class, person, separator                               string
}

var listTexts = map[string]listText{
	"en": {
		title: "Personal information of %s", note: "Declared: by the policy in force. In events: what was logged, at any time.",
		collected: "Personal information that is collected", sharing: "Personal information that third parties get",
		purpose: "Purpose", party: "Recipient", from: "From", declared: "Declared", seen: "In events", undeclared: "Not declared", need: "Necessity",
		channel: "How", sdk: "SDK", country: "Country", entries: "Entries of the policy", pieces: "Pieces of data", first: "First", last: "Last",
		class: "any %s", person: "the person", separator: ", ",
	},
	"zh": {
		title: "%s 个人信息双清单", note: "“声明”指现行政策的声明，“实际”指已记录的全部事件。",
		collected: "已收集个人信息清单", sharing: "与第三方共享个人信息清单",
		purpose: "目的", party: "接收方", from: "来源", declared: "声明的信息种类", seen: "实际的信息种类", undeclared: "未声明", need: "必要性",
		channel: "方式", sdk: "SDK", country: "国家", entries: "政策条目", pieces: "信息条数", first: "首次", last: "最近",
		class: "任一 %s", person: "个人", separator: "、",
	},
}

// twoLists puts the rows into words.
func twoLists(c *catalog.Catalog, platform, language string, rows []ledger.Listed) document {
	s := scribe{c, language, listTexts[language]}
	t := s.text
	d := document{Language: language, Title: fmt.Sprintf(t.title, platform), Note: t.note, Lists: []list{
		{Title: t.collected, Header: []string{t.purpose, t.from, t.declared, t.seen, t.undeclared, t.need, t.entries, t.pieces, t.first, t.last}},
		{Title: t.sharing, Header: []string{t.party, t.purpose, t.declared, t.seen, t.undeclared, t.channel, t.sdk, t.country, t.entries, t.pieces, t.first, t.last}},
	}}
	for i := range rows {
		if rows[i].List == "collected" {
			d.Lists[0].Rows = append(d.Lists[0].Rows, s.collected(&rows[i]))
		} else {
			d.Lists[1].Rows = append(d.Lists[1].Rows, s.shared(&rows[i]))
		}
	}
	return d
}

// A Scribe writes terms and parties out in a language.
type scribe struct {
	catalog  *catalog.Catalog
	language string
	text     listText
}

func (s *scribe) collected(l *ledger.Listed) []string {
	from := s.text.person
	if l.Party != "" {
		from = s.party(l.Party)
	}
	return slices.Concat([]string{s.term(event.ListPurpose, l.Purpose), from}, s.data(l), []string{s.terms(event.ListNecessity, l.Necessity)}, s.end(l))
}

func (s *scribe) shared(l *ledger.Listed) []string {
	return slices.Concat([]string{s.party(l.Party), s.term(event.ListPurpose, l.Purpose)}, s.data(l),
		[]string{s.terms(event.ListChannel, l.Channels), strings.Join(l.SDKs, s.text.separator), strings.Join(l.Countries, s.text.separator)}, s.end(l))
}

func (s *scribe) data(l *ledger.Listed) []string {
	return []string{s.terms(event.ListCategory, l.Declared), s.terms(event.ListCategory, l.Seen), s.terms(event.ListCategory, l.Undeclared())}
}

func (s *scribe) end(l *ledger.Listed) []string {
	day := func(v any) string { return readable(v, "", "2006-01-02") }
	return []string{strings.Join(l.Entries, s.text.separator), fmt.Sprint(l.Events), day(known(l.First)), day(known(l.Last))}
}

func (s *scribe) term(l event.List, id string) string { return s.catalog.Label(l, id, s.language) }

func (s *scribe) terms(l event.List, ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = s.term(l, id)
	}
	return strings.Join(words, s.text.separator)
}

// party is a party's legal name; a class stands as it is.
func (s *scribe) party(id string) string {
	if class, ok := strings.CutPrefix(id, "*"); ok {
		return fmt.Sprintf(s.text.class, class)
	}
	if p := s.catalog.Party([]byte(id)); p != nil {
		if name := p.Name.In(s.language); name != "" {
			return name
		}
	}
	return id
}
