package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
	"github.com/spf13/pflag"

	"github.com/datacustody/custody/internal/daemon"
	"github.com/datacustody/custody/internal/store"
	"github.com/datacustody/custody/internal/stream"
	"github.com/datacustody/custody/producer"
)

// Servers say where Kafka and ClickHouse are and who we are there. All commands share them.
type servers struct {
	kafka      kafkaServer
	clickhouse clickhouseServer
	contract   contract
	// Which of them the caller named with a flag: demo and dev start the others.
	kafkaGiven, clickhouseGiven bool
}

type kafkaServer struct {
	brokers        []string
	mechanism      string
	user, password string
	tls            security
	login          sasl.Mechanism // of mechanism, user and password
}

type clickhouseServer struct {
	addresses      []string
	user, password string
	passwords      map[string]string // by user, where a house has made them
	tls            security
}

// Where `custody dev` listens, too.
const (
	kafkaDefault      = "127.0.0.1:9092"
	clickhouseDefault = "127.0.0.1:9000"
)

func (s *servers) flags(fs *pflag.FlagSet) {
	k := &s.kafka
	fs.StringSliceVar(&k.brokers, "kafka", []string{kafkaDefault}, "`host:port` of Kafka brokers, comma-separated")
	fs.StringVar(&k.mechanism, "kafka-sasl", "", "SASL `mechanism`: plain, scram-sha-256 or scram-sha-512")
	fs.StringVar(&k.user, "kafka-user", "", "user at Kafka")
	daemon.SecretVar(fs, &k.password, "kafka-password", "password at Kafka")
	k.tls.flags(fs, "kafka")
	c := &s.clickhouse
	fs.StringSliceVar(&c.addresses, "clickhouse", []string{clickhouseDefault}, "`host:port` of ClickHouse's native protocol; further ones are replicas")
	fs.StringVar(&c.user, "clickhouse-user", "", "user at ClickHouse (default: the role the command needs)")
	daemon.SecretVar(fs, &c.password, "clickhouse-password", "password at ClickHouse")
	c.tls.flags(fs, "clickhouse")
	s.contract.flags(fs)
}

// check reads what can be read before anything is dialled.
func (s *servers) check() (err error) {
	if s.kafka.login, err = login(s.kafka.mechanism, s.kafka.user, s.kafka.password); err != nil {
		return err
	}
	if err := s.kafka.tls.load(); err != nil {
		return fmt.Errorf("TLS of Kafka: %w", err)
	}
	if err := s.clickhouse.tls.load(); err != nil {
		return fmt.Errorf("TLS of ClickHouse: %w", err)
	}
	return s.contract.load()
}

// login is the SASL mechanism by its name, nil for none.
func login(mechanism, user, password string) (sasl.Mechanism, error) {
	switch strings.ToLower(mechanism) {
	case "":
		if user != "" || password != "" {
			return nil, fmt.Errorf("a user at Kafka needs --kafka-sasl: plain, scram-sha-256 or scram-sha-512")
		}
		return nil, nil
	case "plain":
		return plain.Mechanism{Username: user, Password: password}, nil
	case "scram-sha-256":
		return scram.Mechanism(scram.SHA256, user, password)
	case "scram-sha-512":
		return scram.Mechanism(scram.SHA512, user, password)
	}
	return nil, fmt.Errorf("kafka-sasl %q: want plain, scram-sha-256 or scram-sha-512", mechanism)
}

// stream is a client of Kafka for one part of the program.
func (s *servers) stream(part string) *stream.Client {
	k := s.kafka
	return stream.New(stream.Config{
		Brokers: k.brokers, ClientID: "custody-" + part, TLS: k.tls.config, SASL: k.login,
	})
}

// The roles of ClickHouse's users: what a command may do there.
const (
	roleWriter  = "writer"
	roleAuditor = "auditor"
	roleAdmin   = "admin"
	roleEraser  = "eraser"
)

// store reads the log, or makes its tables, in a role.
func (s *servers) store(role string) (*store.DB, error) { return store.Open(s.storeConfig(role)) }

func (s *servers) storeConfig(role string) store.Config {
	c := s.clickhouse
	user := cmp.Or(c.user, role)
	return store.Config{Addr: c.addresses, User: user, Password: cmp.Or(c.password, c.passwords[user]), TLS: c.tls.config,
		Vocabulary: s.contract.options.Vocabulary}
}

// producer emits events. Unchecked sends bad ones, too. Tell, which may be nil,
// is told of attempts that failed and will be made again.
func (s *servers) producer(part string, unchecked bool, tell func(string)) (*producer.Producer, error) {
	k := s.kafka
	o := producer.Options{ClientID: "custody-" + part, TLS: k.tls.config, SASL: k.login, Unchecked: unchecked, Check: s.contract.options}
	if tell != nil {
		o.OnRetry = func(r producer.Retry) {
			tell(fmt.Sprintf("Kafka at %s: %v; trying again", strings.Join(k.brokers, ","), r.Err))
		}
	}
	return producer.New(k.brokers, o)
}
