package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
)

// policy is the Content-Security-Policy of every page: everything from here, nothing inline, nothing framed.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

// sandboxed is the policy of files that people brought: shown as pictures, never run.
const sandboxed = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"

// headers sets what every answer carries, also the refusals.
func headers(https bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "private, no-store") // but for what says otherwise
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if https {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, asGet(r))
	})
}

// asGet answers HEAD through the handlers of GET; the server leaves the body out by itself (RFC 9110 §9.3.2).
func asGet(r *http.Request) *http.Request {
	if r.Method != http.MethodHead {
		return r
	}
	get := r.Clone(context.WithValue(r.Context(), headAsked{}, true))
	get.Method = http.MethodGet
	return get
}

// headAsked marks a request that asks for no body: nobody looks at what it is answered.
type headAsked struct{}

func isHead(r *http.Request) bool { return r.Context().Value(headAsked{}) != nil }

// ipNet turns a prefix into the older form that echo asks for.
func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Masked().Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

// loopback says whether the connection itself, not a header, comes from this machine.
func loopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
