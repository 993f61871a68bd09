package passport_test

import (
	"testing"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
)

func TestNameInTheFediverseIsOneThatAServerThereGives(t *testing.T) {
	for address, want := range map[string]string{
		"https://mastodon.example/@amina":  "@amina@mastodon.example",
		"https://mastodon.example/@amina/": "@amina@mastodon.example",
		"https://piaille.example/@amina":   "", // nothing says that it is
		"https://video.example/@amina":     "",
		"http://mastodon.example/@amina":   "",
		"https://mastodon.example/amina":   "",
		"https://mastodon.example/@a\"b":   "",
		"https://mastodon.example/@a/1":    "",
		"::":                               "",
	} {
		if got := passport.CreatorOf([]store.ProfileLink{{Label: "Elsewhere", URL: address}}); got != want {
			t.Errorf("%s: %q", address, got)
		}
	}
	if got := passport.CreatorOf([]store.ProfileLink{{URL: "https://a.example/"}, {Label: "Mastodon", URL: "https://piaille.example/@amina"}}); got != "@amina@piaille.example" {
		t.Errorf("by its label: %q", got)
	}
}
