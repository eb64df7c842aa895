package catalog

import (
	"slices"

	"github.com/datacustody/custody/schemas/event"
)

// A Region is a country as a number; 0 is none.
type Region uint16

// RegionOf is the country of an ISO code; 0 for an empty one.
func RegionOf[T string | []byte](code T) Region {
	if len(code) != 2 {
		return 0
	}
	return Region(code[0])<<8 | Region(code[1])
}

// region reads a country's code.
func (o *object) region(key, code string) Region {
	if code != "" && !slices.Contains(event.CountryCodes(), code) {
		o.wrong(key, "there is no country %q; want two capital letters of ISO 3166-1, such as CN", code)
		return 0
	}
	return RegionOf(code)
}
