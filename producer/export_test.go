package producer

import "github.com/segmentio/kafka-go"

// Over has the producer send its requests over r, for what it costs by itself.
func (p *Producer) Over(r kafka.RoundTripper) { p.client.Transport = r }
