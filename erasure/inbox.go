package erasure

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net/http"
	"time"
)

// An Inbox takes notices over HTTP. Take is called once for each time one comes;
// when it returns nil, the notice is taken and Custody will not send it again. So
// Take keeps it, or has done what it asks for; answering can come later.
type Inbox struct {
	Key  ed25519.PublicKey // Custody's
	Take func(context.Context, Notice) error
	Now  func() time.Time // nil: time.Now
}

// maxNotice is the most bytes that a notice has.
const maxNotice = 4 << 20

// ServeHTTP answers 204 to what was taken, 401 to what Custody did not sign, and
// 503 if Take failed: then the notice comes again.
func (i Inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "notices are posted", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxNotice))
	if err != nil {
		http.Error(w, "the body broke off, or is too large", http.StatusBadRequest)
		return
	}
	now := time.Now
	if i.Now != nil {
		now = i.Now
	}
	n, err := ReadSigned(r.Header, body, i.Key, now())
	switch {
	case errors.Is(err, ErrSignature):
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := i.Take(r.Context(), n); err != nil {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
