package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/datacustody/custody/schemas/event"
)

// A file is one YAML file: a list, or terms to add to one.
type file struct {
	List       string  `yaml:"list"`
	English    string  `yaml:"en"`
	Chinese    string  `yaml:"zh"`
	Definition string  `yaml:"definition"`
	Terms      []entry `yaml:"terms"`

	name string
	list event.List
}

// An entry is a term and the line at which it stands.
type entry struct {
	Term
	line int
}

// UnmarshalYAML remembers the line.
func (e *entry) UnmarshalYAML(n ast.Node) error {
	e.line = n.GetToken().Position.Line
	return yaml.NodeToValue(n, &e.Term, yaml.Strict())
}

// read takes every YAML file of fsys, in the order of their names.
func (c *Catalog) read(fsys fs.FS, take func(*Catalog, *file) error) error {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return fmt.Errorf("read vocabulary: %w", err)
	}
	for _, e := range entries {
		if ext := path.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		f, err := parse(fsys, e.Name())
		if err != nil {
			return err
		}
		if err := take(c, f); err != nil {
			return err
		}
	}
	return nil
}

func parse(fsys fs.FS, name string) (*file, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read vocabulary: %w", err)
	}
	f := &file{name: name}
	if err := yaml.UnmarshalWithOptions(b, f, yaml.Strict()); err != nil {
		return nil, located(name, err)
	}
	if f.list = Named(f.List); f.list == event.NoList {
		return nil, fmt.Errorf("%s: list: there is no list %q; the lists are %s", name, f.List, strings.Join(names[1:], ", "))
	}
	return f, nil
}

// located puts a YAML error's file and line before its message.
func located(name string, err error) error {
	y := yamlError(err)
	if y == nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s:%d: %s", name, y.GetToken().Position.Line, y.GetMessage())
}

// yamlError is an error that knows its place; nil where it does not.
func yamlError(err error) yaml.Error {
	var y yaml.Error
	if !errors.As(err, &y) || y.GetToken() == nil {
		return nil
	}
	return y
}

// define takes a file of the standard: a list that is not there yet.
func (c *Catalog) define(f *file) error {
	l := &c.lists[f.list]
	if l.Name != "" {
		return fmt.Errorf("%s: list %s is defined twice", f.name, f.List)
	}
	*l = List{ID: f.list, Name: f.List, English: f.English, Chinese: f.Chinese, Definition: f.Definition}
	return c.take(f)
}

// extend takes a user's file: further terms of a list.
func (c *Catalog) extend(f *file) error {
	if f.English != "" || f.Chinese != "" || f.Definition != "" {
		return fmt.Errorf("%s: list %s has its labels already; only terms may be added", f.name, f.List)
	}
	for _, e := range f.Terms {
		c.own[f.list] = append(c.own[f.list], e.ID)
	}
	return c.take(f)
}

func (c *Catalog) take(f *file) error {
	for _, e := range f.Terms {
		if fault := c.fault(f.list, e.Term); fault != "" {
			return fmt.Errorf("%s:%d: %s", f.name, e.line, fault)
		}
		c.add(f.list, e.Term)
	}
	return nil
}

// complete says which lists the standard lacks.
func (c *Catalog) complete() error {
	for l := event.NoList + 1; l < event.ListCount; l++ {
		if len(c.lists[l].Terms) == 0 {
			return fmt.Errorf("vocabulary: list %s is missing or empty", names[l])
		}
	}
	return nil
}

var (
	termID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	curie  = regexp.MustCompile(`^([a-z-]+):[A-Za-z0-9-]+$`)
)

// fault says what is wrong with a term; "" if nothing is.
func (c *Catalog) fault(l event.List, t Term) string {
	if !termID.MatchString(t.ID) || len(t.ID) > 63 {
		return fmt.Sprintf("id %q: want lower-case words joined by hyphens, at most 63 bytes", t.ID)
	}
	if _, twice := c.terms[l][t.ID]; twice {
		return fmt.Sprintf("%s: list %s has this term already; terms can be added, not changed", t.ID, names[l])
	}
	for key, value := range map[string]string{"en": t.English, "zh": t.Chinese, "definition": t.Definition} {
		if strings.TrimSpace(value) == "" {
			return fmt.Sprintf("%s: %s is missing", t.ID, key)
		}
	}
	if l != event.ListCategory && (t.SensitivePIPL || t.SensitiveGDPR) {
		return t.ID + ": only a category can be sensitive"
	}
	if t.IRI != "" && FullIRI(t.IRI) == "" {
		return fmt.Sprintf("%s: iri %q: want dpv:, pd:, eu-gdpr:, justifications: or pipl: and a name, or a whole https IRI", t.ID, t.IRI)
	}
	return ""
}

// FullIRI spells an IRI out: "pd:Name" is "https://w3id.org/dpv/pd#Name". It is
// "" where the prefix is unknown.
func FullIRI(iri string) string {
	if strings.HasPrefix(iri, "https://") {
		return iri
	}
	m := curie.FindStringSubmatch(iri)
	if m == nil || prefixes[m[1]] == "" {
		return ""
	}
	return prefixes[m[1]] + iri[len(m[1])+1:]
}
