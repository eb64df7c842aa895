package simulate

import "math/bits"

// random is SplitMix64, written out here because its numbers must be the same
// for ever: a library may change how it draws.
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	return mix(r.state)
}

// below draws from [0, n).
func (r *random) below(n int) int {
	high, _ := bits.Mul64(r.next(), uint64(n))
	return int(high)
}

// percent is true in p of 100 draws.
func (r *random) percent(p int) bool { return r.below(100) < p }

func (r *random) bits53() uint64 { return r.next() >> 11 }

// threshold is the number below which bits53 falls with the given share.
func threshold(share float64) uint64 {
	return uint64(min(1, max(0, share)) * (1 << 53))
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// uuid sets version and variant over 128 bits.
func uuid(high, low uint64, version uint64) (id [16]byte) {
	high = high&^0xf000 | version<<12
	low = low&^(3<<62) | 2<<62
	for i := range 8 {
		id[i] = byte(high >> (56 - 8*i))
		id[8+i] = byte(low >> (56 - 8*i))
	}
	return id
}
