package openbadges

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
)

// askStatus asks every list a credential names (OB 3.0 §9.2, VC Bitstring Status List §3.2).
func (q *inquiry) askStatus(ctx context.Context, c *Credential) {
	entries := asList(c.doc["credentialStatus"])
	if len(entries) == 0 {
		q.say(CheckRevocation, Skipped, ReasonNoStatus)
		return
	}
	const most = 8
	for i, item := range entries {
		entry := asNode(item)
		switch {
		case i >= most:
			q.say(CheckRevocation, Unknown, ReasonStatusUnsupported, "type", "too many lists")
			return
		case hasType(entry, "1EdTechRevocationList"):
			q.askEdTechList(ctx, c, entry)
		case hasType(entry, "BitstringStatusListEntry", "StatusList2021Entry"):
			q.askBitstring(ctx, c, entry)
		default:
			q.say(CheckRevocation, Unknown, ReasonStatusUnsupported, "type", listed(typesOf(entry)))
		}
	}
}

// askEdTechList reads a 1EdTechRevocationList; both spellings of its property are met.
func (q *inquiry) askEdTechList(ctx context.Context, c *Credential, entry node) {
	address := asID(entry)
	list := q.part(ctx, address, V30)
	revoked := first(list.node, "revokedCredential", "revokedCredentials")
	switch {
	case list.silent || !isWeb(address):
		q.say(CheckRevocation, Unknown, ReasonStatusSilent, "address", address)
		return
	case list.broken || revoked == nil && !hasType(list.node, "1EdTechRevocationList") && asID(list.node) == "":
		q.say(CheckRevocation, Unknown, ReasonStatusMalformed, "address", address)
		return
	}
	id := plainID(asID(c.doc))
	for _, item := range asList(revoked) {
		named := asNode(item)
		if plainID(asID(item)) != id || id == "" {
			continue
		}
		if stated, there := named["revoked"]; !there || isTrue(stated) {
			q.say(CheckRevocation, Fail, ReasonRevoked, "why", asText(named["revocationReason"]), "address", address)
			return
		}
	}
	q.say(CheckRevocation, Pass, ReasonNotRevoked, "address", address)
}

// askBitstring says what one entry of a signed list of bits says.
func (q *inquiry) askBitstring(ctx context.Context, c *Credential, entry node) {
	address := asID(entry["statusListCredential"])
	index := numberIn(entry["statusListIndex"])
	size := 1
	if entry["statusSize"] != nil {
		size = numberIn(entry["statusSize"])
	}
	list, trouble := q.statusList(ctx, address, asString(entry["statusPurpose"]))
	if list == nil {
		q.say(CheckRevocation, Unknown, trouble, "address", address)
		return
	}
	value, ok := list.value(index, size)
	params := []string{"address", address, "index", strconv.Itoa(index), "entries", strconv.Itoa(list.entries(size))}
	switch {
	case !ok:
		q.say(CheckRevocation, Unknown, ReasonStatusOutOfRange, params...)
	case value == 0 && !list.issuerKnown:
		q.say(CheckRevocation, Unknown, ReasonStatusNotIssuers, params...)
	case value == 0 && list.entries(size) < minEntries:
		q.say(CheckRevocation, list.shortResult(size), ReasonStatusTooShort, params...)
	case value != 0 && asString(entry["statusPurpose"]) == "suspension":
		q.say(CheckRevocation, Fail, ReasonSuspended, params...)
	case value != 0 && isInformative(asString(entry["statusPurpose"])):
		q.say(CheckRevocation, Pass, ReasonNotRevoked, params...)
	case value != 0:
		q.say(CheckRevocation, Fail, ReasonRevoked, params...)
	default:
		q.say(CheckRevocation, Pass, ReasonNotRevoked, params...)
	}
}

// isInformative names the purposes whose bits do not speak against a credential.
func isInformative(purpose string) bool { return purpose == "message" || purpose == "refresh" }

// numberIn reads a number that the standard writes as text; -1 when it is none.
func numberIn(v any) int {
	text := asString(v)
	if n, isNumber := v.(json.Number); isNumber {
		text = n.String()
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1<<30 {
		return -1
	}
	return n
}

// statusList loads a list and proves it like any other credential; its reason tells why there is none.
func (q *inquiry) statusList(ctx context.Context, address, purpose string) (*statusBits, Reason) {
	if q.depth >= maxDepth || !isWeb(address) {
		return nil, ReasonStatusMalformed
	}
	doc, err := q.load(ctx, address)
	if err != nil || doc.Status != 200 {
		return nil, ReasonStatusSilent
	}
	r := reader{visit: q.visit, credential: &Credential{}}
	if err := r.readHere(bytes.TrimSpace(bytes.TrimPrefix(doc.Body, byteOrderMark))); err != nil {
		return nil, ReasonStatusMalformed
	}
	list := r.credential
	inner := q.inner()
	inner.askProof(ctx, list)
	inner.askDates(list.said)
	switch {
	case !has(inner.findings, CheckProof, Pass, ""):
		return nil, ReasonStatusUnproved
	case !has(inner.findings, CheckDates, Pass, ""):
		return nil, ReasonStatusNotCurrent
	}
	bits, trouble := readStatusBits(list.doc, purpose)
	if bits != nil {
		bits.issuerKnown = has(inner.findings, CheckIssuer, Pass, "")
	}
	return bits, trouble
}
