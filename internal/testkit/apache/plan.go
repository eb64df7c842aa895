package apache

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/datacustody/custody/deploy/kafka"
)

// controllerID is the node id of a controller that is no broker.
const controllerID = 100

// settings fill in server.properties.
type settings struct {
	Roles                  string
	ID                     int
	Controller             string // its address
	Listeners              string
	Advertised             string // "" = it is no broker
	Data                   string
	Replication, MinInSync int
	Keystore               string // "" = no SASL_SSL
}

// plan lays the nodes out: folders, ports and configuration.
func (c *Cluster) plan(lib string) error {
	o := c.options
	if o.Secure {
		if err := c.secure(); err != nil {
			return err
		}
	}
	ports, err := choosePorts(o.Port, 3*o.Brokers+1)
	if err != nil {
		return err
	}
	take := func() string {
		addr := local(ports[0])
		ports = ports[1:]
		return addr
	}
	for i := range o.Brokers {
		c.brokers = append(c.brokers, &node{id: i + 1, lib: lib, dir: filepath.Join(c.dir, fmt.Sprintf("broker-%d", i)), plain: c.listener(i, take())})
	}
	for i, n := range c.brokers {
		if o.Secure {
			n.secure = c.listener(i, take())
			c.access.Addrs = append(c.access.Addrs, n.secure.advertised)
		}
		addr := take()
		n.brokers = listener{addr, addr}
	}
	if o.Brokers > 1 {
		c.controller = &node{id: controllerID, lib: lib, dir: filepath.Join(c.dir, "controller")}
	}
	controller := take()
	for _, n := range c.nodes() {
		if err := c.configure(n, controller); err != nil {
			return fmt.Errorf("configure node %d: %w", n.id, err)
		}
	}
	return nil
}

func (c *Cluster) listener(broker int, addr string) listener {
	if c.options.Advertise == nil {
		return listener{addr, addr}
	}
	return listener{addr, c.options.Advertise(broker, addr)}
}

// configure writes a node's server.properties.
func (c *Cluster) configure(n *node, controller string) error {
	s := settings{
		ID: n.id, Controller: controller, Data: n.data(),
		Replication: c.Replication(), MinInSync: max(1, c.Replication()-1),
	}
	var roles, listeners, advertised []string
	if n != c.controller {
		roles, s.Keystore = []string{"broker"}, c.access.keystore
		for _, l := range []struct {
			name string
			listener
		}{{"PLAINTEXT", n.plain}, {"BROKERS", n.brokers}, {"SASL_SSL", n.secure}} {
			if l.addr != "" {
				listeners = append(listeners, l.name+"://"+l.addr)
				advertised = append(advertised, l.name+"://"+l.advertised)
			}
		}
	}
	if c.controller == nil || n == c.controller {
		roles, listeners = append(roles, "controller"), append(listeners, "CONTROLLER://"+controller)
	}
	s.Roles, s.Listeners, s.Advertised = strings.Join(roles, ","), strings.Join(listeners, ","), strings.Join(advertised, ",")
	if err := os.MkdirAll(n.dir, 0o700); err != nil {
		return err
	}
	text, err := template.New("server.properties").Parse(kafka.Properties)
	if err != nil {
		return err
	}
	f, err := os.Create(n.properties())
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // Execute has said what went wrong
	return text.Execute(f, s)
}
