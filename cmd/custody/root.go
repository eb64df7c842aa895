package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/daemon"
)

// An app is one run of the program.
type app struct {
	surroundings
	servers    servers
	log        daemon.Log
	understood bool // flags, arguments and settings were: what fails now is no misuse
}

const long = `Custody keeps the chain of custody of personal data. Services tell it, through
Kafka, what they collect, share, send abroad and disclose; it keeps exactly one
row in ClickHouse for every record; auditors and deletion jobs ask who got what.

Begin with: custody demo`

// root is the tree of commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "custody", Short: "The chain of custody of personal data", Long: long,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: a.settle,
	}
	root.SetArgs(a.args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetUsageTemplate(usageTemplate)
	root.AddGroup(
		&cobra.Group{ID: groupTry, Title: "All on this machine:"},
		&cobra.Group{ID: groupSend, Title: "Producers:"},
		&cobra.Group{ID: groupAsk, Title: "Auditors and deletion jobs:"},
		&cobra.Group{ID: groupRun, Title: "Operators:"})
	root.PersistentFlags().String(daemon.ConfigFlag, "", "read settings from this YAML `file`")
	a.servers.flags(root.PersistentFlags())
	a.log.Flags(root.PersistentFlags(), "info")
	for _, command := range a.commands() {
		root.AddCommand(command)
	}
	root.AddCommand(settingsTopic(root))
	return root
}

// The groups in which help lists the commands.
const (
	groupTry  = "try"
	groupSend = "send"
	groupAsk  = "ask"
	groupRun  = "run"
)

// commands are all subcommands, in the order of the help.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		demoCommand(a), devCommand(a), simulateCommand(a),
		emitCommand(a), lintCommand(a), rulesCommand(a), policyCommand(a),
		recipientsCommand(a), eventsCommand(a), showCommand(a), tailCommand(a), findingsCommand(a), driftCommand(a), listsCommand(a), eraseCommand(a),
		consumeCommand(a), serveCommand(a), deadLettersCommand(a), migrateCommand(a), topicCommand(a), tokenCommand(a),
		healthcheckCommand(), versionCommand(a),
	}
}

// settle reads the settings of the command that is about to run.
func (a *app) settle(c *cobra.Command, _ []string) error {
	a.servers.kafkaGiven, a.servers.clickhouseGiven = c.Flags().Changed("kafka"), c.Flags().Changed("clickhouse")
	known := make(map[string]bool)
	flagNames(c.Root(), known)
	environ := a.environ
	if c.GroupID == groupTry { // dev writes the file that CUSTODY_CONFIG is to name
		environ = slices.DeleteFunc(slices.Clone(environ), func(v string) bool { return strings.HasPrefix(v, daemon.EnvName(daemon.ConfigFlag)+"=") })
	}
	settings := daemon.Settings{
		Environ: environ,
		Known:   func(name string) bool { return known[name] },
	}
	if err := settings.Load(c.Flags()); err != nil {
		return err
	}
	if err := a.servers.check(); err != nil {
		return err
	}
	a.understood = true
	return nil
}

// flagNames collects the flags of a command and of all below it.
func flagNames(c *cobra.Command, names map[string]bool) {
	for _, fs := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
		fs.VisitAll(func(f *pflag.Flag) { names[f.Name] = true })
	}
	for _, sub := range c.Commands() {
		flagNames(sub, names)
	}
}

// misuse marks what a command finds wrong with its own flags and arguments.
func (a *app) misuse(err error) error {
	a.understood = false
	return err
}
