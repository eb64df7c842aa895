package apache

import (
	"strconv"
	"strings"
)

// The variables that tell tests which Kafka to use.
const (
	Brokers     = "CUSTODY_TEST_KAFKA" // host:port, with commas between
	Replication = "CUSTODY_TEST_KAFKA_REPLICATION"
	Version     = "CUSTODY_TEST_KAFKA_VERSION" // of the clusters that tests start for themselves

	// Of the SASL_SSL listener.
	SecureBrokers = "CUSTODY_TEST_KAFKA_SECURE"
	CA            = "CUSTODY_TEST_KAFKA_CA"
	User          = "CUSTODY_TEST_KAFKA_USER"
	Password      = "CUSTODY_TEST_KAFKA_PASSWORD"
)

// Env is the cluster as variables, name=value.
func (c *Cluster) Env() []string {
	env := []string{
		Brokers + "=" + strings.Join(c.Addrs(), ","),
		Replication + "=" + strconv.Itoa(c.Replication()),
		Version + "=" + c.options.Version,
	}
	if c.options.Secure {
		env = append(env, SecureBrokers+"="+strings.Join(c.access.Addrs, ","), CA+"="+c.access.CA, User+"="+c.access.User, Password+"="+c.access.Password)
	}
	return env
}
