package erasure

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks.
const (
	headerID        = "webhook-id"
	headerTimestamp = "webhook-timestamp"
	headerSignature = "webhook-signature"
)

// tolerance is how old, or how far in the future, a signed message may be.
const tolerance = 5 * time.Minute

// ErrSignature says that a request was not signed by Custody, or too long ago.
var ErrSignature = errors.New("the request is not signed by the key known, or not within five minutes")

// ReadSigned reads the notice of a request's body if Custody signed it.
func ReadSigned(h http.Header, body []byte, key ed25519.PublicKey, now time.Time) (Notice, error) {
	id, stamp := h.Get(headerID), h.Get(headerTimestamp)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || age > tolerance || age < -tolerance || len(key) != ed25519.PublicKeySize {
		return Notice{}, ErrSignature
	}
	for _, s := range strings.Fields(h.Get(headerSignature)) {
		text, ok := strings.CutPrefix(s, "v1a,")
		sum, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || !ed25519.Verify(key, signed(id, stamp, body), sum) {
			continue
		}
		n, err := ReadNotice(body)
		if err == nil && n.ID != id {
			return Notice{}, ErrSignature
		}
		return n, err
	}
	return Notice{}, ErrSignature
}

// sign puts the headers of a signed message on a request.
func (p *Party) sign(h http.Header, id string, body []byte, now time.Time) {
	stamp := strconv.FormatInt(now.Unix(), 10)
	sum := hmac.New(sha256.New, []byte(p.Token))
	sum.Write(signed(id, stamp, body))
	signatures := "v1," + base64.StdEncoding.EncodeToString(sum.Sum(nil))
	if p.Key != nil {
		signatures += " v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(p.Key, signed(id, stamp, body)))
	}
	h.Set(headerID, id)
	h.Set(headerTimestamp, stamp)
	h.Set(headerSignature, signatures)
}

func signed(id, stamp string, body []byte) []byte {
	return append([]byte(id+"."+stamp+"."), body...)
}
