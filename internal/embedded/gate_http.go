package embedded

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// httpGate is the server's public HTTP port, before the same weakness as the
// native one's: half a request line would end the process.
func httpGate(backend func() string) *http.Server {
	return &http.Server{
		ReadHeaderTimeout: greeting,
		ErrorLog:          log.New(io.Discard, "", 0),
		Handler: &httputil.ReverseProxy{
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
		},
	}
}
