package fetch

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"
)

const maxURL = 2048 // bytes

// rules decides which addresses may be asked at all, before any name is looked up.
type rules struct {
	private bool
	ports   []int
	guard   *ssrf.Guardian
}

// address reads a URL strictly: what two programs could read differently is refused.
func (r rules) address(raw string) (*url.URL, error) {
	switch {
	case raw == "" || len(raw) > maxURL:
		return nil, refused(raw[:min(len(raw), maxURL)], "The address is empty or too long.")
	case strings.ContainsFunc(raw, neverInURL):
		return nil, refused(raw, "The address contains characters that do not belong in one.")
	case hidesControl(raw):
		return nil, refused(raw, "The address hides a control character.")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fault(ErrRefused, raw, "This is not an address of the web.", err)
	}
	return u, r.check(u)
}

// check holds a parsed URL against the rules and brings its host into its one spelling.
func (r rules) check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refused(u.String(), "Only addresses that begin with https:// or http:// are asked.")
	case u.Opaque != "" || u.Host == "":
		return refused(u.String(), "The address names no host.")
	case u.User != nil:
		return refused(u.Redacted(), "Addresses with a user name in them are not asked.")
	}
	host, err := r.host(u)
	if err != nil {
		return err
	}
	if u.Host, err = r.port(u, host); err != nil {
		return err
	}
	u.Fragment, u.RawFragment = "", ""
	return nil
}

// port answers the host with its port, and without when it goes without saying.
func (r rules) port(u *url.URL, host string) (string, error) {
	port := u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" {
		return host, nil
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || strconv.FormatUint(number, 10) != port || number == 0 {
		return "", refused(u.String(), "The port is not a number from 1 to 65535.")
	}
	if !r.private && !slices.Contains(r.ports, int(number)) {
		return "", refused(u.String(), "Only the ports 80 and 443 are asked.")
	}
	return host + ":" + port, nil
}

func (r rules) host(u *url.URL) (string, error) {
	if strings.HasPrefix(u.Host, "[") {
		return r.literal(u, u.Hostname())
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil {
		host = u.Hostname() // an underscore is no fault; what else may be in a name is seen below
	}
	host = strings.ToLower(host)
	switch {
	case !wellFormed(host):
		return "", fault(ErrRefused, u.String(), "The host is not a well formed name.", err)
	case endsInNumber(host) && host != u.Hostname():
		return "", refused(u.String(), "The host is a number in disguise.")
	case endsInNumber(host):
		return r.literal(u, host)
	case !r.private && hasNoPublicName(host):
		return "", refused(u.String(), "The host is a name of a private network.")
	}
	return host, nil
}

// literal allows an IP address in its one canonical spelling, unless it is private.
func (r rules) literal(u *url.URL, host string) (string, error) {
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Zone() != "" || ip.Is4() == strings.HasPrefix(u.Host, "[") {
		return "", fault(ErrRefused, u.String(), "The host is a number in disguise.", err)
	}
	if !r.private {
		if err := r.guard.SafeAddr(ip); err != nil {
			return "", fault(ErrRefused, u.String(), "The address leads into a private or reserved network.", err)
		}
	}
	return ip.String(), nil
}

// wellFormed accepts dot separated labels of letters, digits, hyphens and underscores (RFC 1123 §2.1, RFC 2181 §11).
// A trailing dot makes an empty label.
func wellFormed(host string) bool {
	if len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// endsInNumber is the rule by which browsers and resolvers take a host for an IPv4 address (WHATWG URL §3.5).
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	hex, found := strings.CutPrefix(last, "0x")
	return found && strings.Trim(hex, "0123456789abcdef") == ""
}

// privateNames are top level names that never lead to the public web (RFC 6761, 6762, 8375, 9476 and ICANN's .internal).
var privateNames = []string{"localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "localdomain", "home.arpa", "onion", "alt", "invalid"}

func hasNoPublicName(host string) bool {
	if !strings.Contains(host, ".") {
		return true
	}
	return slices.ContainsFunc(privateNames, func(name string) bool { return strings.HasSuffix(host, "."+name) })
}

// neverInURL finds what URL parsers disagree about: control characters, spaces of all kinds, backslashes, invisible and replaced characters.
func neverInURL(r rune) bool {
	switch {
	case r <= ' ', r == '\\', r >= 0x7f && r <= 0xa0, r == 0xad, r == 0x3000, r == 0xfeff, r == 0xfffd:
		return true
	case r >= 0x2000 && r <= 0x200f, r >= 0x2028 && r <= 0x202f, r >= 0x205f && r <= 0x206f:
		return true
	}
	return strings.ContainsRune("<>\"`", r)
}

func hidesControl(raw string) bool {
	lower := strings.ToLower(raw)
	return slices.ContainsFunc([]string{"%00", "%0a", "%0d"}, func(code string) bool { return strings.Contains(lower, code) })
}

// hostKey names a host for politeness: all its ports and schemes together.
func hostKey(u *url.URL) string {
	if ip := net.ParseIP(u.Hostname()); ip != nil && ip.To4() == nil {
		return ip.Mask(net.CIDRMask(64, 128)).String() // one machine usually has a whole /64
	}
	return u.Hostname()
}
