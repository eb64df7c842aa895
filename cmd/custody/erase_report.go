package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/schemas/event"
)

func eraseReportCommand(a *app) *cobra.Command {
	l, h := lookup{app: a}, handling{}
	var form, language string
	c := &cobra.Command{
		Use: "report CASE", Short: "Write a case down for a regulator or the person", Args: cobra.ExactArgs(1),
		Example: "  custody erase report case-17 --format html --language zh > case-17.html",
		RunE: func(c *cobra.Command, args []string) error {
			if form != "json" && form != "html" || language != "zh" && language != "en" {
				return a.misuse(errors.New("--format is json or html, --language zh or en"))
			}
			db, err := l.open()
			if err != nil {
				return err
			}
			defer db.Close()
			files, certificate, err := l.opened(c.Context(), &h, db, args[0], event.ActionReport)
			if err != nil {
				return err
			}
			names, err := a.servers.contract.catalog()
			if err != nil {
				return err
			}
			for _, file := range files {
				report := file.Case.Report(certificate.Complete)
				if form == "json" {
					err = report.WriteJSON(a.out)
				} else {
					err = report.WriteHTML(a.out, language, names)
				}
				if err != nil {
					return err
				}
			}
			return l.verdict(certificate)
		},
	}
	h.flags(c.Flags())
	l.recordFlags(c)
	l.certificateFlags(c)
	c.Flags().StringVar(&form, "format", "html", "`format`: json, html")
	c.Flags().StringVar(&language, "language", "zh", "`language` of html: zh, en")
	return c
}
