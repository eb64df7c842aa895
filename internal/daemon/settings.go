package daemon

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// EnvPrefix begins the name of every environment variable that is a setting.
const EnvPrefix = "CUSTODY_"

// ConfigFlag is the flag that names the settings' file.
const ConfigFlag = "config"

// EnvName is the environment variable of a flag: of "kafka-user" CUSTODY_KAFKA_USER.
func EnvName(flag string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Settings say where the flags that a caller did not give have their values
// from: the environment, else a file, else they keep their default. A setting
// is named in the file as its flag is (kafka-user: …), in the environment as EnvName says.
type Settings struct {
	Environ []string               // as os.Environ gives it
	Known   func(name string) bool // whether any command has such a flag: one file serves them all
}

// Load fills in the flags of fs. An unknown key of the file is an error, for a
// typo must not vanish; an unknown variable is none, for container platforms
// set variables of their own.
func (s Settings) Load(fs *pflag.FlagSet) error {
	flags, environment, merged := koanf.New("."), koanf.New("."), koanf.New(".")
	if err := flags.Load(posflag.ProviderWithFlag(fs, ".", nil, given), nil); err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	if err := environment.Load(s.environment(fs), nil); err != nil {
		return fmt.Errorf("read environment: %w", err)
	}
	document, err := s.file(cmp.Or(flags.String(ConfigFlag), environment.String(ConfigFlag)))
	if err != nil {
		return err
	}
	for _, layer := range []*koanf.Koanf{document, environment, flags} {
		if err := readSecrets(fs, layer); err != nil {
			return err
		}
		if err := merged.Merge(layer); err != nil {
			return fmt.Errorf("merge settings: %w", err)
		}
	}
	return assign(fs, merged)
}

// given takes the flags that the caller gave.
func given(f *pflag.Flag) (string, any) {
	if !f.Changed {
		return "", nil
	}
	return f.Name, f.Value.String()
}

func (s Settings) environment(fs *pflag.FlagSet) *env.Env {
	names := make(map[string]string)
	fs.VisitAll(func(f *pflag.Flag) { names[EnvName(f.Name)] = f.Name })
	return env.Provider(".", env.Opt{
		Prefix:        EnvPrefix,
		TransformFunc: func(name, value string) (string, any) { return names[name], value },
		EnvironFunc:   func() []string { return s.Environ },
	})
}

func (s Settings) file(name string) (*koanf.Koanf, error) {
	k := koanf.New(".")
	if name == "" {
		return k, nil
	}
	if err := k.Load(file.Provider(name), yaml.Parser()); err != nil {
		return nil, fmt.Errorf("read settings from %s: %w", name, err)
	}
	for _, key := range k.Keys() {
		if !s.Known(key) {
			return nil, fmt.Errorf("read settings from %s: no setting is named %q: settings are named as the flags are, without the dashes in front", name, key)
		}
	}
	return k, nil
}

// assign gives the flags their values; it names the flag that cannot have one, not the value.
func assign(fs *pflag.FlagSet, k *koanf.Koanf) error {
	for _, name := range k.Keys() {
		f := fs.Lookup(name)
		if f == nil || f.Changed {
			continue // another command's
		}
		if err := fs.Set(name, text(k, name)); err != nil {
			return fmt.Errorf("setting %s (%s): want a value of type %s", name, EnvName(name), f.Value.Type())
		}
	}
	return nil
}

// text is a setting as a flag reads it: a list is joined with commas.
func text(k *koanf.Koanf, name string) string {
	if list, ok := k.Get(name).([]any); ok {
		items := make([]string, len(list))
		for i, item := range list {
			items[i] = fmt.Sprint(item)
		}
		return strings.Join(items, ",")
	}
	return k.String(name)
}
