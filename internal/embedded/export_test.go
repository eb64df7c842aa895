package embedded

// FillDisk makes the disk look full to k until undo.
func (k *Kafka) FillDisk() (undo func()) {
	k.reserve.Store(1 << 62)
	return func() { k.reserve.Store(reserve) }
}

// HTTPGate is the gate alone, before a server of the test's.
var HTTPGate = httpGate
