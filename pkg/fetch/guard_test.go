package fetch

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// specialRanges has one address of each range that is not the public web (IANA special-purpose registries and what embeds IPv4).
var specialRanges = []struct{ ip, what string }{
	{"0.0.0.0", "this network, 0.0.0.0/8"},
	{"10.0.0.1", "private, 10.0.0.0/8"},
	{"100.64.0.1", "shared by carriers, 100.64.0.0/10"},
	{"127.0.0.1", "loopback, 127.0.0.0/8"},
	{"127.255.255.254", "the end of loopback"},
	{"169.254.169.254", "link local: metadata of clouds, 169.254.0.0/16"},
	{"172.16.0.1", "private, 172.16.0.0/12"},
	{"172.31.255.255", "the end of 172.16.0.0/12"},
	{"192.0.0.1", "protocol assignments, 192.0.0.0/24"},
	{"192.0.2.1", "documentation, 192.0.2.0/24"},
	{"192.31.196.1", "AS112, 192.31.196.0/24"},
	{"192.52.193.1", "AMT, 192.52.193.0/24"},
	{"192.88.99.1", "6to4 relays, 192.88.99.0/24"},
	{"192.168.0.1", "private, 192.168.0.0/16"},
	{"192.175.48.1", "AS112, 192.175.48.0/24"},
	{"198.18.0.1", "benchmarks, 198.18.0.0/15"},
	{"198.51.100.1", "documentation, 198.51.100.0/24"},
	{"203.0.113.1", "documentation, 203.0.113.0/24"},
	{"224.0.0.1", "multicast, 224.0.0.0/4"},
	{"240.0.0.1", "reserved, 240.0.0.0/4"},
	{"255.255.255.255", "broadcast"},
	{"::", "unspecified"},
	{"::1", "loopback"},
	{"::127.0.0.1", "IPv4-compatible, ::/96"},
	{"::ffff:127.0.0.1", "IPv4-mapped, ::ffff:0:0/96"},
	{"::ffff:0:127.0.0.1", "IPv4-translated, ::ffff:0:0:0/96"},
	{"64:ff9b::7f00:1", "NAT64, 64:ff9b::/96"},
	{"64:ff9b:1::7f00:1", "local NAT64, 64:ff9b:1::/48"},
	{"100::1", "discard, 100::/64"},
	{"2001::1", "Teredo, 2001::/32"},
	{"2001:2::1", "benchmarks, 2001:2::/48"},
	{"2001:20::1", "ORCHID, 2001:20::/28"},
	{"2001:db8::1", "documentation, 2001:db8::/32"},
	{"2002:7f00:1::", "6to4, 2002::/16"},
	{"2620:4f:8000::1", "AS112, 2620:4f:8000::/48"},
	{"3fff::1", "documentation, 3fff::/20"},
	{"3fff:fff::1", "the end of 3fff::/20"},
	{"5f00::1", "segment routing, 5f00::/16"},
	{"fc00::1", "unique local, fc00::/7"},
	{"fd00:ec2::254", "unique local: metadata of clouds"},
	{"fe80::1", "link local, fe80::/10"},
	{"fec0::1", "site local, fec0::/10"},
	{"ff02::1", "multicast, ff00::/8"},
}

func urlOf(ip netip.Addr) string {
	if ip.Is6() {
		return "http://[" + ip.String() + "]/"
	}
	return "http://" + ip.String() + "/"
}

// byNumber lets a DNS server answer "7.special.example" with the seventh special address.
func byNumber(name string, v6 bool) []netip.Addr {
	number, _, _ := strings.Cut(name, ".")
	n, err := strconv.Atoi(number)
	if err != nil || n >= len(specialRanges) {
		return nil
	}
	if ip := netip.MustParseAddr(specialRanges[n].ip); ip.Is6() == v6 {
		return []netip.Addr{ip}
	}
	return nil
}

// ASVS: V1.3.6
func TestSpecialAddressesAreNeverConnectedTo(t *testing.T) {
	start, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	})
	f := newFetcher(t, Options{Resolver: names(t, byNumber), Dial: to("start.example", start)})
	passed := watch(f)
	cases := 0
	for n, special := range specialRanges {
		ip := netip.MustParseAddr(special.ip)
		name := fmt.Sprintf("http://%d.special.example/", n)
		for way, address := range map[string]string{
			"as a literal":         urlOf(ip),
			"as an answer of DNS":  name,
			"as a redirect":        fmt.Sprintf("http://%d.a.start.example/?to=%s", n, url.QueryEscape(urlOf(ip))),
			"as a redirect by DNS": fmt.Sprintf("http://%d.b.start.example/?to=%s", n, url.QueryEscape(name)),
		} {
			_, err := f.Page(t.Context(), address)
			isFault(t, err, ErrRefused, special.what+" "+way+" of a document")
			_, err = f.Picture(t.Context(), address)
			isFault(t, err, ErrRefused, special.what+" "+way+" of a picture")
			cases += 2
		}
	}
	if passed.Load() != 0 {
		t.Errorf("%d connections were let through", passed.Load())
	}
	t.Logf("SSRF-1: %d addresses × 8 ways: %d cases, %d connections", len(specialRanges), cases, passed.Load())
}

func TestPublicAddressesAreLetThrough(t *testing.T) {
	for _, ip := range []string{"8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "192.0.1.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "3ffe::1"} {
		f := newFetcher(t, Options{})
		passed := watch(f)
		_, err := f.Page(t.Context(), urlOf(netip.MustParseAddr(ip)))
		isFault(t, err, ErrUnreachable, ip)
		if passed.Load() == 0 {
			t.Errorf("%s was not let through", ip)
		}
	}
}

// rebinding answers a public address first and this machine afterwards; or, for a name that begins with "mixed", both at once.
func rebinding() func(string, bool) []netip.Addr {
	var mu sync.Mutex
	asked := map[string]int{}
	public, here := netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("127.0.0.1")
	return func(name string, v6 bool) []netip.Addr {
		if v6 {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		asked[name]++
		switch {
		case strings.HasPrefix(name, "mixed"):
			return []netip.Addr{public, here}
		case asked[name] == 1:
			return []netip.Addr{public}
		}
		return []netip.Addr{here}
	}
}

// ASVS: V1.3.6
func TestANameThatChangesItsAddressGainsNothing(t *testing.T) {
	victim, connections := listen(t, first("HTTP/1.0 200 OK\r\n\r\nsecret", closes))
	_, text, _ := net.SplitHostPort(victim)
	port, _ := strconv.Atoi(text)
	f := newFetcher(t, Options{Ports: []int{port}, Resolver: names(t, rebinding())})
	outside := watch(f)
	var next atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := next.Add(1); n <= 500; n = next.Add(1) {
				for _, address := range []string{fmt.Sprintf("http://turn%d.example:%d/", n, port), fmt.Sprintf("http://mixed%d.example:%d/", n, port)} {
					if _, err := f.Page(t.Context(), address); err == nil {
						t.Errorf("%s answered", address)
					}
					if page, err := f.Page(t.Context(), address); err == nil {
						t.Errorf("%s answered %q the second time", address, page.Body)
					}
				}
			}
		})
	}
	all.Wait()
	if connections.Load() != 0 {
		t.Errorf("%d connections reached this machine", connections.Load())
	}
	t.Logf("SSRF-2: 1000 names, 2000 requests, %d let out to the public address, %d connections to this machine", outside.Load(), connections.Load())
	unguarded := newFetcher(t, Options{AllowPrivate: true, Resolver: names(t, rebinding())})
	watch(unguarded)
	if page, err := unguarded.Page(t.Context(), fmt.Sprintf("http://mixed.example:%d/", port)); err != nil || string(page.Body) != "secret" {
		t.Errorf("without the guard the trap should snap: %q, %v", page.Body, err)
	}
}

// ASVS: V1.3.6
func TestPortsAreHeldAtTheSocketToo(t *testing.T) {
	f := newFetcher(t, Options{})
	if err := f.dialer.Control("tcp4", "8.8.8.8:22", nil); err == nil {
		t.Error("port 22 was let through")
	}
	if err := f.dialer.Control("udp4", "8.8.8.8:443", nil); err == nil {
		t.Error("a datagram was let through")
	}
}
