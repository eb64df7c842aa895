package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/schemas/clickhouse"
)

func migrateCommand(a *app) *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use: "migrate", Short: "Bring ClickHouse's tables up to this version", GroupID: groupRun, Args: cobra.NoArgs,
		Long: "Bring ClickHouse's tables up to this version. It may run at any time and any\nnumber of times at once: one process works, the others wait. Forward only.",
		Example: "  custody migrate --dry-run    # print the SQL, change nothing\n" +
			"  custody migrate --clickhouse ch-1:9000 --clickhouse-password-file /run/secrets/admin",
		RunE: func(c *cobra.Command, _ []string) error {
			db, err := a.servers.store(roleAdmin)
			if err != nil {
				return err
			}
			defer db.Close()
			if !dry {
				return db.Migrate(c.Context(), clickhouse.Migrations, func(s store.Step) {
					fmt.Fprintf(a.out, "applied %04d %s\n", s.Version, s.Name)
				})
			}
			steps, err := db.Plan(c.Context(), clickhouse.Migrations)
			if err != nil {
				return err
			}
			for _, s := range steps {
				fmt.Fprintf(a.out, "-- %04d %s\n%s;\n\n", s.Version, s.Name, strings.Join(s.SQL, ";\n\n"))
			}
			fmt.Fprintf(a.out, "-- %d to apply\n", len(steps))
			return nil
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "print the SQL that would run, and run none")
	return c
}
