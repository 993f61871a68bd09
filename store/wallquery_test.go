package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestSearchFindsWhatAWordBeginsWith(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		badge(t, s, bob.ID, "École of somebody else")
		for name, words := range map[string][2]string{
			"Éclair d'été":     {"Maison Straße", "Wer bäckt, gewinnt"},
			"Repair Café":      {"İstanbul Atölye", "Mends things: 100% honest_work"},
			"日本語検定":            {"東京", ""},
			"شهادة التَّطوُّع": {"جمعية", ""},
			"Open-Badges 101":  {"Carnet", "The course of fifty minutes"},
		} {
			b := badge(t, s, ada.ID, name, func(b *store.Badge) { b.IssuerName, b.Description = words[0], words[1] })
			if name == "Repair Café" {
				must(t, s.TagBadge(ctx, ada.ID, b.ID, "Lifelong Learning"))
			}
		}
		for search, want := range map[string][]string{
			"ete":             {"Éclair d'été"},
			"ÉCL":             {"Éclair d'été"},
			"strasse":         {"Éclair d'été"},
			"cafe":            {"Repair Café"},
			"afe":             nil, // no word begins so
			"istanbul":        {"Repair Café"},
			"ISTANBUL cafe":   {"Repair Café"},
			"cafe ecl":        nil, // each word is asked for
			"learn":           {"Repair Café"},
			"learn mends":     {"Repair Café"},
			"100%":            {"Repair Café"},
			"honest_w":        {"Repair Café"},
			"%":               nil,
			"本語":              {"日本語検定"},
			"語本":              nil,
			"東":               {"日本語検定"},
			"شهادة":           {"شهادة التَّطوُّع"},
			"التطوع":          {"شهادة التَّطوُّع"},
			"badges":          {"Open-Badges 101"},
			"open-badges":     {"Open-Badges 101"},
			"fifty":           {"Open-Badges 101"},
			"' OR 1=1 --":     nil,
			"somebody":        nil,
			"café\x00":        {"Repair Café"},
			"  ":              {"Open-Badges 101", "Repair Café", "Éclair d'été", "شهادة التَّطوُّع", "日本語検定"},
			"re re re re re ": {"Repair Café"},
		} {
			if search == "%" { // of it nothing is left to look for
				want = []string{"Open-Badges 101", "Repair Café", "Éclair d'été", "شهادة التَّطوُّع", "日本語検定"}
			}
			got := walk(t, s, store.WallQuery{Owner: ada.ID, Search: search, Limit: 2})
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%q: %q, want %q", search, got, want)
			}
			if n, err := s.Found(ctx, store.WallQuery{Owner: ada.ID, Search: search}); err != nil || n != len(want) {
				t.Errorf("%q: counted %d, %v", search, n, err)
			}
		}
	})
}

func TestSearchKnowsABadgeByItsNewWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		b := badge(t, s, ada.ID, "Before")
		must(t, s.SetFavourite(ctx, ada.ID, b.ID, true))
		b.Name, b.IssuerName, b.Endorsed, b.Description = "After", "Lab", true, strings.Repeat("長 ", 3000)
		must(t, s.UpdateBadge(ctx, &b))
		if got := walk(t, s, store.WallQuery{Owner: ada.ID, Search: "before", Limit: 2}); len(got) != 0 {
			t.Errorf("found by its former name: %q", got)
		}
		if got := walk(t, s, store.WallQuery{Owner: ada.ID, Search: "after", Favourite: true, Endorsed: true, Limit: 2}); len(got) != 1 {
			t.Errorf("found %q", got)
		}
	})
}

// TestFiltersCombine asks for every pair of filters, and compares with what a plain look at every badge finds.
func TestFiltersCombine(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		type row struct {
			b         store.Badge
			tag       string
			favourite bool
		}
		var rows []row
		for i := range 60 {
			r := row{tag: []string{"", "Été", "work"}[i%3], favourite: i%4 == 0}
			owner := ada.ID
			if i%10 == 9 {
				owner = bob.ID
			}
			r.b = badge(t, s, owner, fmt.Sprintf("Badge %02d", i), func(b *store.Badge) {
				b.IssuerName = []string{"École", "Lab"}[i%2]
				b.Visibility = []string{store.Private, store.Link, store.Members, store.Public}[i%4]
				b.Verdict, b.VerdictReason = "genuine", ""
				if i%5 == 0 {
					b.Verdict, b.VerdictReason = "not-current", "revoked"
				}
				b.Language = []string{"", "en", "en-GB", "fr", "eng"}[i%5]
				b.SelfMade, b.Endorsed = i%7 == 0, i%6 == 0
				if i%2 == 0 {
					at := noon.AddDate(-i%3, 0, 0)
					b.IssuedAt = &at
				}
			})
			if r.tag != "" {
				must(t, s.TagBadge(ctx, owner, r.b.ID, r.tag))
			}
			must(t, s.SetFavourite(ctx, owner, r.b.ID, r.favourite))
			rows = append(rows, r)
		}
		year := func(b store.Badge) int {
			if b.IssuedAt != nil {
				return b.IssuedAt.Year()
			}
			return b.CreatedAt.Year()
		}
		filters := map[string]struct {
			set func(*store.WallQuery)
			in  func(row) bool
		}{
			"none":      {func(*store.WallQuery) {}, func(row) bool { return true }},
			"issuer":    {func(q *store.WallQuery) { q.Issuer = "ecole" }, func(r row) bool { return r.b.IssuerName == "École" }},
			"tag":       {func(q *store.WallQuery) { q.Tag = "ÉTÉ" }, func(r row) bool { return r.tag == "Été" }},
			"verdict":   {func(q *store.WallQuery) { q.Verdicts = []string{"not-current"}; q.Reasons = []string{"revoked", "x"} }, func(r row) bool { return r.b.Verdict == "not-current" }},
			"members":   {func(q *store.WallQuery) { q.Filter = store.Members }, func(r row) bool { return r.b.Visibility == store.Members }},
			"language":  {func(q *store.WallQuery) { q.Language = "EN" }, func(r row) bool { return r.b.Language == "en" || r.b.Language == "en-GB" }},
			"year":      {func(q *store.WallQuery) { q.Year = noon.Year() }, func(r row) bool { return year(r.b) == noon.Year() }},
			"favourite": {func(q *store.WallQuery) { q.Favourite = true }, func(r row) bool { return r.favourite }},
			"self-made": {func(q *store.WallQuery) { q.SelfMade = true }, func(r row) bool { return r.b.SelfMade }},
			"endorsed":  {func(q *store.WallQuery) { q.Endorsed = true }, func(r row) bool { return r.b.Endorsed }},
			"search":    {func(q *store.WallQuery) { q.Search = "eco bad" }, func(r row) bool { return r.b.IssuerName == "École" }},
		}
		for one, a := range filters {
			for other, b := range filters {
				var want []string
				for _, r := range rows {
					if r.b.PersonID == ada.ID && a.in(r) && b.in(r) {
						want = append(want, r.b.Name)
					}
				}
				for _, sort := range []string{"name", "newest", "issued", "issuer", "expiring"} {
					q := store.WallQuery{Owner: ada.ID, Sort: sort, Limit: 7, Now: noon}
					a.set(&q)
					b.set(&q)
					got := walk(t, s, q)
					slices.Sort(got)
					if !slices.Equal(got, want) {
						t.Errorf("%s and %s by %s: %q, want %q", one, other, sort, got, want)
					}
				}
			}
		}
		f, err := s.Facets(ctx, ada.ID)
		must(t, err)
		if f.All != 54 || len(f.Issuers) != 2 || f.Issuers[0].Value != "École" || f.Visible[store.Link] == 0 || f.Languages["en-GB"] == 0 ||
			f.Years[fmt.Sprint(noon.Year())] == 0 || f.Favourite == 0 || f.SelfMade == 0 || f.Endorsed == 0 || len(f.Verdicts) != 2 || f.Attention == 0 {
			t.Errorf("facets: %+v", f)
		}
	})
}

func TestBadgesThatEndSoonComeFirstAndThoseThatHaveEndedLast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		for name, days := range map[string]int{"long ago": -900, "yesterday": -1, "tomorrow": 1, "next year": 365} {
			at := noon.AddDate(0, 0, days)
			badge(t, s, ada.ID, name, func(b *store.Badge) { b.ExpiresAt = &at })
		}
		badge(t, s, ada.ID, "never")
		for limit := 1; limit < 7; limit++ {
			got := walk(t, s, store.WallQuery{Owner: ada.ID, Sort: "expiring", Now: noon.Add(time.Hour), Limit: limit})
			if !slices.Equal(got[:3], []string{"tomorrow", "next year", "never"}) || len(got) != 5 {
				t.Errorf("by %d: %q", limit, got)
			}
		}
	})
}
