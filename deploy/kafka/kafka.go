// Package kafka holds an Apache Kafka for tests: where its jars come from and
// the configuration of its nodes. Its law: loopback only, data to be thrown away.
package kafka

import _ "embed"

// POM names the jars, for Maven.
//
//go:embed pom.xml
var POM []byte

// Properties is the configuration of one node, a text/template.
//
//go:embed server.properties
var Properties string
