package openbadges

import (
	"slices"
	"testing"
)

func TestBadgeIsItsOwners(t *testing.T) {
	hashed := func(value, salt string) Recipient {
		return Recipient{Identities: []Identity{{Type: email, Value: value, Hashed: true, Salt: salt}}}
	}
	plain := func(value string) Recipient { return Recipient{Identities: []Identity{{Type: email, Value: value}}} }
	spec := "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399" // OB 3.0: "a@example.com" salted with "Kosher"
	for name, test := range map[string]struct {
		recipient  Recipient
		address    string
		comparable bool
		matches    bool
	}{
		"plain":                 {plain("a@example.com"), "a@example.com", true, true},
		"plain in another case": {plain("A@Example.com"), "a@example.com", true, true},
		"plain with space":      {plain(" a@example.com "), "a@example.com", true, true},
		"somebody else":         {plain("a@example.com"), "b@example.com", true, false},
		"nobody":                {plain(""), "", true, false},
		"hashed with salt":      {hashed(spec, "Kosher"), "a@example.com", true, true},
		"a Kelvin sign, no k":   {plain("kim@example.com"), "\u212aim@example.com", true, false},
		"the same, hashed":      {hashed("sha256$"+digest("sha256", []byte("kim@example.com")), ""), "\u212aim@example.com", true, false},
		"hash in capitals":      {hashed("SHA256$B5809D8A92F8858436D7E6B87C12EBC0AE1EAC4BAECC2C0B913AEE2C922EF399", "Kosher"), "a@example.com", true, true},
		"address in capitals":   {hashed(spec, "Kosher"), "A@EXAMPLE.COM", true, true},
		"other salt":            {hashed(spec, ""), "a@example.com", true, false},
		"md5":                   {hashed("md5$"+digest("md5", []byte("a@example.com")), ""), "a@example.com", true, true},
		"sha1 of old":           {hashed("sha1$"+digest("sha1", []byte("a@example.com")), ""), "a@example.com", true, true},
		"the hash itself":       {hashed(spec, "Kosher"), spec, true, false},
		"unknown algorithm":     {hashed("crc32$00000000", ""), "a@example.com", false, false},
		"cut-off hash":          {hashed("sha256$b5809d8a", "Kosher"), "a@example.com", false, false},
		"another kind":          {Recipient{Identities: []Identity{{Type: "telephone", Value: "a@example.com"}}}, "a@example.com", false, false},
		"none at all":           {Recipient{}, "a@example.com", false, false},
		"the second":            {Recipient{Identities: []Identity{{Type: email, Value: "b@example.com"}, {Type: email, Value: "a@example.com"}}}, "a@example.com", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.recipient.Matches(test.address); got != test.matches {
				t.Errorf("Matches: %v", got)
			}
			if got := test.recipient.Comparable(); got != test.comparable {
				t.Errorf("Comparable: %v", got)
			}
		})
	}
}

func TestOnlyPlainAddressesAreShown(t *testing.T) {
	r := Recipient{Identities: []Identity{
		{Type: email, Value: "a@example.com"}, {Type: email, Value: "sha256$00", Hashed: true}, {Type: "url", Value: "https://a.example"},
	}}
	if got := r.Plain(); !slices.Equal(got, []string{"a@example.com"}) {
		t.Error(got)
	}
}

func TestRecipientIsOnlyAskedForWhenSomebodyIsMeant(t *testing.T) {
	amy := newSigner('a')
	signed := amy.sign(t, amy.badge3())
	want(t, ask(t, signed, nil), Genuine, "recipient skipped recipient-not-asked")
	want(t, ask(t, signed, nil, "eve@example.org", "amina@example.org"), Genuine, "recipient pass recipient-matches")
	want(t, ask(t, signed, nil, "eve@example.org"), Contradicted, "recipient fail recipient-differs")
	subject := with(amy.badge3()["credentialSubject"].(node), node{"identifier": nil})
	anonymous := amy.sign(t, with(amy.badge3(), node{"credentialSubject": subject}))
	want(t, ask(t, anonymous, nil, "amina@example.org"), CannotTell, "recipient unknown recipient-not-stated")
}
