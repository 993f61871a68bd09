package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestHoldersAreThoseWhoChoseToBeSeen gives everybody the same achievement, each with one reason not to be listed.
func TestHoldersAreThoseWhoChoseToBeSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		of := func(name, visibility string, change ...func(*store.Badge)) (store.Person, store.Badge) {
			p := person(t, s, name)
			must(t, s.VerifyAddress(ctx, p.ID, address(t, s, p.ID, name+"@example.org").ID, noon))
			b := badge(t, s, p.ID, name, append(change, func(b *store.Badge) {
				b.Visibility, b.AchievementID, b.IssuerID = visibility, "urn:weaver", "https://issuer.example"
			})...)
			return p, b
		}
		named := func(who store.Person, shown string) {
			profile, err := s.Profile(ctx, who.ID)
			must(t, err)
			profile.NameShown = shown
			must(t, s.SaveProfile(ctx, profile))
		}
		ada, _ := of("ada", store.Public)
		bob, _ := of("bob", store.Public)
		badge(t, s, bob.ID, "again", func(b *store.Badge) {
			b.Visibility, b.AchievementID, b.IssuerID = store.Public, "urn:weaver", "https://issuer.example"
		})
		of("cid", store.Members)
		of("link", store.Link)
		of("shy", store.Private)
		shown, _ := of("half", store.Public)
		named(shown, store.Members)
		unnamed, _ := of("unnamed", store.Public)
		named(unnamed, store.Private)
		of("refused", store.Public, func(b *store.Badge) { b.State = store.Refused })
		of("pending", store.Public, func(b *store.Badge) { b.State = store.Pending })
		of("trash", store.Public, func(b *store.Badge) { b.DeletedAt = &b.CreatedAt })
		left, _ := of("left", store.Public)
		left.LeavingAt = &left.CreatedAt
		must(t, s.UpdatePerson(ctx, &left))
		off, _ := of("off", store.Public)
		off.DisabledAt = &off.CreatedAt
		must(t, s.UpdatePerson(ctx, &off))
		stranger := person(t, s, "unproved")
		badge(t, s, stranger.ID, "unproved", func(b *store.Badge) {
			b.Visibility, b.AchievementID, b.IssuerID = store.Public, "urn:weaver", "https://issuer.example"
		})
		other, b := of("blocked-issuer", store.Public)
		block := store.Block{Kind: store.BlockedIssuer, Name: "x", CreatedAt: noon}
		must(t, s.CreateBlock(ctx, &block))
		must(t, s.MarkBadge(ctx, other.ID, b.ID, []string{block.ID}))
		judged := func(name, verdict string, before ...string) {
			_, b := of(name, store.Public, func(b *store.Badge) { b.Verdict = verdict })
			for i, was := range before {
				must(t, s.AddVerification(ctx, &store.Verification{BadgeID: b.ID, Verdict: was, Findings: []byte("[]"), At: noon.Add(time.Duration(i) * time.Hour)}))
			}
		}
		judged("forged", "contradicted")
		judged("revoked", "not-current", "genuine", "not-current")
		judged("unproved-badge", "unknown", "unknown")
		judged("forged-then-silent", "unknown", "contradicted", "unknown")
		judged("silent", "unknown", "contradicted", "genuine", "unknown")
		judged("never-asked", "")
		viewer := person(t, s, "viewer")
		shut, _ := of("shut", store.Public)
		must(t, s.BlockPerson(ctx, shut.ID, viewer.ID, noon))
		avoided, _ := of("avoided", store.Public)
		must(t, s.BlockPerson(ctx, viewer.ID, avoided.ID, noon))

		everybody, signedIn := []string{store.Public}, []string{store.Members, store.Public}
		for name, one := range map[string]struct {
			q    store.HolderQuery
			want string
		}{
			"a visitor":     {store.HolderQuery{Visibilities: everybody}, "[avoided bob shut silent]"},
			"a member":      {store.HolderQuery{Viewer: viewer.ID, Visibilities: signedIn}, "[bob cid half silent]"},
			"at most":       {store.HolderQuery{Viewer: viewer.ID, Visibilities: signedIn, Limit: 1}, "1"},
			"other issuers": {store.HolderQuery{Visibilities: everybody, Issuer: "https://other.example"}, "[]"},
			"of no id":      {store.HolderQuery{Visibilities: everybody, Achievement: "-"}, "[]"},
		} {
			q := one.q
			q.But = ada.ID
			if q.Achievement == "" {
				q.Achievement = "urn:weaver"
			}
			if q.Issuer == "" {
				q.Issuer = "https://issuer.example"
			}
			if q.Limit == 0 {
				q.Limit = 50
			}
			found, err := s.Holders(ctx, q)
			must(t, err)
			if name == "at most" && len(found) == 1 {
				continue
			}
			if got := fmt.Sprint(handles(found)); got != one.want {
				t.Errorf("%s sees %s, want %s", name, got, one.want)
			}
		}
	})
}

// TestWhoHoldsManyOfOneAchievementHidesNobody gives one person more of it than are looked at of people.
func TestWhoHoldsManyOfOneAchievementHidesNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		same := func(visibility string, later time.Duration) func(*store.Badge) {
			return func(b *store.Badge) {
				b.Visibility, b.AchievementID, b.IssuerID, b.CreatedAt = visibility, "urn:weaver", "https://issuer.example", noon.Add(later)
			}
		}
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		for _, p := range []store.Person{ada, bob} {
			must(t, s.VerifyAddress(ctx, p.ID, address(t, s, p.ID, p.Handle+"@example.org").ID, noon))
		}
		badge(t, s, bob.ID, "bob", same(store.Public, 0))
		must(t, s.Tx(ctx, func(tx *store.Store) error {
			for i := range 501 {
				badge(t, tx, ada.ID, fmt.Sprint(i), same(store.Public, time.Minute))
			}
			return nil
		}))
		found, err := s.Holders(ctx, store.HolderQuery{Achievement: "urn:weaver", Issuer: "https://issuer.example", Visibilities: []string{store.Public}, Limit: 5})
		must(t, err)
		if got := fmt.Sprint(handles(found)); got != "[ada bob]" {
			t.Error(got)
		}
	})
}

func handles(found []store.Holder) []string {
	all := []string{}
	for _, one := range found {
		all = append(all, one.Handle)
	}
	slices.Sort(all)
	return all
}

func TestSearchEnginesAreToldOfPublicBadgesOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		must(t, s.VerifyAddress(ctx, ada.ID, address(t, s, ada.ID, "ada@example.org").ID, noon))
		want := 0
		for i := range 7 {
			badge(t, s, ada.ID, fmt.Sprint(i), func(b *store.Badge) { b.Visibility = []string{store.Public, store.Members, store.Public}[i%3] })
			if i%3 != 1 {
				want++
			}
		}
		badge(t, s, ada.ID, "forged", func(b *store.Badge) { b.Visibility, b.Verdict = store.Public, "contradicted" })
		silent := badge(t, s, ada.ID, "forged, now silent", func(b *store.Badge) { b.Visibility, b.Verdict = store.Public, "unknown" })
		must(t, s.AddVerification(ctx, &store.Verification{BadgeID: silent.ID, Verdict: "contradicted", Findings: []byte("[]"), At: noon}))
		badge(t, s, person(t, s, "unproved").ID, "x", func(b *store.Badge) { b.Visibility = store.Public })
		bounds, err := s.OpenBounds(ctx, 2)
		must(t, err)
		told := map[string]bool{}
		for _, after := range bounds {
			page, err := s.OpenBadges(ctx, after, 2)
			must(t, err)
			for _, id := range page.Badges {
				told[id] = true
			}
			if len(page.Badges) > 2 || len(page.Badges) > 0 && fmt.Sprint(page.Handles) != "[ada]" {
				t.Errorf("%+v", page)
			}
		}
		if len(told) != want || len(bounds) != 4 {
			t.Errorf("%d badges on %d pages, want %d", len(told), len(bounds), want)
		}
	})
}
