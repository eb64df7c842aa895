package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// A checker measures the stages, and judges them.
type checker struct {
	out    io.Writer
	stages []stage
	meter  interface {
		// measure says what every stage costs, as they were given. A sheet
		// without "valgrind" has no instructions; why says what is missing.
		measure(context.Context, []stage) (s *sheet, why string, err error)
	}
}

// check fails where a stage costs more than the baseline says.
func (c *checker) check(ctx context.Context, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the baseline: %w; make bench-check UPDATE=1 writes one", err)
	}
	before, err := read(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("read the baseline %s: %w", file, err)
	}
	after, err := c.measure(ctx)
	if err != nil {
		return err
	}
	c.comparable(before, after)
	return c.judge(before, after)
}

// update accepts what every stage costs now.
func (c *checker) update(ctx context.Context, file string) error {
	s, err := c.measure(ctx)
	if err != nil {
		return err
	}
	if s.config["valgrind"] == "" {
		return errors.New("a baseline without instructions would check less from now on: install valgrind")
	}
	var b bytes.Buffer
	if err := s.write(&b, c.stages); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s\nwritten: %s\n", &b, file)
	return os.WriteFile(file, b.Bytes(), 0o644)
}

func (c *checker) measure(ctx context.Context) (*sheet, error) {
	s, why, err := c.meter.measure(ctx, c.stages)
	if err == nil && why != "" {
		c.warn("no instructions are compared, only allocations and bytes: " + why)
	}
	return s, err
}

// comparable takes out what the two sheets counted by different measures.
func (c *checker) comparable(before, after *sheet) {
	if after.config["valgrind"] == "" || sameGo(before.config["go"], after.config["go"]) {
		return
	}
	c.warn(fmt.Sprintf("no instructions are compared, only allocations and bytes: the baseline is of %s, this is %s; accept the new one with make bench-check UPDATE=1",
		before.config["go"], after.config["go"]))
	for _, f := range after.stages {
		delete(f, instructions)
	}
}

func (c *checker) warn(text string) {
	fmt.Fprintf(c.out, "\n*** %s ***\n\n", text)
}

func (c *checker) judge(before, after *sheet) error {
	c.print(before, after)
	worse := 0
	for _, f := range compare(before, after, c.stages) {
		verdict := "better"
		if f.worse {
			verdict = "WORSE"
			worse++
		}
		fmt.Fprintf(c.out, "%-6s %v\n", verdict, f)
	}
	unknown := strangers(before, c.stages)
	switch {
	case worse > 0:
		return fmt.Errorf("figures worse than the baseline: %d; mend that, or accept it with make bench-check UPDATE=1 and say why in the commit", worse)
	case len(unknown) > 0:
		return fmt.Errorf("not in the baseline: %s; write it anew with make bench-check UPDATE=1", strings.Join(unknown, ", "))
	}
	within := "bytes"
	if _, counted := after.stages[c.stages[0].String()][instructions]; counted {
		within = "bytes and instructions"
	}
	fmt.Fprintf(c.out, "\nof %d stages none costs more: allocations exactly, %s within %.0f %%\n", len(c.stages), within, 100*tolerance)
	return nil
}

// print shows all figures, those of the baseline behind them where they differ.
func (c *checker) print(before, after *sheet) {
	fmt.Fprintf(c.out, "%-40s %14s %14s %22s\n", "stage", allocations, memory, instructions)
	for _, st := range c.stages {
		fmt.Fprintf(c.out, "%-40s", st)
		for i, unit := range units {
			fmt.Fprintf(c.out, " %*s", []int{14, 14, 22}[i], cell(before.stages[st.String()], after.stages[st.String()], unit))
		}
		fmt.Fprintln(c.out)
	}
	fmt.Fprintln(c.out)
}

func cell(before, after figures, unit string) string {
	v, ok := after[unit]
	if !ok {
		return "-"
	}
	text := fmt.Sprintf("%.0f", v)
	if b, ok := before[unit]; ok && b > 0 && unit == instructions {
		text += fmt.Sprintf(" %8s", fmt.Sprintf("%+.1f %%", 100*(v/b-1)))
	}
	return strings.TrimSpace(text)
}
