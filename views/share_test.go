package views

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestLinkedInIsAskedWithEverythingFilledIn(t *testing.T) {
	on := func(year int, month time.Month) *time.Time {
		t := time.Date(year, month, 3, 23, 0, 0, 0, time.UTC)
		return &t
	}
	given := func(change func(*Given)) Given {
		g := Given{Name: "Gardener", Issuer: "Médina", Address: "https://carnet.example/b/01J", Credential: "urn:uuid:1", IssuedOn: on(2026, time.September)}
		change(&g)
		return g
	}
	const begins = "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name="
	const ends = "&certUrl=https%3A%2F%2Fcarnet.example%2Fb%2F01J&certId=urn%3Auuid%3A1"
	for name, row := range map[string]struct {
		given Given
		want  string
	}{
		"plain":                 {given(func(*Given) {}), begins + "Gardener&organizationName=M%C3%A9dina&issueYear=2026&issueMonth=9" + ends},
		"spaces":                {given(func(g *Given) { g.Name = "Peer Mentor" }), begins + "Peer%20Mentor&organizationName=M%C3%A9dina&issueYear=2026&issueMonth=9" + ends},
		"a plus":                {given(func(g *Given) { g.Name = "C++" }), begins + "C%2B%2B&organizationName=M%C3%A9dina&issueYear=2026&issueMonth=9" + ends},
		"an ampersand":          {given(func(g *Given) { g.Issuer = "R&D" }), begins + "Gardener&organizationName=R%26D&issueYear=2026&issueMonth=9" + ends},
		"an emoji":              {given(func(g *Given) { g.Name = "🌱" }), begins + "%F0%9F%8C%B1&organizationName=M%C3%A9dina&issueYear=2026&issueMonth=9" + ends},
		"Arabic":                {given(func(g *Given) { g.Name = "بستاني" }), begins + "%D8%A8%D8%B3%D8%AA%D8%A7%D9%86%D9%8A&organizationName=M%C3%A9dina&issueYear=2026&issueMonth=9" + ends},
		"the issuer's number":   {given(func(g *Given) { g.Organization = "1337" }), begins + "Gardener&organizationId=1337&issueYear=2026&issueMonth=9" + ends},
		"an end":                {given(func(g *Given) { g.Expires = on(2028, time.December) }), begins + "Gardener&organizationName=M%C3%A9dina&issueYear=2026&issueMonth=9&expirationYear=2028&expirationMonth=12" + ends},
		"no date":               {given(func(g *Given) { g.IssuedOn = nil }), begins + "Gardener&organizationName=M%C3%A9dina" + ends},
		"no issuer":             {given(func(g *Given) { g.Issuer = "" }), begins + "Gardener&issueYear=2026&issueMonth=9" + ends},
		"no id":                 {given(func(g *Given) { g.Credential = "" }), begins + "Gardener&organizationName=M%C3%A9dina&issueYear=2026&issueMonth=9" + strings.TrimSuffix(ends, "&certId=urn%3Auuid%3A1")},
		"a name that is a trap": {given(func(g *Given) { g.Name = `a&certUrl=https://evil.example#"><script>` }), begins + "a%26certUrl%3Dhttps%3A%2F%2Fevil.example%23%22%3E%3Cscript%3E&organizationName=M%C3%A9dina&issueYear=2026&issueMonth=9" + ends},
	} {
		if got := LinkedInAdd(row.given); got != row.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, row.want)
		}
	}
}

func TestEveryTargetGetsTheAddressAndTheWords(t *testing.T) {
	const address, say = "https://carnet.example/s/abc?x=1&y=2", "I earned “R&D + tea”."
	targets := GiveTo(Given{Name: "R&D", Address: address}, say, "mastodon.example")
	for target, where := range map[string]string{
		targets.LinkedInPost: "www.linkedin.com", targets.Mastodon: "mastodon.example", targets.Bluesky: "bsky.app",
		targets.WhatsApp: "wa.me", targets.Mail: "", targets.LinkedInAdd: "www.linkedin.com",
	} {
		parsed, err := url.Parse(target)
		if err != nil || parsed.Host != where || strings.Contains(target, "+") {
			t.Errorf("%s: %v", target, err)
			continue
		}
		whole := ""
		for _, values := range parsed.Query() {
			whole += values[0]
		}
		if !strings.Contains(whole, address) {
			t.Errorf("%s does not hold the address", target)
		}
		if carries := strings.Contains(whole, say); carries == strings.Contains(where, "linkedin") {
			t.Errorf("%s holds the words: %v", target, carries)
		}
	}
	if GiveTo(Given{Address: address}, say, "").Mastodon != "" {
		t.Error("a Mastodon server nobody named")
	}
}

// TestAFrameOnAnotherPageSaysTheVerdictByASymbolToo: colour alone says nothing to who does not see it.
func TestAFrameOnAnotherPageSaysTheVerdictByASymbolToo(t *testing.T) {
	symbols := map[string]bool{}
	for _, row := range [][2]string{{"genuine", ""}, {"not-current", "expired"}, {"contradicted", ""}, {"unknown", ""}} {
		doc, _ := drawn(t, "en", EmbedFrame(EmbedPage{Name: "Gardener", Verdict: row[0], Standing: row[1]}))
		drawing, err := doc.Find(".verdict > svg").Html()
		if err != nil || drawing == "" || symbols[drawing] {
			t.Errorf("%v: %q", row, drawing)
		}
		symbols[drawing] = true
	}
}
