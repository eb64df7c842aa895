package event

import "time"

// The first steps of Decode, for the benchmarks that say where its time goes.

// ReadJSON finds the tokens of a value.
func (d *Decoder) ReadJSON(value []byte) bool { return d.body.read(value) }

// ReadEnvelope reads headers and value, and finds the attributes; it judges nothing.
func (d *Decoder) ReadEnvelope(m *Message, now time.Time) bool {
	d.begin(now)
	return d.headers.read(m.Headers) && d.readStructured(m.Value)
}
