package main

import (
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"strings"
)

// listFormats are how the two lists can be written.
var listFormats = map[string]func(document, io.Writer) error{
	"markdown": document.markdown, "csv": document.csv, "html": document.html,
}

func (d document) markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", d.Title, d.Note)
	for _, l := range d.Lists {
		fmt.Fprintf(&b, "\n## %s\n\n", l.Title)
		line := func(cells []string) {
			for _, c := range cells {
				b.WriteString("| " + strings.NewReplacer("|", `\|`, "<", `\<`, "\n", " ").Replace(c) + " ")
			}
			b.WriteString("|\n")
		}
		line(l.Header)
		b.WriteString(strings.Repeat("|---", len(l.Header)) + "|\n")
		for _, row := range l.Rows {
			line(row)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// csv writes both lists, each below its title and header. It is opened in
// spreadsheets: what they would take for a formula gets an apostrophe.
func (d document) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	for _, l := range d.Lists {
		for _, row := range append([][]string{{l.Title}, l.Header}, l.Rows...) {
			for i, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					row[i] = "'" + cell
				}
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

var listPage = template.Must(template.New("lists").Parse(`<!doctype html>
<html lang="{{.Language}}">
<meta charset="utf-8">
<title>{{.Title}}</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1f24; background: #fff }
table { border-collapse: collapse; margin-bottom: 2rem }
th, td { border: 1px solid #d0d7de; padding: .3rem .5rem; text-align: left; vertical-align: top }
th { background: #f6f8fa }
</style>
<h1>{{.Title}}</h1>
<p>{{.Note}}</p>
{{range .Lists}}<h2>{{.Title}}</h2>
<table>
<thead><tr>{{range .Header}}<th scope="col">{{.}}</th>{{end}}</tr></thead>
<tbody>
{{range .Rows}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>
{{end}}</tbody>
</table>
{{end}}</html>
`))

func (d document) html(w io.Writer) error { return listPage.Execute(w, d) }
