package event

// A Message is one event as Kafka or HTTP carries it: the record's key, its
// value and its headers, in structured or in binary content mode (CloudEvents
// Kafka protocol binding 1.0, section 3). A nil Value is a tombstone.
type Message struct {
	Key, Value []byte
	Headers    []Header
}

// A Header is one Kafka record header. Names are compared without case.
type Header struct {
	Name  string
	Value []byte
}

// Size is how many bytes the key, the value and the headers have.
func (m *Message) Size() int {
	n := len(m.Key) + len(m.Value)
	for i := range m.Headers {
		n += len(m.Headers[i].Name) + len(m.Headers[i].Value)
	}
	return n
}
