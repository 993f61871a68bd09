package openbadges

import (
	"context"
	"reflect"
	"testing"
)

func TestBadgeSaysTheSameInEveryVersion(t *testing.T) {
	amy := newSigner('a')
	badge3 := amy.sign(t, with(amy.badge3(), node{
		"image":    node{"id": "https://a.example/i.png", "type": "Image"},
		"evidence": []any{node{"id": "https://a.example/e", "type": []any{"Evidence"}, "name": "Log", "genre": "Text"}},
	}))
	b := ask(t, badge3, nil).Badge
	if b.Achievement.Name != "Water sampling" || b.Issuer.ID != amy.did || b.Recipient.ID != "did:example:amina" || b.Creator != nil {
		t.Errorf("%+v", b)
	}
	if b.Image != "https://a.example/i.png" || !reflect.DeepEqual(b.Evidence, []Evidence{{ID: "https://a.example/e", Name: "Log", Genre: "Text"}}) {
		t.Errorf("%+v", b)
	}
	b = ask(t, text(t, assertion2), hostedWeb(t)).Badge
	if b.ID != assertionURL || b.Achievement.CriteriaText != "Ten samples." || b.Issuer.Email != "badges@issuer.example" || b.Achievement.Tags[0] != "water" {
		t.Errorf("%+v", b)
	}
}

func TestCreatorIsShownApartFromTheIssuer(t *testing.T) {
	amy := newSigner('a')
	doc := amy.badge3()
	achievement := doc["credentialSubject"].(node)["achievement"].(node)
	achievement["creator"] = node{"id": "https://school.example", "type": []any{"Profile"}, "name": "School"}
	b := ask(t, amy.sign(t, doc), nil).Badge
	if b.Creator == nil || b.Creator.Name != "School" || b.Issuer.Name != "River Watch" {
		t.Errorf("%+v", b)
	}
}

func TestTextsComeInTheirLanguage(t *testing.T) {
	for _, test := range []struct {
		value    any
		text     string
		language string
	}{
		{"plain", "plain", ""},
		{node{"@value": "l’eau", "@language": "fr"}, "l’eau", "fr"},
		{[]any{node{"@value": "l’eau", "@language": "fr"}, node{"@value": "water", "@language": "en"}}, "water", "en"},
		{[]any{node{"@value": "l’eau", "@language": "fr"}, node{"@value": "Wasser", "@language": "de"}}, "l’eau", "fr"},
		{node{"fr": "l’eau", "en": "water"}, "water", "en"},
		{node{"fr": "l’eau", "de": "Wasser"}, "Wasser", "de"},
		{node{"id": "https://a.example"}, "", ""},
		{7, "", ""},
		{nil, "", ""},
	} {
		if text, language := asTextIn(test.value); text != test.text || language != test.language {
			t.Errorf("%v: %q %q", test.value, text, language)
		}
	}
}

func TestTheSameBadgeTwiceIsOneBadge(t *testing.T) {
	amy := newSigner('a')
	key := func(input []byte) string {
		c, err := Read(context.Background(), input, hostedWeb(t).Fetch)
		if err != nil {
			t.Fatal(err)
		}
		return c.Key()
	}
	doc := with(amy.badge3(), node{"id": "https://issuer.example/a b"})
	same := [][]byte{
		text(t, doc), bakedPNG(t, text(t, doc)), text(t, with(doc, node{"id": " https://issuer.example/a%20b "})),
		text(t, with(doc, node{"issuer": amy.did, "validFrom": "2026-01-01T00:00:00Z"})), amy.jwt(t, claims(doc, nil), amy.vm),
	}
	for _, input := range same {
		if key(input) != key(same[0]) {
			t.Errorf("another badge: %.100s", input)
		}
	}
	for _, other := range []node{{"id": "urn:uuid:2"}, {"issuer": "did:example:eve"}, {"id": nil}} {
		if key(text(t, with(doc, other))) == key(same[0]) {
			t.Errorf("the same badge: %v", other)
		}
	}
	if key(text(t, assertion2)) != key([]byte(assertionURL)) {
		t.Error("a hosted badge and its address are two badges")
	}
}

func TestHostOfAProfile(t *testing.T) {
	for want, p := range map[string]Profile{
		"issuer.example":      {ID: "https://Issuer.example/1"},
		"issuer.example:8443": {ID: "https://issuer.example:8443/1"},
		"a.example":           {ID: "did:web:a.example:users:1"},
		"a.example:8080":      {ID: "did:web:a.example%3A8080"},
		"b.example":           {ID: "did:key:z6Mk", URL: "https://b.example/"},
		"":                    {ID: "did:key:z6Mk"},
	} {
		if got := p.Host(); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}
