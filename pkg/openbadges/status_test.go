package openbadges

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"testing"
)

// encodedList packs bits as a status list does.
func encodedList(t testing.TB, bits []byte) string {
	t.Helper()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(bits); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return "u" + base64.RawURLEncoding.EncodeToString(packed.Bytes())
}

// statusList is a list in which entry 9 is set.
func (s signer) statusList(t *testing.T, bytes int, purpose any) node {
	t.Helper()
	bits := make([]byte, bytes)
	bits[1] = 0x40
	return node{
		"@context": []any{contextVC2}, "id": "https://issuer.example/list", "type": []any{"VerifiableCredential", "BitstringStatusListCredential"},
		"issuer": s.did, "validFrom": "2025-01-01T00:00:00Z",
		"credentialSubject": node{"id": "https://issuer.example/list#list", "type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": encodedList(t, bits)},
	}
}

func TestStatusListSaysWhetherABadgeStands(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	const full = minEntries / 8
	entry := node{"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "10", "statusListCredential": "https://issuer.example/list"}
	list := amy.statusList(t, full, "revocation")
	for name, test := range map[string]struct {
		entry   node
		list    any
		verdict Verdict
		finding string
	}{
		"stands":                {entry, amy.sign(t, list), Genuine, "revocation pass not-revoked"},
		"revoked":               {with(entry, node{"statusListIndex": "9"}), amy.sign(t, list), NotCurrent, "revocation fail revoked"},
		"suspended":             {with(entry, node{"statusListIndex": "9", "statusPurpose": "suspension"}), amy.sign(t, amy.statusList(t, full, "suspension")), NotCurrent, "revocation fail suspended"},
		"one of the purposes":   {entry, amy.sign(t, amy.statusList(t, full, []any{"suspension", "revocation"})), Genuine, "revocation pass not-revoked"},
		"another purpose":       {entry, amy.sign(t, amy.statusList(t, full, "suspension")), CannotTell, "revocation unknown status-purpose"},
		"two bits each":         {with(entry, node{"statusListIndex": "4", "statusSize": "2"}), amy.sign(t, amy.statusList(t, 2*full, "revocation")), NotCurrent, "revocation fail revoked"},
		"out of range":          {with(entry, node{"statusListIndex": "131072"}), amy.sign(t, list), CannotTell, "revocation unknown status-out-of-range"},
		"no index":              {with(entry, node{"statusListIndex": nil}), amy.sign(t, list), CannotTell, "revocation unknown status-out-of-range"},
		"negative index":        {with(entry, node{"statusListIndex": "-1"}), amy.sign(t, list), CannotTell, "revocation unknown status-out-of-range"},
		"list gone":             {entry, nil, CannotTell, "revocation unknown status-silent"},
		"unsigned":              {entry, list, CannotTell, "revocation unknown status-unproved"},
		"somebody else's":       {entry, eve.sign(t, list), CannotTell, "revocation unknown status-not-issuers"},
		"not in force any more": {entry, amy.sign(t, with(list, node{"validUntil": "2026-01-01T00:00:00Z"})), CannotTell, "revocation unknown status-not-current"},
		"not in force yet":      {entry, amy.sign(t, with(list, node{"validFrom": "2030-01-01T00:00:00Z"})), CannotTell, "revocation unknown status-not-current"},
		"of another type":       {entry, amy.sign(t, with(list, node{"type": []any{"VerifiableCredential"}})), CannotTell, "revocation unknown status-malformed"},
		"a little short":        {entry, amy.sign(t, amy.statusList(t, toleratedSize/8, "revocation")), Genuine, "revocation pass status-too-short"},
		"far too short":         {entry, amy.sign(t, amy.statusList(t, 100, "revocation")), CannotTell, "revocation unknown status-too-short"},
		"short, but revoked":    {with(entry, node{"statusListIndex": "9"}), amy.sign(t, amy.statusList(t, 100, "revocation")), NotCurrent, "revocation fail revoked"},
		"a bomb":                {entry, amy.sign(t, amy.statusList(t, maxListBytes+1, "revocation")), CannotTell, "revocation unknown status-malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			web := RecordedWeb{}
			switch list := test.list.(type) {
			case []byte:
				web["https://issuer.example/list"] = page(t, string(list))
			case node:
				web["https://issuer.example/list"] = page(t, list)
			}
			want(t, ask(t, amy.sign(t, with(amy.badge3(), node{"credentialStatus": test.entry})), web), test.verdict, test.finding)
		})
	}
}

func TestRevocationListOf1EdTech(t *testing.T) {
	amy := newSigner('a')
	id := amy.badge3()["id"]
	const at = "https://issuer.example/revocations"
	for name, test := range map[string]struct {
		list    any
		verdict Verdict
		finding string
	}{
		"not on it":     {node{"id": at, "revokedCredential": []any{node{"id": "urn:uuid:2"}}}, Genuine, "revocation pass not-revoked"},
		"on it":         {node{"id": at, "revokedCredential": []any{node{"id": id, "revocationReason": "Given twice."}}}, NotCurrent, "revocation fail revoked"},
		"other name":    {node{"id": at, "revokedCredentials": []any{node{"id": id, "revoked": true}}}, NotCurrent, "revocation fail revoked"},
		"given back":    {node{"id": at, "revokedCredential": []any{node{"id": id, "revoked": false}}}, Genuine, "revocation pass not-revoked"},
		"empty":         {node{"id": at, "type": "1EdTechRevocationList", "revokedCredential": []any{}}, Genuine, "revocation pass not-revoked"},
		"something":     {node{"hello": "world"}, CannotTell, "revocation unknown status-malformed"},
		"not JSON":      {"hello", CannotTell, "revocation unknown status-malformed"},
		"not there":     {nil, CannotTell, "revocation unknown status-silent"},
		"written twice": {`{"id":"a","revokedCredential":[],"revokedCredential":[]}`, CannotTell, "revocation unknown status-malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			web := RecordedWeb{}
			if test.list != nil {
				web[at] = page(t, test.list)
			}
			status := node{"id": at, "type": "1EdTechRevocationList"}
			want(t, ask(t, amy.sign(t, with(amy.badge3(), node{"credentialStatus": status})), web), test.verdict, test.finding)
		})
	}
}

func TestOlderListHasNoPrefix(t *testing.T) {
	bits := make([]byte, 16)
	encoded := encodedList(t, bits)
	for _, form := range []string{encoded, encoded[1:], encoded[1:] + "=="} {
		if got, err := inflateList(form); err != nil || !bytes.Equal(got, bits) {
			t.Errorf("%s: %v %v", form, got, err)
		}
	}
}
