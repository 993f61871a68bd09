package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// clock is a time that passes when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newFetcher closes itself after the test.
func newFetcher(t *testing.T, o Options) *Fetcher {
	t.Helper()
	f := New(o)
	t.Cleanup(f.Close)
	return f
}

// to is a Dial that leads every host name ending in suffix to a server on this machine, and nothing else.
func to(suffix, server string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil || !strings.HasSuffix(host, suffix) {
			return nil, err
		}
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}
}

// serve starts a real server; answer is counted.
func serve(t *testing.T, answer http.HandlerFunc) (address string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), asked
}

// listen starts a real listener and counts its connections.
func listen(t *testing.T, talk func(net.Conn)) (address string, connections *atomic.Int64) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	connections = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			go func() {
				defer conn.Close()
				talk(conn)
			}()
		}
	}()
	return listener.Addr().String(), connections
}

// names starts a real DNS server on this machine whose answers, all with a TTL of 0, come from answer.
func names(t *testing.T, answer func(name string, v6 bool) []netip.Addr) *net.Resolver {
	t.Helper()
	socket, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := socket.ReadFrom(packet)
			if err != nil {
				return
			}
			if reply := reply(packet[:n], answer); reply != nil {
				_, _ = socket.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

func reply(packet []byte, answer func(string, bool) []netip.Addr) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(packet); err != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	if q.Type == dnsmessage.TypeA || q.Type == dnsmessage.TypeAAAA {
		for _, ip := range answer(strings.TrimSuffix(q.Name.String(), "."), q.Type == dnsmessage.TypeAAAA) {
			header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET}
			resource := dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}}
			if q.Type == dnsmessage.TypeA {
				resource.Body = &dnsmessage.AResource{A: ip.As4()}
			}
			m.Answers = append(m.Answers, resource)
		}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}

var errNeverOutside = errors.New("a test never leaves this machine")

// watch counts the connections the guard lets through, and stops those that would leave this machine.
func watch(f *Fetcher) *atomic.Int64 {
	guard, passed := f.dialer.Control, new(atomic.Int64)
	f.dialer.Control = func(network, address string, c syscall.RawConn) error {
		if guard != nil {
			if err := guard(network, address, c); err != nil {
				return err
			}
		}
		passed.Add(1)
		if at, err := netip.ParseAddrPort(address); err != nil || !at.Addr().IsLoopback() {
			return errNeverOutside
		}
		return nil
	}
	return passed
}

// isFault holds an error against the kind it should be; every fault must have a sentence.
func isFault(t *testing.T, err, kind error, what string) {
	t.Helper()
	var f *Fault
	if !errors.As(err, &f) || !errors.Is(err, kind) || !strings.HasSuffix(f.Sentence, ".") {
		t.Errorf("%s: %v; want %v", what, err, kind)
	}
}
