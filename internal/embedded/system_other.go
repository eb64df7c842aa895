//go:build !unix

package embedded

import (
	"errors"
	"math"
	"os"
	"syscall"
)

func tryLock(*os.File) (bool, error) { return false, errors.ErrUnsupported }

// Free is not known here: there is always enough.
func Free(string) (uint64, error) { return math.MaxUint64, nil }

var ownGroup *syscall.SysProcAttr
