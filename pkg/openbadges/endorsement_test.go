package openbadges

import (
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// The friend who endorses in these tests, and a signed endorsement of the test badge's class by them.
const (
	friendURL  = "https://friend.example/issuer"
	friendKey  = "https://friend.example/key"
	friendList = "https://friend.example/revoked"
)

var signedEndorsement2 = node{
	"@context": "https://w3id.org/openbadges/v2", "id": "urn:uuid:e1", "type": "Endorsement",
	"claim": node{"id": classURL, "endorsementComment": "Sound."}, "issuedOn": "2025-04-01T00:00:00Z",
	"issuer": friendURL, "verification": node{"type": "SignedBadge", "creator": friendKey},
}

func TestSignedEndorsementsAreVerifiedAsThemselves(t *testing.T) {
	key, publicPEM := newRSA(t)
	_, otherPEM := newRSA(t)
	friend := with(issuer2, node{"id": friendURL, "name": "A friend", "publicKey": friendKey})
	listed := node{"id": friendKey, "type": "CryptographicKey", "owner": friendURL, "publicKeyPem": publicPEM}
	revoking := func(id string) node { return node{"revokedAssertions": []any{id}} }
	const failed, unknown = "endorsement fail endorsement-failed", "endorsement unknown endorsement-unknown"
	for name, test := range map[string]struct {
		changes, friend, key, list node
		verdict                    Verdict
		finding, why               string
	}{
		"sound":                  {nil, friend, listed, nil, Genuine, "endorsement pass endorsed", ""},
		"of the assertion":       {node{"claim": node{"id": assertionURL}}, friend, listed, nil, Genuine, "endorsement pass endorsed", ""},
		"of the issuer":          {node{"claim": issuerURL}, friend, listed, nil, Genuine, "endorsement pass endorsed", ""},
		"not revoked":            {nil, with(friend, node{"revocationList": friendList}), listed, revoking("urn:uuid:e2"), Genuine, "endorsement pass endorsed", ""},
		"revoked":                {nil, with(friend, node{"revocationList": friendList}), listed, revoking("urn:uuid:e1"), Genuine, "endorsement skipped endorsement-failed", "revoked"},
		"ended":                  {node{"expires": "2026-01-01T00:00:00Z"}, friend, listed, nil, Genuine, "endorsement skipped endorsement-failed", "ended on"},
		"list gone":              {nil, with(friend, node{"revocationList": friendList}), listed, nil, CannotTell, unknown, friendList},
		"of something else":      {node{"claim": node{"id": "https://a.example"}}, friend, listed, nil, Genuine, "endorsement skipped endorsement-other", ""},
		"of nothing":             {node{"claim": nil}, friend, listed, nil, Contradicted, failed, "claim"},
		"with another key":       {nil, friend, with(listed, node{"publicKeyPem": otherPEM}), nil, Contradicted, failed, "another key"},
		"with a key not listed":  {nil, with(friend, node{"publicKey": "https://friend.example/old"}), listed, nil, Contradicted, failed, "not among the keys"},
		"with somebody's key":    {nil, friend, with(listed, node{"owner": "https://evil.example"}), nil, Contradicted, failed, "not the issuer"},
		"key gone":               {nil, friend, nil, nil, CannotTell, unknown, friendKey},
		"friend gone":            {nil, nil, listed, nil, CannotTell, unknown, friendURL},
		"friend without address": {node{"issuer": with(friend, node{"id": "urn:uuid:f", "publicKey": with(listed, node{"owner": nil})})}, nil, nil, nil, CannotTell, unknown, "no address"},
		"by nobody":              {node{"issuer": nil}, nil, listed, nil, Contradicted, failed, "issuer"},
		"said to be hosted":      {node{"verification": node{"type": "HostedBadge"}}, friend, listed, nil, CannotTell, unknown, "which key"},
		"not an endorsement":     {node{"type": "Assertion"}, friend, listed, nil, CannotTell, unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := proof.SignRS256(text(t, with(signedEndorsement2, test.changes)), key, "", "")
			if err != nil {
				t.Fatal(err)
			}
			web := hostedWeb(t)
			web[classURL] = page(t, with(class2, node{"endorsement": []any{string(token)}}))
			for address, content := range map[string]node{friendURL: test.friend, friendKey: test.key, friendList: test.list} {
				if content != nil {
					web[address] = page(t, content)
				}
			}
			v := ask(t, text(t, assertion2), web)
			want(t, v, test.verdict, test.finding)
			if !strings.Contains(say(v), test.why) {
				t.Errorf("it does not say %q:\n%s", test.why, say(v))
			}
		})
	}
}

func TestSignedEndorsementsTravelInEveryPlace(t *testing.T) {
	key, publicPEM := newRSA(t)
	token, err := proof.SignRS256(text(t, signedEndorsement2), key, "", "")
	if err != nil {
		t.Fatal(err)
	}
	altered := string(token[:len(token)-8]) + "AAAAAAAA"
	const at = "https://friend.example/1"
	for name, test := range map[string]struct {
		on, carried, answer any
		verdict             Verdict
		finding             string
	}{
		"on the assertion":         {assertionURL, string(token), nil, Genuine, "endorsement pass endorsed"},
		"on the class":             {classURL, []any{string(token)}, nil, Genuine, "endorsement pass endorsed"},
		"on the issuer":            {issuerURL, []any{string(token)}, nil, Genuine, "endorsement pass endorsed"},
		"at an address":            {classURL, at, string(token), Genuine, "endorsement pass endorsed"},
		"at an address of its own": {classURL, node{"id": at, "type": "Endorsement"}, "\ufeff" + string(token) + "\r\n", Genuine, "endorsement pass endorsed"},
		"altered":                  {classURL, altered, nil, Contradicted, "endorsement fail endorsement-failed"},
		"altered at an address":    {classURL, at, altered, Contradicted, "endorsement fail endorsement-failed"},
		"no signed text":           {classURL, "roses.are.red", nil, CannotTell, "endorsement unknown endorsement-unknown"},
		"a poem at an address":     {classURL, at, "roses are red", CannotTell, "endorsement unknown endorsement-unknown"},
		"without its signature":    {classURL, signedEndorsement2, nil, Genuine, "endorsement skipped endorsement-unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			web := hostedWeb(t)
			documents := map[any]node{assertionURL: assertion2, classURL: class2, issuerURL: issuer2}
			address, _ := test.on.(string)
			web[address] = page(t, with(documents[test.on], node{"endorsement": test.carried}))
			if test.answer != nil {
				web[at] = page(t, test.answer)
			}
			web[friendURL] = page(t, with(issuer2, node{"id": friendURL, "name": "A friend", "publicKey": friendKey}))
			web[friendKey] = page(t, node{"id": friendKey, "type": "CryptographicKey", "owner": friendURL, "publicKeyPem": publicPEM})
			want(t, ask(t, text(t, assertion2), web), test.verdict, test.finding)
		})
	}
}

func TestEndorsementThatItsHostWithdrewIsNoneAnyMore(t *testing.T) {
	web := hostedWeb(t)
	web[classURL] = page(t, with(class2, node{"endorsement": "https://friend.example/1"}))
	web["https://friend.example/1"] = Recording{Status: 410}
	want(t, ask(t, text(t, assertion2), web), Genuine, "endorsement skipped endorsement-failed")
}
