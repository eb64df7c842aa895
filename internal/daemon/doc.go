// Package daemon is what every command of Custody is run with: its settings, its
// log, its metrics, its health and the group of things that it runs. Its law:
// a setting has one name everywhere, and a secret is shown nowhere.
package daemon
