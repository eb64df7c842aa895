package daemon

import (
	"fmt"
	"os"
	"strings"

	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// secret marks a flag whose value is never shown; fromFile ends the name of its
// sibling that names a file holding it.
const (
	secret   = "custody_secret"
	fromFile = "-file"
	masked   = "******"
)

// SecretVar adds a flag that holds a secret, and beside it one that names a
// file with the secret in it: of "kafka-password" also "kafka-password-file",
// so that CUSTODY_KAFKA_PASSWORD_FILE works, too.
func SecretVar(fs *pflag.FlagSet, p *string, name, usage string) {
	fs.StringVar(p, name, "", usage+" (better: --"+name+fromFile+", other users see a process's flags)")
	fs.String(name+fromFile, "", usage+", read from this file")
	if err := fs.SetAnnotation(name, secret, []string{"true"}); err != nil {
		panic(err) // the flag was added three lines above
	}
}

// readSecrets replaces, within one layer of settings, the name of a secret's
// file by what is in it. Layers stay apart, so that a variable that names a
// file outdoes a password in the settings' file.
func readSecrets(fs *pflag.FlagSet, layer *koanf.Koanf) (err error) {
	fs.VisitAll(func(f *pflag.Flag) {
		name := layer.String(f.Name + fromFile)
		if !isSecret(f) || name == "" || err != nil {
			return
		}
		if layer.Exists(f.Name) {
			err = fmt.Errorf("setting %s: given both itself and as a file", f.Name)
			return
		}
		content, e := os.ReadFile(name)
		if e != nil {
			err = fmt.Errorf("setting %s%s: %w", f.Name, fromFile, e)
			return
		}
		err = layer.Set(f.Name, strings.TrimRight(string(content), "\r\n"))
	})
	return err
}

func isSecret(f *pflag.Flag) bool { return len(f.Annotations[secret]) > 0 }

// Dump lists every setting of a command as name=value, secrets masked.
func Dump(fs *pflag.FlagSet) []string {
	var lines []string
	fs.VisitAll(func(f *pflag.Flag) {
		value := f.Value.String()
		if isSecret(f) && value != "" {
			value = masked
		}
		lines = append(lines, f.Name+"="+value)
	})
	return lines
}
