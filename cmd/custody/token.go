package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/api"
)

func tokenCommand(a *app) *cobra.Command {
	var scopes []string
	c := &cobra.Command{
		Use: "token NAME", Short: "Make an API token for a service", GroupID: groupRun, Args: cobra.ExactArgs(1),
		Long: `Make an API token for the service or role NAME. The token is printed once, on
standard error; the line on standard output lets it in and goes into the file of
custody serve --tokens. Only the token's hash is in it.`,
		Example: "  custody token order-service --scopes emit >> tokens\n  custody token dpo --scopes lookup >> tokens",
		RunE: func(_ *cobra.Command, args []string) error {
			var all []api.Scope
			for _, s := range scopes {
				if !slices.Contains(api.Scopes(), api.Scope(s)) {
					return a.misuse(fmt.Errorf("--scopes: %q: want emit, lookup or erase", s))
				}
				all = append(all, api.Scope(s))
			}
			secret, line := api.NewToken(args[0], all...)
			fmt.Fprintln(a.err, secret)
			_, err := fmt.Fprintln(a.out, line)
			return err
		},
	}
	c.Flags().StringSliceVar(&scopes, "scopes", []string{"emit"}, "what it allows: emit, lookup, erase")
	return c
}
