package passport

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/carnetbadges/carnet/store"
)

var fediverseName = regexp.MustCompile(`^/@([A-Za-z0-9_]{1,64})/?$`)

// fediverse are words by which a link of a profile, or its host, is known to be of a server that is in the Fediverse:
// other sites write their people's names in the same way.
var fediverse = []string{"mastodon", "mstdn", "fedi", "pixelfed", "pleroma", "misskey", "sharkey", "akkoma", "friendica", "toot", ".social"}

// Creator is the name in the Fediverse ("@amina@mastodon.example") that a person shows everybody; empty where they show
// none.
func (o *Office) Creator(ctx context.Context, person string) (string, error) {
	profile, err := o.store.Profile(ctx, person)
	if err != nil || profile.LinksShown != store.Public {
		return "", err
	}
	links, err := o.store.ProfileLinks(ctx, person)
	return CreatorOf(links), err
}

// CreatorOf is the first name in the Fediverse among links.
func CreatorOf(links []store.ProfileLink) string {
	for _, l := range links {
		u, err := url.Parse(l.URL)
		if err != nil || u.Scheme != "https" || u.Port() != "" {
			continue
		}
		name, said := fediverseName.FindStringSubmatch(u.Path), strings.ToLower(l.Label+" "+u.Host)
		if name != nil && slices.ContainsFunc(fediverse, func(word string) bool { return strings.Contains(said, word) }) {
			return "@" + name[1] + "@" + u.Hostname()
		}
	}
	return ""
}
