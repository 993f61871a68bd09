package openbadges

import (
	"bytes"
	"context"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// copyAtHost is what the address of an assertion answered.
type copyAtHost struct {
	doc       node   // the assertion as the host has it; nil when there is none
	address   string // the address that counts
	withdrawn bool   // the host says that it is revoked, and nothing more
	why       string
}

// verifyHosted trusts the input only for the address: what the address answers is the assertion (OB 2.0 §HostedBadge).
func (q *inquiry) verifyHosted(ctx context.Context, c *Credential) Badge {
	at := q.askHost(ctx, c)
	doc, standard := c.doc, c.Standard
	if at.doc != nil {
		doc = at.doc
		if s, err := standardOf(doc); err == nil && !isVC(s) {
			standard = s
		}
	}
	a := q.assertion(ctx, doc, standard)
	q.askOrigin(a, at.address)
	q.askHostRevoked(at)
	return q.askAssertion(ctx, a)
}

func (q *inquiry) askHostRevoked(at copyAtHost) {
	switch {
	case at.withdrawn:
		q.say(CheckRevocation, Fail, ReasonRevoked, "why", at.why, "address", at.address)
	case !isWeb(at.address):
		q.say(CheckRevocation, Unknown, ReasonNowhereHosted) // nobody was asked, nor will be
	case at.doc == nil:
		q.say(CheckRevocation, Unknown, ReasonHostSilent, "address", at.address)
	case isTrue(at.doc["revoked"]):
		q.say(CheckRevocation, Fail, ReasonRevoked, "why", asText(at.doc["revocationReason"]), "address", at.address)
	default:
		q.say(CheckRevocation, Pass, ReasonStillHosted, "address", at.address)
	}
}

// askHost says the proof finding of a hosted assertion.
func (q *inquiry) askHost(ctx context.Context, c *Credential) copyAtHost {
	address := c.hostAddress()
	if !isWeb(address) {
		q.say(CheckProof, Unknown, ReasonNowhereHosted)
		return copyAtHost{address: address}
	}
	at, finding := q.loadHosted(ctx, address)
	if other := hostedAt(at.doc); finding == "" && c.Standard != V05 && isWeb(other) && other != address {
		if at, finding = q.loadHosted(ctx, other); finding == "" && at.doc != nil && hostedAt(at.doc) != other {
			q.say(CheckProof, Fail, ReasonHostedOtherID, "address", other)
			return copyAtHost{address: other}
		}
	}
	if finding != "" {
		return at
	}
	if at.withdrawn {
		q.say(CheckProof, Unknown, ReasonHostWithdrew)
		return at
	}
	q.compareCopies(c, at)
	return at
}

// hostAddress is where the assertion is to be looked for; the input is trusted for nothing else.
func (c *Credential) hostAddress() string {
	if stated := hostedAt(c.doc); c.Standard != V05 && isWeb(stated) {
		return stated
	}
	return c.URL
}

// loadHosted asks one address; it says the finding itself, and answers its reason, when there is no assertion to be had.
func (q *inquiry) loadHosted(ctx context.Context, address string) (copyAtHost, Reason) {
	at := copyAtHost{address: address}
	doc, err := q.load(ctx, address)
	switch {
	case err != nil:
		q.say(CheckProof, Unknown, ReasonHostSilent, "address", address)
		return at, ReasonHostSilent
	case doc.Status == 410:
		at.withdrawn, at.why = true, reasonIn(doc.Body)
		return at, ""
	case doc.Status != 200:
		q.say(CheckProof, Unknown, ReasonHostFailed, "address", address, "status", strconv.Itoa(doc.Status))
		return at, ReasonHostFailed
	}
	n, err := parse(bytes.TrimSpace(bytes.TrimPrefix(doc.Body, byteOrderMark)))
	if err != nil {
		q.say(CheckProof, Unknown, ReasonHostedNotJSON, "address", address)
		return at, ReasonHostedNotJSON
	}
	return at.read(q, n)
}

func (at copyAtHost) read(q *inquiry, n node) (copyAtHost, Reason) {
	if isTrue(n["revoked"]) && (n["recipient"] == nil || n["badge"] == nil) {
		at.withdrawn, at.why = true, asText(n["revocationReason"])
		return at, ""
	}
	if standard, err := standardOf(n); err != nil || isVC(standard) {
		q.say(CheckProof, Unknown, ReasonHostedNotJSON, "address", at.address)
		return at, ReasonHostedNotJSON
	}
	at.doc = n
	return at, ""
}

// reasonIn looks for a reason in the body of a 410; most have none.
func reasonIn(body []byte) string {
	n, err := parse(bytes.TrimSpace(body))
	if err != nil {
		return ""
	}
	return asText(n["revocationReason"])
}

// compareCopies: the host's copy counts. The first versions of the standard refuse a copy that says something else in what
// makes it this badge; since 2.0 the host's copy simply replaces it.
func (q *inquiry) compareCopies(c *Credential, at copyAtHost) {
	standard, _ := standardOf(at.doc)
	switch {
	case reflect.DeepEqual(c.doc, at.doc):
		q.say(CheckProof, Pass, ReasonHosted, "address", at.address)
	case c.Standard != V20 && standard == c.Standard && differ(c.doc, at.doc, "uid", "recipient", "badge"):
		q.say(CheckProof, Fail, ReasonHostedDiffers, "address", at.address)
	default:
		q.say(CheckProof, Pass, ReasonHostedReplaces, "address", at.address)
	}
}

func differ(a, b node, names ...string) bool {
	for _, name := range names {
		if a[name] != nil && !reflect.DeepEqual(a[name], b[name]) {
			return true
		}
	}
	return false
}

// askOrigin asks whether the address of an assertion is one where its issuer keeps badges (OB 2.0 §VerificationObject).
func (q *inquiry) askOrigin(a assertion, address string) {
	if !q.askIssuerStated(a) {
		return
	}
	params := []string{"host", authority(address), "issuer", a.provenBy()}
	from, led := q.visit.elsewhere(address, a.issuer.address)
	switch {
	case !isWeb(a.issuer.address):
		q.say(CheckIssuer, Unknown, ReasonIssuerNoAddress)
	case !isWeb(address):
		q.say(CheckIssuer, Unknown, ReasonNowhereHosted)
	case !inScope(address, a.issuer):
		q.say(CheckIssuer, Fail, ReasonOutOfScope, params...)
	case led != "":
		q.say(CheckIssuer, Unknown, ReasonIssuerElsewhere, "issuer", from, "host", led)
	default:
		q.say(CheckIssuer, Pass, ReasonOriginIsIssuers, params...)
	}
}

// askIssuerStated answers false when nothing more can be asked about the issuer.
func (q *inquiry) askIssuerStated(a assertion) bool {
	switch {
	case a.class.silent && a.issuer.node == nil:
		q.say(CheckIssuer, Unknown, ReasonIssuerSilent, "address", a.class.address)
	case a.issuer.silent:
		q.say(CheckIssuer, Unknown, ReasonIssuerSilent, "address", a.issuer.address)
	case a.issuer.node == nil:
		q.say(CheckIssuer, Fail, ReasonIssuerNotStated)
	case a.issuer.broken:
		q.say(CheckIssuer, Fail, ReasonIssuerMalformed, "path", a.issuer.address)
	default:
		return q.askIssuerForm(a)
	}
	return false
}

func (q *inquiry) askIssuerForm(a assertion) bool {
	if a.standard == V05 {
		return true
	}
	f := formProfile(a.issuer.node, a.issuer.standard)
	if f.sound() {
		return true
	}
	q.report(f, CheckIssuer, ReasonIssuerMalformed)
	return false
}

// inScope compares with the profile's verification policy; a profile that was reached through another address must not
// allow more than what was found there.
func inScope(address string, issuer part) bool {
	return allows(issuer.node, issuer.address, address) && (issuer.named == nil || allows(issuer.named, issuer.address, address))
}

// allows: without a policy, what has the authority of the profile's own address is the issuer's.
func allows(profile node, own, address string) bool {
	policy := asNode(profile["verification"])
	starts, origins := asStrings(policy["startsWith"]), asStrings(policy["allowedOrigins"])
	if len(starts) > 0 && !startsWithAny(address, starts) {
		return false
	}
	if len(origins) > 0 && !isOneOf(authority(address), origins) {
		return false
	}
	return len(starts)+len(origins) > 0 || authority(address) == authority(own)
}

// startsWithAny wants the same host too: "https://a.example" is no beginning of "https://a.example.org/". What lies below a
// path does not do so any more when it climbs out of it again.
func startsWithAny(address string, starts []string) bool {
	scheme, path := splitWeb(address)
	for _, start := range starts {
		startScheme, startPath := splitWeb(start)
		if scheme == startScheme && authority(start) == authority(address) && strings.HasPrefix(path, startPath) {
			return !climbs(address)
		}
	}
	return false
}

// splitWeb answers the scheme of an address, and what stands behind its host.
func splitWeb(address string) (scheme, behind string) {
	scheme, rest, _ := strings.Cut(address, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		behind = rest[end:]
	}
	return strings.ToLower(scheme), behind
}

// climbs tells whether a path holds steps that servers resolve, escaped or not (RFC 3986 §5.2.4), some of them also with
// parameters behind (..;a=b).
func climbs(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	for step := range strings.SplitSeq(strings.ReplaceAll(u.Path, "\\", "/"), "/") {
		if step, _, _ = strings.Cut(step, ";"); step == "." || step == ".." {
			return true
		}
	}
	return false
}

// isOneOf takes origins written as a host or as an address.
func isOneOf(host string, origins []string) bool {
	for _, origin := range origins {
		if strings.EqualFold(origin, host) || isWeb(origin) && authority(origin) == host {
			return true
		}
	}
	return false
}
