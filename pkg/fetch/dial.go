package fetch

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"time"

	"code.dny.dev/ssrf"
)

// alsoDenied are ranges inside 2000::/3 that carry an IPv4 address or lead nowhere public, beyond what every version of ssrf denies:
// documentation (RFC 9637), SRv6 and the whole of 2001::/23 with Teredo, whose IANA entries have changed before.
var alsoDenied = []netip.Prefix{
	netip.MustParsePrefix("3fff::/20"),
	netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2002::/16"),
}

func newRules(o Options) rules {
	r := rules{private: o.AllowPrivate, ports: append([]int{80, 443}, o.Ports...)}
	ports := make([]uint16, 0, len(r.ports))
	for _, port := range r.ports {
		ports = append(ports, uint16(port))
	}
	r.guard = ssrf.New(ssrf.WithPorts(ports...), ssrf.WithDeniedV6Prefixes(alsoDenied...))
	return r
}

// newDialer looks at every address after the name was looked up and before the first packet leaves,
// so a name that answers differently the second time gains nothing.
func newDialer(o Options, r rules) *net.Dialer {
	d := &net.Dialer{Timeout: budget / 2, Resolver: o.Resolver}
	if !o.AllowPrivate {
		d.Control = r.guard.Safe
	}
	return d
}

func newTransport(o Options, dialer *net.Dialer) *http.Transport {
	return &http.Transport{
		Proxy: nil, // a proxy of the environment would look names up behind the guard's back
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if o.Dial != nil {
				if conn, err := o.Dial(ctx, network, address); conn != nil || err != nil {
					return conn, err
				}
			}
			return dialer.DialContext(ctx, network, address)
		},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
		TLSHandshakeTimeout:    budget / 2,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
	}
}
