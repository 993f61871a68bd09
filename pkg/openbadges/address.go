package openbadges

import (
	"net/url"
	"strings"
)

// ordinary are the bytes of an address that mean nothing but themselves wherever they stand behind the host (RFC 3986 §2,
// less the percent sign).
var ordinary = func() (table [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?#") {
		table[c] = true
	}
	return table
}()

func isOrdinary(text string) bool {
	for i := range len(text) {
		if !ordinary[text[i]] {
			return false
		}
	}
	return true
}

// plainHost answers the host of an http(s) address that is as most are, so that nothing about it needs to be parsed:
// neither user nor port nor anything escaped.
func plainHost(address string) (host string, plain bool) {
	rest, found := strings.CutPrefix(address, "https://")
	if !found {
		if rest, found = strings.CutPrefix(address, "http://"); !found {
			return "", false
		}
	}
	end := 0
	for end < len(rest) && (isDigit(rest[end]) || rest[end]|0x20 >= 'a' && rest[end]|0x20 <= 'z' || rest[end] == '.' || rest[end] == '-') {
		end++
	}
	atEnd := end == len(rest) || rest[end] == '/' || rest[end] == '?' || rest[end] == '#'
	return rest[:end], end > 0 && atEnd && isOrdinary(rest[end:])
}

// isWeb says whether an address can be asked over HTTP.
func isWeb(address string) bool {
	_, plain := plainHost(address)
	return plain || isWebParsed(address)
}

func isWebParsed(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}

// isURI says whether a text is an absolute address of any scheme (RFC 3986 §3).
func isURI(text string) bool {
	_, plain := plainHost(text)
	return plain || isPlainName(text) || isURIParsed(text)
}

func isURIParsed(text string) bool {
	u, err := url.Parse(text)
	if err != nil || !u.IsAbs() || strings.ContainsAny(text, " <>\"{}|\\^`\t\r\n") {
		return false
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		return u.Host != ""
	}
	return u.Opaque != "" || u.Path != "" || u.Host != ""
}

// isPlainName knows most URNs and DIDs.
func isPlainName(text string) bool {
	return len(text) > 4 && (text[:4] == "urn:" || text[:4] == "did:") && text[4] != '/' && strings.IndexByte(text, '?') < 0 && isOrdinary(text[4:]) && strings.IndexByte(text, '#') < 0
}

// authority is the host of an address with its port where that is not the usual one, in lower case.
func authority(address string) string {
	if host, plain := plainHost(address); plain {
		return strings.ToLower(host)
	}
	return authorityParsed(address)
}

func authorityParsed(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return host
	}
	return host + ":" + port
}

// profileHost knows that a did:web names a host too (did:web §3.1).
func profileHost(p Profile) string {
	if rest, found := strings.CutPrefix(p.ID, "did:web:"); found {
		host, _, _ := strings.Cut(rest, ":")
		if name, err := url.PathUnescape(host); err == nil {
			return strings.ToLower(name)
		}
	}
	if host := authority(p.ID); host != "" {
		return host
	}
	return authority(p.URL)
}

// resolve reads an address that may be relative to another one; what can not be resolved stays as it was.
func resolve(base, reference string) string {
	b, err := url.Parse(base)
	if err != nil {
		return reference
	}
	u, err := b.Parse(reference)
	if err != nil {
		return reference
	}
	return u.String()
}

// plainID is the form in which ids are compared (OB 3.0 §"Verifiable Credential equality").
func plainID(id string) string {
	id = strings.TrimSpace(id)
	if plain, err := url.PathUnescape(id); err == nil {
		return strings.TrimSpace(plain)
	}
	return id
}
