package notice

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/datacustody/custody/internal/erasure"
	"github.com/datacustody/custody/schemas/event"
)

// A Channel takes a notice to one party.
type Channel interface {
	Send(context.Context, erasure.Notification) error
}

// Routes are how each party is told, and what it signs its answers with.
type Routes struct {
	Source   string // of notices
	Answers  string // URL that answers go to, without controller and case
	Public   string // half of the key that notices are signed with, in base64; empty: there is none
	Names    map[string]event.NoticeChannel
	Channels map[string]Channel // none for parties that a person tells
	Tokens   map[string]Token   // of parties that answer by themselves
	Keys     map[string]string  // public keys of parties that sign their answers as well, in base64
}

// Verify says whether a party signed an answer: with its token, and with its key
// where it has one. Whoever has no token is known by no signature.
func (r *Routes) Verify(party, id, timestamp, signature string, body []byte, now time.Time) error {
	if err := r.Tokens[party].Verify(id, timestamp, signature, body, now); err != nil {
		return err
	}
	if key, ok := r.Keys[party]; ok {
		return Verify(key, id, timestamp, signature, body, now)
	}
	return nil
}

// A file is what a user writes. Names of files are relative to it.
type file struct {
	Source  string           `yaml:"source"`
	Answers string           `yaml:"answers"`
	Key     string           `yaml:"key"`
	Mail    *mailbox         `yaml:"mail"`
	Parties map[string]party `yaml:"parties"`
}

type mailbox struct {
	Host         string `yaml:"host"`
	Port         int    `yaml:"port"`
	User         string `yaml:"user"`
	PasswordFile string `yaml:"password-file"`
	From         string `yaml:"from"`
	Plain        bool   `yaml:"plain"`
}

type party struct {
	Channel   string `yaml:"channel"`
	URL       string `yaml:"url"`
	Topic     string `yaml:"topic"`
	Directory string `yaml:"directory"`
	Format    string `yaml:"format"`
	Address   string `yaml:"address"`
	TokenFile string `yaml:"token-file"`
	PublicKey string `yaml:"public-key"`
}

// LoadRoutes reads the routes from a YAML file. What is wrong with it is told with
// its line.
func LoadRoutes(name string, topics Topics) (*Routes, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var f file
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&f); err != nil {
		return nil, fmt.Errorf("%s: %s", name, yaml.FormatError(err, false, false))
	}
	r, err := f.routes(filepath.Dir(name), topics)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

// A loader makes channels of what is written.
type loader struct {
	file
	dir     string
	topics  Topics
	key     Key
	mailbox Mailbox
}

func (f file) routes(dir string, topics Topics) (*Routes, error) {
	if f.Source == "" {
		f.Source = "/custody/erasure"
	}
	l := loader{file: f, dir: dir, topics: topics}
	if err := l.sender(); err != nil {
		return nil, err
	}
	r := &Routes{
		Source: f.Source, Answers: strings.TrimSuffix(f.Answers, "/"), Names: map[string]event.NoticeChannel{},
		Channels: map[string]Channel{}, Tokens: map[string]Token{}, Keys: map[string]string{},
	}
	if f.Key != "" {
		r.Public = l.key.Public()
	}
	for _, name := range slices.Sorted(maps.Keys(f.Parties)) {
		if err := l.add(r, name, f.Parties[name]); err != nil {
			return nil, fmt.Errorf("parties.%s: %w", name, err)
		}
	}
	return r, nil
}

// sender reads what all channels share.
func (l *loader) sender() (err error) {
	if l.Key != "" {
		if l.key, err = LoadKey(l.path(l.Key)); err != nil {
			return fmt.Errorf("key: %w", err)
		}
	}
	if m := l.Mail; m != nil {
		l.mailbox = Mailbox{Host: m.Host, Port: m.Port, User: m.User, From: m.From, Plain: m.Plain}
		if m.Host == "" || m.From == "" {
			return errors.New("mail: host and from are required")
		}
		if m.PasswordFile != "" {
			if l.mailbox.Password, err = l.secret(m.PasswordFile); err != nil {
				return fmt.Errorf("mail.password-file: %w", err)
			}
		}
	}
	return nil
}

var partyName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

func (l *loader) add(r *Routes, name string, p party) error {
	if !partyName.MatchString(name) {
		return errors.New("want the id of a party: a-z, 0-9 and hyphens")
	}
	channel, err := l.channel(name, p)
	if err != nil {
		return err
	}
	r.Names[name] = event.NoticeChannel(p.Channel)
	if channel != nil {
		r.Channels[name] = channel
	}
	if p.TokenFile == "" {
		if p.PublicKey != "" {
			return errors.New("public-key: a party that signs needs a token, too: set token-file")
		}
		return nil
	}
	token, err := l.secret(p.TokenFile)
	if err != nil {
		return fmt.Errorf("token-file: %w", err)
	}
	if len(token) < minToken {
		return fmt.Errorf("token-file: want a token of at least %d characters", minToken)
	}
	r.Tokens[name] = Token(token)
	if p.PublicKey != "" {
		if key, err := base64.StdEncoding.DecodeString(p.PublicKey); err != nil || len(key) != ed25519.PublicKeySize {
			return errors.New("public-key: want the 32 bytes of an Ed25519 key in base64")
		}
		r.Keys[name] = p.PublicKey
	}
	return nil
}

// minToken is the least length of a token.
const minToken = 32

func (l *loader) channel(name string, p party) (Channel, error) {
	switch event.NoticeChannel(p.Channel) {
	case event.NoticeChannelWebhook:
		u, err := url.Parse(p.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !local(u.Hostname())) {
			return nil, errors.New("url: want https://…; http only to this machine")
		}
		if l.Key == "" {
			return nil, errors.New("a webhook needs the key that notices are signed with: set key")
		}
		return Webhook{URL: p.URL, Source: l.Source, Key: l.key}, nil
	case event.NoticeChannelKafka:
		if p.Topic == "" || l.topics == nil {
			return nil, errors.New("topic: is required")
		}
		return Kafka{Topics: l.topics, Topic: p.Topic, Source: l.Source}, nil
	case event.NoticeChannelFile:
		if p.Directory == "" {
			return nil, errors.New("directory: is required")
		}
		if p.Format != "" && p.Format != "jsonl" && p.Format != "csv" {
			return nil, errors.New("format: want jsonl or csv")
		}
		return &File{Directory: l.path(p.Directory), Party: name, Source: l.Source, CSV: p.Format == "csv"}, nil
	case event.NoticeChannelEmail:
		if p.Address == "" || l.Mail == nil {
			return nil, errors.New("address: is required, and mail for all")
		}
		return Mail{Mailbox: l.mailbox, To: p.Address, Source: l.Source}, nil
	case event.NoticeChannelManual:
		return nil, nil
	}
	return nil, errors.New("channel: want webhook, kafka, file, email or manual")
}

func local(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

func (l *loader) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(l.dir, name)
}

func (l *loader) secret(name string) (string, error) {
	text, err := os.ReadFile(l.path(name))
	return strings.TrimSpace(string(text)), err
}
