package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func names(badges []store.Badge) []string {
	var all []string
	for _, b := range badges {
		all = append(all, b.Name)
	}
	return all
}

// walk turns pages until the last.
func walk(t testing.TB, s *store.Store, q store.WallQuery) []string {
	t.Helper()
	var all []string
	for pages := 0; ; pages++ {
		page, next, err := s.Wall(ctx, q)
		must(t, err)
		if len(page) > q.Limit || pages > 100 {
			t.Fatalf("page %d has %d badges", pages, len(page))
		}
		all = append(all, names(page)...)
		if next == "" {
			return all
		}
		q.After = next
	}
}

func TestWallIsSortedAsPeopleRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		badge(t, s, bob.ID, "not hers")
		for i, name := range []string{"Zèbre", "école", "Éclair", "eclipse", "ÉCOLE 2", "Ärger", "10", " space"} {
			badge(t, s, ada.ID, name, func(b *store.Badge) {
				b.CreatedAt = noon.Add(time.Duration(i/2) * time.Second) // two at each time: the id decides
				b.IssuerName = []string{"Ö", "a", "É", "b"}[i%4]
			})
		}
		for sort, want := range map[string][]string{
			"newest": nil,
			"name":   {"10", "Ärger", "Éclair", "eclipse", "école", "ÉCOLE 2", " space", "Zèbre"},
			"issuer": nil,
		} {
			whole := walk(t, s, store.WallQuery{Owner: ada.ID, Sort: sort, Limit: 200})
			if len(whole) != 8 || want != nil && !slices.Equal(whole, want) {
				t.Errorf("%s: %q", sort, whole)
			}
			for limit := 1; limit < 9; limit++ {
				if got := walk(t, s, store.WallQuery{Owner: ada.ID, Sort: sort, Limit: limit}); !slices.Equal(got, whole) {
					t.Errorf("%s by %d: %q, want %q", sort, limit, got, whole)
				}
			}
		}
		newest := walk(t, s, store.WallQuery{Owner: ada.ID, Limit: 3})
		if !slices.Contains(newest[:2], " space") || !slices.Contains(newest[6:], "Zèbre") {
			t.Errorf("newest: %q", newest)
		}
	})
}

func TestWallShowsAndCountsWhatIsAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		put := func(name, state, visibility, verdict string) store.Badge {
			return badge(t, s, ada.ID, name, func(b *store.Badge) { b.State, b.Visibility, b.Verdict = state, visibility, verdict })
		}
		put("a", "accepted", "private", "genuine")
		put("b", "accepted", "members", "genuine")
		put("c", "accepted", "public", "genuine")
		put("d", "accepted", "public", "not-current")
		put("e", "accepted", "private", "")
		put("f", "pending", "private", "genuine")
		put("g", "refused", "private", "genuine")
		gone := put("h", "accepted", "public", "contradicted")
		must(t, s.DeleteBadge(ctx, ada.ID, gone.ID, noon))

		for _, c := range []struct {
			state, filter string
			want          []string
		}{
			{"", "", []string{"a", "b", "c", "d", "e"}},
			{"accepted", "all", []string{"a", "b", "c", "d", "e"}},
			{"accepted", "private", []string{"a", "e"}},
			{"accepted", "public", []string{"c", "d"}},
			{"accepted", "attention", []string{"d", "e"}},
			{"pending", "", []string{"f"}},
			{"refused", "", []string{"g"}},
		} {
			got := walk(t, s, store.WallQuery{Owner: ada.ID, State: c.state, Filter: c.filter, Sort: "name", Limit: 2})
			if !slices.Equal(got, c.want) {
				t.Errorf("%q %q: %q, want %q", c.state, c.filter, got, c.want)
			}
		}
		all, private, public, attention, deleted, err := s.WallCounts(ctx, ada.ID)
		if err != nil || [5]int{all, private, public, attention, deleted} != [5]int{5, 2, 2, 2, 1} {
			t.Errorf("counts: %d %d %d %d %d, %v", all, private, public, attention, deleted, err)
		}
		all, _, _, _, deleted, err = s.WallCounts(ctx, store.NewID())
		if err != nil || all != 0 || deleted != 0 {
			t.Errorf("nobody's counts: %d %d, %v", all, deleted, err)
		}
	})
}

func TestShownBadgesAreAcceptedAndOfTheVisibilitiesAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		for i, visibility := range []string{"private", "members", "public", "public", "public"} {
			badge(t, s, ada.ID, fmt.Sprint(visibility, i), func(b *store.Badge) {
				b.Visibility, b.CreatedAt = visibility, noon.Add(time.Duration(i)*time.Hour)
				if i == 4 {
					b.State = "pending"
				}
			})
		}
		first, next, err := s.ShownBadges(ctx, ada.ID, []string{"public", "members"}, "", 2)
		must(t, err)
		second, end, err := s.ShownBadges(ctx, ada.ID, []string{"public", "members"}, next, 2)
		must(t, err)
		if got := append(names(first), names(second)...); !slices.Equal(got, []string{"public3", "public2", "members1"}) || end != "" {
			t.Errorf("shown: %q, then %q", got, end)
		}
		if none, _, err := s.ShownBadges(ctx, ada.ID, nil, "", 2); err != nil || len(none) != 0 {
			t.Errorf("shown with no visibility: %v, %v", none, err)
		}
	})
}

func TestWallStaysWholeWhileBadgesComeAndGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		for i := range 6 {
			badge(t, s, ada.ID, fmt.Sprint(i), func(b *store.Badge) { b.CreatedAt = noon.Add(time.Duration(i) * time.Hour) })
		}
		first, next, err := s.Wall(ctx, store.WallQuery{Owner: ada.ID, Limit: 3})
		must(t, err)
		must(t, s.DeleteBadge(ctx, ada.ID, first[2].ID, noon)) // the very badge the cursor stands on
		badge(t, s, ada.ID, "new", func(b *store.Badge) { b.CreatedAt = noon.Add(time.Hour * 24) })
		second, _, err := s.Wall(ctx, store.WallQuery{Owner: ada.ID, Limit: 3, After: next})
		must(t, err)
		if got := names(second); !slices.Equal(got, []string{"2", "1", "0"}) {
			t.Errorf("second page: %q", got)
		}
	})
}

func TestCursorThatIsNoneIsNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		badge(t, s, ada.ID, "a")
		badge(t, s, ada.ID, "b")
		_, byName, err := s.Wall(ctx, store.WallQuery{Owner: ada.ID, Sort: "name", Limit: 1})
		must(t, err)
		for _, after := range []string{"x", "====", "e30", "bnVsbA", byName, byName + "A", "\x00"} {
			if _, _, err := s.Wall(ctx, store.WallQuery{Owner: ada.ID, After: after}); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%q: %v", after, err)
			}
		}
	})
}

func TestSortKeyReadsLikeAnAlphabet(t *testing.T) {
	for name, want := range map[string]string{
		" École ": "ecole", "ÅNGSTRÖM": "angstrom", "ﬁn": "fin", "İ": "i", "": "", "日本": "日本",
	} {
		if got := store.SortKey(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestShownCountsAreOfWhatWasAcceptedAndIsThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		for i, row := range []struct {
			owner, state, visibility string
			deleted                  bool
		}{
			{ada.ID, store.Accepted, store.Public, false},
			{ada.ID, store.Accepted, store.Public, false},
			{ada.ID, store.Accepted, store.Members, false},
			{ada.ID, store.Accepted, store.Private, false},
			{ada.ID, store.Accepted, store.Public, true},
			{ada.ID, store.Pending, store.Public, false},
			{ada.ID, store.Refused, store.Public, false},
			{bob.ID, store.Accepted, store.Public, false},
		} {
			b := store.Badge{PersonID: row.owner, CredentialKey: fmt.Sprint(i), State: row.state, Visibility: row.visibility, Document: []byte("{}"), CreatedAt: noon}
			must(t, s.CreateBadge(ctx, &b))
			if row.deleted {
				must(t, s.DeleteBadge(ctx, row.owner, b.ID, noon))
			}
		}
		got, err := s.ShownCounts(ctx, ada.ID)
		must(t, err)
		if want := map[string]int{store.Public: 2, store.Members: 1, store.Private: 1}; !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if got, err := s.ShownCounts(ctx, store.NewID()); err != nil || len(got) != 0 {
			t.Errorf("nobody has %v, %v", got, err)
		}
	})
}
