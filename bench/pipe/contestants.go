package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
)

// The contestants that are always there.
const (
	nameCustody     = "custody"
	nameEngineLog   = "engine-log"
	nameEnginePlain = "engine-plain"
	nameTunedLog    = "engine-log-tuned"
	nameTunedPlain  = "engine-plain-tuned"
	nameGo          = "afternoon-go"
	namePython      = "afternoon-python"
)

var names = []string{nameCustody, nameEngineLog, nameEnginePlain, nameTunedLog, nameTunedPlain, nameGo, namePython}

// A contestant moves all of a topic into its table.
type contestant struct {
	name, what string
	settings   string
	table      string
	accepted   string // which of its rows stand for an event that is new; "" = all
	// reset empties its table and makes the group one that has read nothing.
	reset func(ctx context.Context, group string) error
	// start lets it work as a process, nil where it works inside of ClickHouse.
	start func(ctx context.Context, group string) (*process, error)
	stop  func(context.Context) error // once its process has ended
}

func (s *site) contestants(ctx context.Context) (all []contestant, err error) {
	for _, c := range []contestant{
		s.custody(),
		s.engineLog(nameEngineLog, tuple()),
		s.enginePlain(nameEnginePlain, tuple()),
		s.engineLog(nameTunedLog, tuned()),
		s.enginePlain(nameTunedPlain, tuned()),
	} {
		if s.o.wants(c.name) {
			all = append(all, c)
		}
	}
	for name, prepare := range map[string]func(context.Context) (contestant, error){nameGo: s.afternoonGo, namePython: s.afternoonPython} {
		if !s.o.wants(name) {
			continue
		}
		c, err := prepare(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	for _, e := range s.o.extra {
		if s.o.wants(e.name) {
			all = append(all, s.command(e.name, "given as a command", "`"+e.command+"`", nil, "sh", "-c", "exec "+e.command))
		}
	}
	slices.SortStableFunc(all, func(a, b contestant) int { return place(a.name) - place(b.name) })
	return all, nil
}

// place is where a contestant stands in lists: others come last.
func place(name string) int {
	if i := slices.Index(names, name); i >= 0 {
		return i
	}
	return len(names)
}

// custody is the shipped binary with its defaults.
func (s *site) custody() contestant {
	return contestant{
		name: nameCustody, what: "Custody: `custody consume`, as make build makes it, into `custody.log`",
		settings: "defaults: batches of 65,536 rows, 32 MiB or 0.6 s; only the group, the servers and the monitor's port are given",
		table:    custodyLog, accepted: "outcome = 'accepted'",
		reset: func(ctx context.Context, group string) error {
			if err := s.server.do(ctx, "TRUNCATE TABLE "+custodyLog+" SYNC", "TRUNCATE TABLE custody.floors SYNC"); err != nil {
				return err
			}
			return s.stream.InitGroup(ctx, group, topic) // as custody topic create does for its group
		},
		start: func(_ context.Context, group string) (*process, error) {
			env := append(s.custodyEnv(), "CUSTODY_CLICKHOUSE_PASSWORD="+s.server.passwords["writer"])
			return startProcess(s.dir, nameCustody, env, s.o.custody, "consume", "--group", group, "--monitor", "127.0.0.1:0")
		},
	}
}

// command is a contestant that is a program, into the plain table.
func (s *site) command(name, what, settings string, env []string, program string, args ...string) contestant {
	return contestant{
		name: name, what: what, settings: settings, table: plain,
		reset: func(ctx context.Context, _ string) error { return s.server.do(ctx, "TRUNCATE TABLE "+plain+" SYNC") },
		start: func(_ context.Context, group string) (*process, error) {
			all := append(os.Environ(), env...)
			all = append(all, "KAFKA_BROKERS="+strings.Join(s.broker.addrs, ","), "KAFKA_TOPIC="+topic, "KAFKA_GROUP="+group,
				"CLICKHOUSE_ADDR="+s.server.native, "CLICKHOUSE_HTTP_ADDR="+s.server.http, "CLICKHOUSE_USER="+user,
				"CLICKHOUSE_PASSWORD="+s.server.passwords[user], "CLICKHOUSE_TABLE="+plain)
			return startProcess(s.dir, name, all, program, args...)
		},
	}
}

// rows is how many its table has: a number that the server knows without reading.
func (c *contestant) rows(ctx context.Context, s *server) (n int, err error) {
	err = s.scan(ctx, "SELECT count() FROM "+c.table, &n)
	return n, err
}

// kept is how many rows stand for an event, and how many different events there are.
func (c *contestant) kept(ctx context.Context, s *server) (rows, distinct int, err error) {
	where := ""
	if c.accepted != "" {
		where = " WHERE " + c.accepted
	}
	err = s.scan(ctx, fmt.Sprintf("SELECT count(), uniqExact(sipHash128(source, id)) FROM %s%s", c.table, where), &rows, &distinct)
	return rows, distinct, err
}
