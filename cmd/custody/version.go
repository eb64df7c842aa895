package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/daemon"
)

func versionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which build this is", GroupID: groupRun, Args: cobra.NoArgs,
		Example: "  custody version",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, daemon.ReadVersion())
			return err
		},
	}
}
