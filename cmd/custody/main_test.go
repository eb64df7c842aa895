package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/datacustody/custody/internal/embedded"
)

func TestMain(m *testing.M) {
	embedded.ChildMain()
	testscript.Main(m, map[string]func(){"custody": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", RequireExplicitExec: true})
}
