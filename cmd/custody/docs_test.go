package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// called finds the calls of custody in text: a word of its own at the beginning
// of a line or behind a pipe, up to a comment, a redirection or another command.
var called = regexp.MustCompile(`(?m)(?:^|\|)[ \t$]*(?:\w+=\S+ )*(?:bin/)?custody ([^|&>\n]*?)(?:[ \t]+#.*| <.*)?(?:[|&>]|\\?$)`)

// calls are the arguments of each call in text.
func calls(text string) (all [][]string) {
	text = strings.ReplaceAll(text, "\\\n", " ")
	for _, call := range called.FindAllStringSubmatch(text, -1) {
		args := strings.Fields(call[1])
		for i := range args {
			args[i] = strings.Trim(args[i], `"'`)
		}
		all = append(all, args)
	}
	return all
}

// fenced is what stands in a document's fenced code blocks of shell commands.
var fenced = regexp.MustCompile("(?ms)^```(?:sh|console|shell|bash)[^\n]*\n(.*?)^```")

func TestCommandsInDocumentsAreOurs(t *testing.T) {
	documents, err := filepath.Glob(tree + "/docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range append(documents, tree+"/README.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range fenced.FindAllStringSubmatch(string(text), -1) {
			for _, args := range calls(block[1]) {
				n++
				parseFlags(t, &app{}, args)
			}
		}
	}
	if n == 0 {
		t.Error("no document shows a command")
	}
}

func TestExamplesOfHelpAreOurs(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		if c.GroupID == "" && c.Parent() != nil && c.Parent().Parent() == nil || !c.HasParent() || c.HasSubCommands() {
			return // cobra's own, and parents
		}
		examples := calls(c.Example)
		if len(examples) == 0 {
			t.Errorf("%s --help shows no example", c.CommandPath())
		}
		for _, args := range examples {
			parseFlags(t, &app{}, args)
		}
	}
	walk((&app{}).root())
}
