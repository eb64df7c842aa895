package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// usageTemplate is cobra's, but for the flags that all commands share: they
// would drown those of the command, and have a help topic of their own.
const usageTemplate = `Usage:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [command]{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}{{$commands := .Commands}}{{range $group := .Groups}}

{{.Title}}{{range $commands}}{{if (and (eq .GroupID $group.ID) .IsAvailableCommand)}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if not .AllChildCommandsHaveGroup}}

{{if .Groups}}Further{{else}}Commands{{end}}:{{range $commands}}{{if (and (eq .GroupID "") (or .IsAvailableCommand (eq .Name "help")))}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{end}}{{if and .HasParent .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}

Servers, users, TLS, log and files of settings: custody help settings
`

const settingsText = `Every command takes the flags below. A setting comes from its flag, else from the
environment, else from the file that --config or CUSTODY_CONFIG names, else it has
the default shown. In the environment --kafka-user is CUSTODY_KAFKA_USER, in the
file kafka-user; so are the flags of single commands. An unknown key in the file
is an error. A password is best given as a file: CUSTODY_CLICKHOUSE_PASSWORD_FILE.

    # custody.yaml
    kafka: [kafka-1:9092, kafka-2:9092]
    kafka-sasl: scram-sha-512
    kafka-user: custody
    kafka-password-file: /run/secrets/kafka
    clickhouse: clickhouse:9440
    clickhouse-tls: true
    clickhouse-user: auditor
    clickhouse-password-file: /run/secrets/auditor

Exit codes: 0 done; 1 not done, or not all of it; 2 not understood.

`

// settingsTopic is the help about the flags of root.
func settingsTopic(root *cobra.Command) *cobra.Command {
	var text strings.Builder
	text.WriteString(settingsText)
	text.WriteString(strings.TrimRight(root.PersistentFlags().FlagUsages(), "\n"))
	return &cobra.Command{Use: "settings", Short: "Settings that all commands share", Long: text.String()}
}
