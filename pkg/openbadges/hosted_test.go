package openbadges

import (
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

func TestHostedBadgeIsWhatItsIssuersSiteSays(t *testing.T) {
	for name, test := range map[string]struct {
		input   node
		web     map[string]Recording
		verdict Verdict
		finding string
	}{
		"as it is":              {assertion2, nil, Genuine, "proof pass hosted"},
		"another text in hand":  {with(assertion2, node{"issuedOn": "2020-01-01T00:00:00Z"}), nil, Genuine, "proof pass hosted-replaces"},
		"gone for good":         {assertion2, map[string]Recording{assertionURL: {Status: 410}}, NotCurrent, "revocation fail revoked"},
		"revoked in the body":   {assertion2, map[string]Recording{assertionURL: page(t, with(assertion2, node{"revoked": true, "revocationReason": "Given twice."}))}, NotCurrent, "revocation fail revoked"},
		"nothing but revoked":   {assertion2, map[string]Recording{assertionURL: page(t, node{"id": assertionURL, "revoked": true})}, NotCurrent, "proof unknown host-withdrew"},
		"not found":             {assertion2, map[string]Recording{assertionURL: {Status: 404}}, CannotTell, "proof unknown host-failed"},
		"a web page instead":    {assertion2, map[string]Recording{assertionURL: page(t, "<html>hello</html>")}, CannotTell, "proof unknown hosted-not-json"},
		"expired":               {assertion2, map[string]Recording{assertionURL: page(t, with(assertion2, node{"expires": "2026-06-30T00:00:00Z"}))}, NotCurrent, "dates fail expired"},
		"from the future":       {assertion2, map[string]Recording{assertionURL: page(t, with(assertion2, node{"issuedOn": "2030-01-01T00:00:00Z"}))}, NotCurrent, "dates fail not-yet-valid"},
		"ends before it begins": {assertion2, map[string]Recording{assertionURL: page(t, with(assertion2, node{"expires": "2020-01-01T00:00:00Z"}))}, Contradicted, "dates fail dates-reversed"},
		"class gone":            {assertion2, map[string]Recording{classURL: {Status: 404}}, CannotTell, "achievement unknown achievement-silent"},
		"class without name":    {assertion2, map[string]Recording{classURL: page(t, with(class2, node{"name": nil}))}, Contradicted, "achievement fail achievement-malformed"},
		"issuer gone":           {assertion2, map[string]Recording{issuerURL: {Status: 500}}, CannotTell, "issuer unknown issuer-silent"},
		"issuer without e-mail": {assertion2, map[string]Recording{issuerURL: page(t, with(issuer2, node{"email": nil}))}, Contradicted, "issuer fail issuer-malformed"},
		"picture gone":          {assertion2, map[string]Recording{pictureURL: {Status: 404}}, CannotTell, "achievement unknown picture-silent"},
		"picture is none":       {assertion2, map[string]Recording{pictureURL: page(t, "{}")}, Contradicted, "achievement fail picture-broken"},
		"picture inside":        {assertion2, map[string]Recording{classURL: page(t, with(class2, node{"image": "data:image/png;base64,iVBORw0KGgo="}))}, Genuine, "achievement pass achievement-found"},
		"no recipient":          {assertion2, map[string]Recording{assertionURL: page(t, with(assertion2, node{"recipient": nil}))}, Contradicted, "structure fail missing"},
		"date without zone":     {assertion2, map[string]Recording{assertionURL: page(t, with(assertion2, node{"issuedOn": "2025-03-14"}))}, Contradicted, "structure fail wrong-form"},
	} {
		t.Run(name, func(t *testing.T) {
			web := hostedWeb(t)
			for address, answer := range test.web {
				web[address] = answer
			}
			want(t, ask(t, text(t, test.input), web), test.verdict, test.finding)
		})
	}
}

func TestOnlyWhatTheHostSaysIsShown(t *testing.T) {
	forged := with(assertion2, node{"recipient": node{"type": "email", "hashed": false, "identity": "eve@example.org"}, "narrative": "A genius."})
	v := ask(t, text(t, forged), hostedWeb(t), "eve@example.org")
	want(t, v, Contradicted, "recipient fail recipient-differs")
	if v.Badge.Narrative != "" || v.Badge.Recipient.Matches("eve@example.org") {
		t.Errorf("what the input claimed is shown: %+v", v.Badge)
	}
	if v.Badge.Achievement.Name != "Water sampling" || v.Badge.Issuer.Name != "River Watch" {
		t.Errorf("what was loaded is not shown: %+v", v.Badge)
	}
}

func TestScopeOfAnIssuer(t *testing.T) {
	elsewhere := "https://elsewhere.example/assertions/1"
	for name, test := range map[string]struct {
		policy  any
		address string
		in      bool
	}{
		"own authority":               {nil, assertionURL, true},
		"own authority, usual port":   {nil, "https://issuer.example:443/assertions/1", true},
		"another authority":           {nil, elsewhere, false},
		"another port":                {nil, "https://issuer.example:8443/a", false},
		"allowed origin":              {node{"allowedOrigins": "elsewhere.example"}, elsewhere, true},
		"one of the allowed origins":  {node{"allowedOrigins": []any{"a.example", "elsewhere.example"}}, elsewhere, true},
		"origin as an address":        {node{"allowedOrigins": []any{"https://elsewhere.example"}}, elsewhere, true},
		"not an allowed origin":       {node{"allowedOrigins": "a.example"}, elsewhere, false},
		"beginning":                   {node{"startsWith": "https://elsewhere.example/"}, elsewhere, true},
		"one of the beginnings":       {node{"startsWith": []any{"https://a.example/", "https://elsewhere.example/a"}}, elsewhere, true},
		"no such beginning":           {node{"startsWith": "https://elsewhere.example/other/"}, elsewhere, false},
		"a host that begins the same": {node{"startsWith": "https://elsewhere.example"}, "https://elsewhere.example.evil/1", false},
		"a beginning in capitals":     {node{"startsWith": "https://Elsewhere.example:443/assertions"}, elsewhere, true},
		"up and out of it":            {node{"startsWith": "https://elsewhere.example/amy/"}, "https://elsewhere.example/amy/../eve/1", false},
		"up and out, escaped":         {node{"startsWith": "https://elsewhere.example/amy/"}, "https://elsewhere.example/amy/%2e%2e%2feve/1", false},
		"up and out, backwards":       {node{"startsWith": "https://elsewhere.example/amy/"}, "https://elsewhere.example/amy/..%5Ceve/1", false},
		"up and out, with parameters": {node{"startsWith": "https://elsewhere.example/amy/"}, "https://elsewhere.example/amy/..;a=b/eve/1", false},
		"dots in a name":              {node{"startsWith": "https://elsewhere.example/amy/"}, "https://elsewhere.example/amy/..1", true},
		"both must agree":             {node{"startsWith": "https://elsewhere.example/", "allowedOrigins": "a.example"}, elsewhere, false},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := part{node: with(issuer2, node{"verification": test.policy}), address: issuerURL}
			if in := inScope(test.address, issuer); in != test.in {
				t.Errorf("in scope: %v, want %v", in, test.in)
			}
		})
	}
}

func TestWhoAnswersForAHost(t *testing.T) {
	for pair, want := range map[[2]string]bool{ // who answers, who was asked
		{"a.example", "a.example"}:              true,
		{"www.a.example", "a.example"}:          true,
		{"a.example", "www.a.example"}:          true,
		{"a.example", "api.a.example"}:          true,
		{"www.a.example", "api.a.example"}:      false,
		{"anybody.a.example", "a.example"}:      false,
		{"nota.example", "a.example"}:           false,
		{"a.example", "nota.example"}:           false,
		{"b.a.example", "c.a.example"}:          false,
		{"a.example.evil.example", "a.example"}: false,
	} {
		if got := isKin(pair[0], pair[1]); got != want {
			t.Errorf("%s answers for %s: %v", pair[0], pair[1], got)
		}
	}
}

func TestBadgeOnAForeignSiteContradictsItsIssuer(t *testing.T) {
	web := hostedWeb(t)
	foreign := with(assertion2, node{"id": "https://evil.example/1"})
	web["https://evil.example/1"] = page(t, foreign)
	want(t, ask(t, text(t, foreign), web), Contradicted, "proof pass hosted", "issuer fail out-of-scope")

	web["https://evil.example/1"] = Recording{Status: 410}
	want(t, ask(t, text(t, foreign), web), Contradicted, "issuer fail out-of-scope", "revocation fail revoked")
}

func TestEmbeddedIssuerCanNotSpeakForItsAddress(t *testing.T) {
	lying := with(issuer2, node{"verification": node{"startsWith": "https://evil.example/"}})
	foreign := with(assertion2, node{"id": "https://evil.example/1", "badge": with(class2, node{"id": "urn:uuid:1", "issuer": lying})})
	web := hostedWeb(t)
	web["https://evil.example/1"] = page(t, foreign)
	want(t, ask(t, text(t, foreign), web), Contradicted, "issuer fail out-of-scope")
}

func TestIDThatDiffersIsFollowedOnce(t *testing.T) {
	web := hostedWeb(t)
	web["https://issuer.example/short"] = page(t, assertion2)
	want(t, ask(t, []byte("https://issuer.example/short"), web), Genuine, "proof pass hosted")

	web["https://issuer.example/2"] = page(t, with(assertion2, node{"id": "https://issuer.example/3"}))
	web["https://issuer.example/3"] = page(t, with(assertion2, node{"id": "https://issuer.example/2"}))
	want(t, ask(t, text(t, with(assertion2, node{"id": "https://issuer.example/2"})), web), Contradicted, "proof fail hosted-other-id")
}

func TestIssuerIsKnownByWhereItsProfileIsKept(t *testing.T) {
	for _, id := range []string{"did:web:school.example", "https://x@school.example/", "ftp://school.example/", "urn:uuid:1"} {
		web := hostedWeb(t)
		web[issuerURL] = page(t, with(issuer2, node{"id": id}))
		v := ask(t, text(t, assertion2), web)
		if want(t, v, Genuine, "issuer pass origin-is-issuers"); v.Badge.Issuer.ID != issuerURL || v.Badge.Issuer.ProvenBy() != "issuer.example" {
			t.Errorf("%s: %s is said to be %s", id, v.Badge.Issuer.ID, v.Badge.Issuer.ProvenBy())
		}
	}
}

// TestSiteThatLeadsElsewhereProvesNothing: whoever finds a site that leads wherever one likes could speak in its name.
func TestSiteThatLeadsElsewhereProvesNothing(t *testing.T) {
	for address, answering := range map[string]map[string]Verdict{
		assertionURL: {"https://evil.example/1": CannotTell, "https://www.issuer.example/1": Genuine, "https://blog.issuer.example/1": CannotTell, "https://issuer.example/2": Genuine},
		issuerURL:    {"https://evil.example/i": CannotTell, "https://notissuer.example/i": CannotTell, "https://www.issuer.example/i": Genuine},
		pictureURL:   {"https://pictures.example/1.png": Genuine},
	} {
		for from, verdict := range answering {
			web := hostedWeb(t)
			answer := web[address]
			answer.URL = from
			web[address] = answer
			v := ask(t, text(t, assertion2), web)
			if want(t, v, verdict); verdict != Genuine {
				want(t, v, verdict, "issuer unknown issuer-elsewhere")
			}
			if again := ask(t, text(t, assertion2), v.Web); again.Verdict != verdict {
				t.Errorf("%s from %s is %s when it is repeated offline", address, from, again.Verdict)
			}
		}
	}
}

func TestKeyThatLiesElsewhereProvesNothing(t *testing.T) {
	key, publicPEM := newRSA(t)
	const keyURL, elsewhere = "https://issuer.example/redirect?to=evil.example", "https://evil.example/key"
	old := node{
		"uid": "1", "recipient": assertion2["recipient"], "badge": classURL, "issuedOn": "2025-03-14",
		"verify": node{"type": "signed", "url": keyURL},
	}
	web := hostedWeb(t)
	web[classURL] = page(t, node{"name": "Water sampling", "description": "Takes samples.", "image": pictureURL, "criteria": "https://issuer.example/c", "issuer": issuerURL})
	web[issuerURL] = page(t, node{"name": "River Watch", "url": "https://issuer.example"})
	web[keyURL] = page(t, publicPEM)
	token, err := proof.SignRS256(text(t, old), key, "", "")
	if err != nil {
		t.Fatal(err)
	}
	want(t, ask(t, token, web), Genuine, "issuer pass key-is-issuers")
	web[keyURL] = Recording{Status: 200, Body: []byte(publicPEM), URL: elsewhere}
	want(t, ask(t, token, web), CannotTell, "proof pass signed", "issuer unknown issuer-elsewhere")

	amy := newSigner('a')
	const issuer = "https://issuer.example/redirect?to=evil.example/profile"
	doc := with(amy.badge3(), node{"issuer": node{"id": issuer, "type": []any{"Profile"}, "name": "River Watch"}})
	amy.vm = issuer + "#1"
	controller := page(t, amy.didPage(issuer))
	want(t, ask(t, amy.sign(t, doc), RecordedWeb{issuer: controller}), Genuine, "issuer pass key-is-issuers")
	controller.URL = "https://evil.example/profile"
	want(t, ask(t, amy.sign(t, doc), RecordedWeb{issuer: controller}), CannotTell, "proof pass signed", "issuer unknown issuer-elsewhere")
}

// TestNoNameHidesThatASiteLeadsElsewhere: neither a fragment, which no host is asked for, nor a did:web, which is asked for by
// another address.
func TestNoNameHidesThatASiteLeadsElsewhere(t *testing.T) {
	const part = assertionURL + "#1"
	web := hostedWeb(t)
	answer := page(t, with(assertion2, node{"id": part}))
	answer.URL = "https://evil.example/1"
	web[part] = answer
	want(t, ask(t, text(t, with(assertion2, node{"id": part})), web), CannotTell, "proof pass hosted", "issuer unknown issuer-elsewhere")

	amy := newSigner('a')
	const behind = "https://issuer.example/redirect?to=evil.example/profile#me"
	for issuer, at := range map[string]string{
		behind:                   behind,
		"did:web:issuer.example": "https://issuer.example/.well-known/did.json",
		"did:web:issuer.example:out:evil.example": "https://issuer.example/out/evil.example/did.json",
	} {
		doc := with(amy.badge3(), node{"issuer": node{"id": issuer, "type": []any{"Profile"}, "name": "River Watch"}})
		amy.vm = "https://evil.example/key"
		key := with(amy.didPage(issuer)["verificationMethod"].([]any)[0].(node), node{"id": amy.vm})
		controller := page(t, node{"id": issuer, "assertionMethod": []any{amy.vm}})
		own := ask(t, amy.sign(t, doc), RecordedWeb{amy.vm: page(t, key), at: controller})
		want(t, own, Genuine, "issuer pass key-is-issuers")
		controller.URL = "https://evil.example/profile"
		led := ask(t, amy.sign(t, doc), RecordedWeb{amy.vm: page(t, key), at: controller})
		want(t, led, CannotTell, "proof pass signed", "issuer unknown issuer-elsewhere")
	}
}

func TestProfileReachedByDetourAllowsNoMore(t *testing.T) {
	web := hostedWeb(t)
	web["https://issuer.example/alias"] = page(t, with(issuer2, node{"verification": node{"startsWith": "https://issuer.example/other/"}}))
	web[classURL] = page(t, with(class2, node{"issuer": "https://issuer.example/alias"}))
	want(t, ask(t, text(t, assertion2), web), Contradicted, "issuer fail out-of-scope")
}

func TestVerificationCanBeRepeatedOffline(t *testing.T) {
	web := hostedWeb(t)
	first := ask(t, []byte(assertionURL), web)
	second := ask(t, []byte(assertionURL), first.Web)
	if first.Verdict != Genuine || say(first) != say(second) {
		t.Errorf("first:\n%ssecond:\n%s", say(first), say(second))
	}
	if len(first.Web) != len(web) {
		t.Errorf("%d addresses recorded, %d were asked", len(first.Web), len(web))
	}
}

func TestWithoutAWebNothingHostedIsGenuine(t *testing.T) {
	want(t, ask(t, text(t, assertion2), nil), CannotTell, "proof unknown host-silent", "revocation unknown host-silent")
}

func TestFirstVersionsOfTheStandard(t *testing.T) {
	badge05 := node{
		"recipient": "amina@example.org", "issued_on": "2012-01-01",
		"badge": node{
			"version": "0.5.0", "name": "Water sampling", "description": "Takes samples.", "image": "/1.png", "criteria": "/criteria",
			"issuer": node{"origin": "https://issuer.example", "name": "River Watch"},
		},
	}
	class1 := node{"name": "Water sampling", "description": "Takes samples.", "image": pictureURL, "criteria": "https://issuer.example/c", "issuer": issuerURL}
	badge10 := node{
		"uid": "1", "recipient": node{"type": "email", "hashed": "true", "identity": "sha256$" + digest("sha256", []byte("amina@example.orgsalt")), "salt": "salt"},
		"badge": classURL, "verify": node{"type": "hosted", "url": assertionURL}, "issuedOn": "2013-02-18T18:10+0500",
	}
	picture := page(t, "\x89PNG\r\n\x1a\n")
	web := RecordedWeb{
		"https://issuer.example/05": page(t, badge05), "https://issuer.example/1.png": picture, pictureURL: picture,
		assertionURL: page(t, badge10), classURL: page(t, class1), issuerURL: page(t, node{"name": "River Watch", "url": "https://issuer.example"}),
	}
	v := ask(t, []byte("https://issuer.example/05"), web, "amina@example.org")
	want(t, v, Genuine, "proof pass hosted", "issuer pass origin-is-issuers", "recipient pass recipient-matches")
	if v.Standard != V05 || v.Badge.Achievement.CriteriaURL != "https://issuer.example/criteria" {
		t.Errorf("%s %+v", v.Standard, v.Badge)
	}
	v = ask(t, text(t, badge10), web, "Amina@example.org")
	want(t, v, Genuine, "proof pass hosted", "recipient pass recipient-matches")
	if v.Standard != V10 {
		t.Errorf("standard %s", v.Standard)
	}
	want(t, ask(t, text(t, with(badge10, node{"uid": "2"})), web), Contradicted, "proof fail hosted-differs")
	want(t, ask(t, text(t, badge05), web), CannotTell, "proof unknown nowhere-hosted", "revocation unknown nowhere-hosted")
}

func TestEndorsementsOfHostedBadges(t *testing.T) {
	endorsement := node{
		"@context": "https://w3id.org/openbadges/v2", "id": "https://friend.example/1", "type": "Endorsement",
		"claim": node{"id": classURL, "endorsementComment": "Sound."}, "issuedOn": "2025-04-01T00:00:00Z",
		"issuer": "https://friend.example/issuer", "verification": node{"type": "HostedBadge"},
	}
	friend := with(issuer2, node{"id": "https://friend.example/issuer", "name": "A friend"})
	for name, test := range map[string]struct {
		endorsement node
		verdict     Verdict
		finding     string
	}{
		"sound":          {endorsement, Genuine, "endorsement pass endorsed"},
		"something else": {with(endorsement, node{"claim": node{"id": "https://a.example"}}), Genuine, "endorsement skipped endorsement-other"},
		"not theirs":     {with(endorsement, node{"issuer": issuerURL}), Contradicted, "endorsement fail endorsement-failed"},
		"the issuer's":   {with(endorsement, node{"id": "https://issuer.example/1", "issuer": issuerURL}), Genuine, "endorsement skipped endorsement-own"},
		"gone":           {nil, CannotTell, "endorsement unknown endorsement-unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			web := hostedWeb(t)
			web[classURL] = page(t, with(class2, node{"endorsement": []any{"https://friend.example/1"}}))
			web["https://friend.example/issuer"] = page(t, friend)
			if at := asString(test.endorsement["id"]); at != "" {
				web[classURL], web[at] = page(t, with(class2, node{"endorsement": []any{at}})), page(t, test.endorsement)
			}
			v := ask(t, text(t, assertion2), web)
			want(t, v, test.verdict, test.finding)
			if name == "sound" && !strings.Contains(say(v), "A friend (friend.example) endorses it") {
				t.Error(say(v))
			}
		})
	}
}

func TestExtensionsFollowTheirSchema(t *testing.T) {
	const at = "https://issuer.example/extension"
	binding := node{
		"@context":       node{"note": "https://issuer.example/terms#note"},
		"obi:validation": []any{node{"obi:validatesType": "extensions:Note", "obi:validationSchema": at + ".schema"}},
	}
	schema := node{"type": "object", "properties": node{"note": node{"type": "string"}}, "required": []any{"note"}}
	for name, test := range map[string]struct {
		extension node
		schema    any
		verdict   Verdict
		finding   string
	}{
		"sound":          {node{"note": "well"}, schema, Genuine, "extension pass extension-valid"},
		"by whole name":  {node{"https://issuer.example/terms#note": "well"}, schema, Genuine, "extension pass extension-valid"},
		"wrong":          {node{"note": 7}, schema, Contradicted, "extension fail extension-invalid"},
		"missing":        {node{}, schema, Contradicted, "extension fail extension-invalid"},
		"unknown demand": {node{"note": "well"}, node{"if": node{}}, CannotTell, "extension unknown extension-unknown"},
		"schema gone":    {node{"note": "well"}, nil, CannotTell, "extension unknown extension-unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			web := hostedWeb(t)
			web[at] = page(t, binding)
			if test.schema != nil {
				web[at+".schema"] = page(t, test.schema)
			}
			extended := with(assertion2, node{"extensions:note": with(test.extension, node{"@context": at, "type": []any{"Extension", "extensions:Note"}})})
			web[assertionURL] = page(t, extended)
			want(t, ask(t, text(t, extended), web), test.verdict, test.finding)
		})
	}
}
