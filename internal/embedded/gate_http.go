package embedded

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"
)

// httpGate is the server's public HTTP port, before the same weakness as the
// native one's: half a request line would end the process. The local session's
// user, who has no password and may close the ports, does not get through.
func httpGate(passwords map[string]string, backend func() string) *http.Server {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: backend()})
			r.Out.Host = r.In.Host
		},
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0),
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "ClickHouse is being started", http.StatusBadGateway)
		},
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			DisableCompression:  true,
			MaxIdleConnsPerHost: 32,
			IdleConnTimeout:     2 * time.Second, // ClickHouse closes after 10
		},
	}
	return &http.Server{
		ReadHeaderTimeout: greeting,
		ErrorLog:          log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if alive := r.Method == http.MethodGet && r.RequestURI == "/ping"; !alive && !named(r, passwords) {
				http.Error(w, "Code: 516. DB::Exception: Authentication failed: give one of the users and its password. (AUTHENTICATION_FAILED)", http.StatusForbidden)
				return
			}
			// An answer that begins early must not close the question: the copy of
			// it would fail, and the answer be cut short.
			_ = http.NewResponseController(w).EnableFullDuplex()
			proxy.ServeHTTP(w, r)
		}),
	}
}

// named tells whether a request names a user, in any of ClickHouse's ways, and
// none but those that have a password. The server holds it against that.
func named(r *http.Request, passwords map[string]string) bool {
	names := slices.Clone(r.Header.Values("X-ClickHouse-User"))
	if name, _, ok := r.BasicAuth(); ok {
		names = append(names, name)
	}
	for parameter, values := range r.URL.Query() {
		if strings.EqualFold(parameter, "user") { // ClickHouse reads it in any case
			names = append(names, values...)
		}
	}
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return passwords[name] == "" })
}
