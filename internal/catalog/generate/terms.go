package main

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"

	"github.com/datacustody/custody/internal/catalog"
)

// goTerms is schemas/event/terms_gen.go: a type and its constants for each
// list, and the table that the standard vocabulary is built from.
func goTerms(c *catalog.Catalog) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprint(&b, "// Code generated from schemas/vocabulary by `make gen`. DO NOT EDIT.\n\npackage event\n\n")
	for _, l := range c.Lists() {
		goList(&b, l)
	}
	fmt.Fprint(&b, "// standardTerms are the terms of the closed lists, in the order of the YAML files.\n")
	fmt.Fprint(&b, "var standardTerms = [ListCount][]string{\n")
	for _, l := range c.Lists() {
		fmt.Fprintf(&b, "List%s: {\n", goName(l.Name))
		for _, t := range l.Terms {
			fmt.Fprintf(&b, "%q,\n", t.ID)
		}
		fmt.Fprint(&b, "},\n")
	}
	fmt.Fprint(&b, "}\n")
	return format.Source(b.Bytes())
}

func goList(b *bytes.Buffer, l catalog.List) {
	name := goName(l.Name)
	fmt.Fprintf(b, "// %s %s is a term of the list %s. %s\n", article(name), name, l.Name, l.Definition)
	fmt.Fprintf(b, "type %s string\n\n// Terms of %s.\nconst (\n", name, name)
	for _, t := range l.Terms {
		fmt.Fprintf(b, "// %s%s: %s\n", name, goName(t.ID), t.Definition)
		fmt.Fprintf(b, "%s%s %s = %q\n", name, goName(t.ID), name, t.ID)
	}
	fmt.Fprint(b, ")\n\n")
}

func article(name string) string {
	if strings.ContainsAny(name[:1], "AEIO") {
		return "An"
	}
	return "A"
}

// initialisms are the words that Go writes in capitals, and two trade names.
var initialisms = map[string]string{
	"api": "API", "sdk": "SDK", "id": "ID", "ip": "IP", "mac": "MAC", "os": "OS", "kyc": "KYC", "hr": "HR",
	"oaid": "OAID", "idfa": "IDFA", "imei": "IMEI", "imsi": "IMSI", "iccid": "ICCID", "meid": "MEID", "guid": "GUID",
	"pipl": "PIPL", "gdpr": "GDPR", "opendsr": "OpenDSR", "openudid": "OpenUDID",
}

// goName turns a term into a part of a Go name: "id-card-number" into
// IDCardNumber, "pipl-13-1-2" into PIPL13_1_2.
func goName(term string) string {
	var b strings.Builder
	for i, word := range strings.Split(term, "-") {
		if i > 0 && isDigit(word[0]) && isDigit(b.String()[b.Len()-1]) {
			b.WriteByte('_')
		}
		if s, ok := initialisms[word]; ok {
			b.WriteString(s)
		} else {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
