package passport_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func wish(visibility string) passport.Wish {
	return passport.Wish{Title: "For work", Cover: store.CoverBadge, Layout: store.LayoutWall, Visibility: visibility}
}

func namesOf(badges []store.Placed) string {
	var all []string
	for _, b := range badges {
		all = append(all, b.Name)
	}
	return strings.Join(all, " ")
}

// TestCollectionWidensNoBadge: of each collection everybody sees those of its badges that they see anyway, if they see the
// collection at all; and by a link to it, those that are seen by link.
// ASVS: V8.2.2, V8.3.1
func TestCollectionWidensNoBadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder, member, blocked := person(t, s, "holder"), person(t, s, "member"), person(t, s, "blocked")
		if err := s.BlockPerson(t.Context(), holder.ID, blocked.ID, now); err != nil {
			t.Fatal(err)
		}
		office := passport.New(s)
		var ids []string
		for _, visibility := range visibilities {
			ids = append(ids, badge(t, s, holder, visibility, "accepted", visibility, false).ID)
		}
		trashed := badge(t, s, holder, "trashed", "accepted", "public", false)
		asked := 0
		for _, visibility := range visibilities {
			c, err := office.MakeCollection(t.Context(), holder.ID, wish(visibility), append(slices.Clone(ids), trashed.ID), now)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.DeleteBadge(t.Context(), holder.ID, trashed.ID, now); err != nil {
				t.Fatal(err)
			}
			for _, who := range []struct {
				name, sees string
				viewer     passport.Viewer
				in         []string // collections of which visibilities are there for them
			}{
				{"the holder", "private link members public", passport.Viewer{PersonID: holder.ID}, visibilities},
				{"a member", "members public", passport.Viewer{PersonID: member.ID}, []string{"members", "public"}},
				{"somebody blocked", "", passport.Viewer{PersonID: blocked.ID}, nil},
				{"anybody", "public", passport.Viewer{}, []string{"public"}},
			} {
				asked++
				got, err := office.Collection(t.Context(), who.viewer, c.ID)
				if may := err == nil; may != slices.Contains(who.in, visibility) || !may && !errors.Is(err, passport.ErrNotFound) {
					t.Errorf("%s collection: %s sees it: %v (%v)", visibility, who.name, may, err)
				}
				if err == nil && namesOf(got.Badges) != who.sees {
					t.Errorf("%s collection: %s sees %q", visibility, who.name, namesOf(got.Badges))
				}
				if err == nil && (got.Cover == nil || got.Cover.ID != got.Badges[0].ID || got.Person.PasswordHash != "") {
					t.Errorf("%s collection: %s is shown the cover %v", visibility, who.name, got.Cover)
				}
			}
			link := store.ShareLink{PersonID: holder.ID, CollectionID: &c.ID, Secret: strings.ToLower(store.NewID())}
			if err := s.CreateShareLink(t.Context(), &link); err != nil {
				t.Fatal(err)
			}
			for who, v := range map[string]passport.Viewer{"the holder": {PersonID: holder.ID}, "a member": {PersonID: member.ID}, "anybody": {}} {
				asked++
				shared, err := office.Shared(t.Context(), v, link.Secret, now)
				if may := err == nil; may != (visibility != "private") || !may && !errors.Is(err, passport.ErrEnded) {
					t.Errorf("link to a %s collection: %s sees it: %v (%v)", visibility, who, may, err)
				}
				if err == nil && namesOf(shared.Collection.Badges) != "link members public" {
					t.Errorf("link to a %s collection: %s sees %q", visibility, who, namesOf(shared.Collection.Badges))
				}
			}
			if _, err := office.Shared(t.Context(), passport.Viewer{PersonID: blocked.ID}, link.Secret, now); !errors.Is(err, passport.ErrEnded) {
				t.Errorf("link to a %s collection: somebody blocked: %v", visibility, err)
			}
			if err := office.DeleteCollection(t.Context(), holder.ID, c.ID, now); err != nil {
				t.Fatal(err)
			}
			if _, err := office.Collection(t.Context(), passport.Viewer{PersonID: member.ID}, c.ID); !errors.Is(err, passport.ErrNotFound) {
				t.Errorf("%s collection in the trash: %v", visibility, err)
			}
			if _, err := office.Shared(t.Context(), passport.Viewer{}, link.Secret, now); !errors.Is(err, passport.ErrEnded) {
				t.Errorf("link to a %s collection in the trash: %v", visibility, err)
			}
			if err := s.RestoreBadge(t.Context(), holder.ID, trashed.ID, now); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%d asked", asked)
	})
}

// addressed makes a badge out to one of its holder's addresses.
func addressed(t *testing.T, s *store.Store, holder store.Person, key, email string) string {
	t.Helper()
	var id *string
	if email != "" {
		a := store.Address{PersonID: holder.ID, Email: email, VerifiedAt: &now, CreatedAt: now}
		if err := s.AddAddress(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
		id = &a.ID
	}
	b := store.Badge{PersonID: holder.ID, CredentialKey: key, State: store.Accepted, Visibility: store.Public, Name: key, AddressID: id, Document: []byte("{}"), CreatedAt: now}
	if err := s.CreateBadge(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.ID
}

// TestHolderIsToldBeforeACollectionJoinsTheirAddresses, whatever deed it is that would show them together.
func TestHolderIsToldBeforeACollectionJoinsTheirAddresses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder := person(t, s, "holder")
		office := passport.New(s)
		work, home, none := addressed(t, s, holder, "work", "ada@work.example"), addressed(t, s, holder, "home", "ada@home.example"), addressed(t, s, holder, "none", "")
		tells := func(doing string, err error, want bool) {
			t.Helper()
			var j *passport.Joins
			if errors.As(err, &j) != want || err != nil && j == nil {
				t.Fatalf("%s: %v", doing, err)
			}
			if want && !slices.Equal(j.Addresses, []string{"ada@home.example", "ada@work.example"}) {
				t.Errorf("%s: %v", doing, j.Addresses)
			}
		}
		both := []string{work, home, none}
		_, err := office.MakeCollection(t.Context(), holder.ID, wish(store.Public), both, now)
		tells("make a public one", err, true)
		if all, err := s.Collections(t.Context(), holder.ID); err != nil || len(all) != 0 {
			t.Fatalf("it was made all the same: %v", err)
		}
		_, err = office.MakeCollection(t.Context(), holder.ID, wish(store.Public), []string{work, none}, now)
		tells("make one of one address", err, false)
		hidden, err := office.MakeCollection(t.Context(), holder.ID, wish(store.Private), both, now)
		tells("make a private one", err, false)
		tells("show it", office.SaveCollection(t.Context(), holder.ID, hidden.ID, wish(store.Members), now), true)
		_, err = office.MakeCollectionLink(t.Context(), holder.ID, hidden.ID, passport.NewLink{}, now)
		tells("make a link to it", err, true)
		knowing := wish(store.Members)
		knowing.Knowing = true
		tells("show it, knowing", office.SaveCollection(t.Context(), holder.ID, hidden.ID, knowing, now), false)
		tells("change what is shown", office.SaveCollection(t.Context(), holder.ID, hidden.ID, wish(store.Public), now), false)
		_, err = office.MakeCollectionLink(t.Context(), holder.ID, hidden.ID, passport.NewLink{}, now)
		tells("make a link to what is shown", err, false)
		alone, err := office.MakeCollection(t.Context(), holder.ID, wish(store.Link), []string{work}, now)
		tells("make one to add to", err, false)
		_, err = office.AddBadges(t.Context(), holder.ID, alone.ID, passport.Adding{Badges: []string{home}}, now)
		tells("add another", err, true)
		if n, err := office.AddBadges(t.Context(), holder.ID, alone.ID, passport.Adding{Badges: []string{home, work}, Knowing: true}, now); err != nil || n != 1 {
			t.Errorf("%d added: %v", n, err)
		}
	})
}

func TestBadgesOfACollectionMoveAndComeBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder, stranger := person(t, s, "holder"), person(t, s, "stranger")
		office := passport.New(s)
		ids := map[string]string{}
		var all []string
		for _, name := range []string{"a", "b", "c", "d"} {
			ids[name] = badge(t, s, holder, name, "accepted", "public", false).ID
			all = append(all, ids[name])
		}
		c, err := office.MakeCollection(t.Context(), holder.ID, wish(store.Public), all, now)
		if err != nil {
			t.Fatal(err)
		}
		is := func(doing, want string) {
			t.Helper()
			got, err := office.Collection(t.Context(), passport.Viewer{}, c.ID)
			if err != nil || namesOf(got.Badges) != want {
				t.Fatalf("%s: %q, want %q (%v)", doing, namesOf(got.Badges), want, err)
			}
		}
		move := func(name, where, want string) {
			t.Helper()
			if err := office.MoveBadge(t.Context(), holder.ID, c.ID, ids[name], where, now); err != nil {
				t.Fatal(err)
			}
			is(name+" "+where, want)
		}
		is("made", "a b c d")
		move("c", passport.Up, "a c b d")
		move("a", passport.Down, "c a b d")
		move("d", passport.First, "d c a b")
		move("d", passport.Up, "d c a b")
		move("d", passport.Last, "c a b d")
		move("d", "sideways", "c a b d")
		for _, deed := range []struct {
			name, want string
			do         func() error
		}{
			{"order", "b d c a", func() error {
				return office.OrderBadges(t.Context(), holder.ID, c.ID, []string{ids["b"], "none", ids["d"]}, now)
			}},
			{"remove", "b c a", func() error { return office.RemoveBadge(t.Context(), holder.ID, c.ID, ids["d"], now) }},
			{"move the rest", "a b c", func() error {
				return office.MoveBadge(t.Context(), holder.ID, c.ID, ids["a"], passport.First, now)
			}},
			{"put back", "a b c d", func() error {
				return office.PutBack(t.Context(), holder.ID, c.ID, passport.Adding{Badges: []string{ids["d"]}}, now)
			}},
			{"remove another", "a b d", func() error { return office.RemoveBadge(t.Context(), holder.ID, c.ID, ids["c"], now) }},
			{"add it again", "a b d c", func() error {
				_, err := office.AddBadges(t.Context(), holder.ID, c.ID, passport.Adding{Badges: []string{ids["c"]}}, now)
				return err
			}},
		} {
			if err := deed.do(); err != nil {
				t.Fatalf("%s: %v", deed.name, err)
			}
			is(deed.name, deed.want)
		}
		foreign := badge(t, s, stranger, "x", "accepted", "public", false)
		pending := badge(t, s, holder, "p", "pending", "private", false)
		for name, err := range map[string]error{
			"somebody else's collection": office.MoveBadge(t.Context(), stranger.ID, c.ID, ids["a"], passport.Up, now),
			"removing there":             office.RemoveBadge(t.Context(), stranger.ID, c.ID, ids["a"], now),
			"saying there":               office.Say(t.Context(), stranger.ID, c.ID, ids["a"], "x", now),
			"saving there":               office.SaveCollection(t.Context(), stranger.ID, c.ID, wish(store.Public), now),
			"somebody else's badge":      second(office.AddBadges(t.Context(), holder.ID, c.ID, passport.Adding{Badges: []string{foreign.ID}}, now)),
			"a badge that waits":         second(office.AddBadges(t.Context(), holder.ID, c.ID, passport.Adding{Badges: []string{pending.ID}}, now)),
			"moving what is not there":   office.MoveBadge(t.Context(), holder.ID, c.ID, foreign.ID, passport.Up, now),
		} {
			if !errors.Is(err, passport.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		is("nothing of that was done", "a b d c")
	})
}

func second(_ int, err error) error { return err }

func TestOnlyAskingRaisesWhatIsSeenOfBadges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder := person(t, s, "holder")
		office := passport.New(s)
		var ids []string
		for _, visibility := range visibilities {
			ids = append(ids, badge(t, s, holder, visibility, "accepted", visibility, false).ID)
		}
		c, err := office.MakeCollection(t.Context(), holder.ID, wish(store.Members), ids, now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := office.Collection(t.Context(), passport.Viewer{PersonID: holder.ID}, c.ID)
		if err != nil || got.Hidden != 2 {
			t.Fatalf("%d hidden: %v", got.Hidden, err)
		}
		n, err := office.RaiseBadges(t.Context(), holder.ID, c.ID, now)
		if err != nil || n != 2 {
			t.Fatalf("%d raised: %v", n, err)
		}
		for i, want := range []string{"members", "members", "members", "public"} {
			if b, err := s.Badge(t.Context(), holder.ID, ids[i]); err != nil || b.Visibility != want {
				t.Errorf("%s is seen by %s", b.Name, b.Visibility)
			}
		}
	})
}

func TestCollectionsHaveTheirLimits(t *testing.T) {
	s := storetest.Open(t)
	holder := person(t, s, "holder")
	office := passport.New(s)
	var ids []string
	for i := range passport.MostCollected + 1 {
		ids = append(ids, badge(t, s, holder, fmt.Sprint(i), "accepted", "public", false).ID)
	}
	if _, err := office.MakeCollection(t.Context(), holder.ID, wish(store.Public), ids, now); !errors.Is(err, passport.ErrFull) {
		t.Errorf("501 badges: %v", err)
	}
	for i := range passport.MostCollections + 1 {
		badges := ids[:1]
		if i == 0 {
			badges = ids[:passport.MostCollected]
		}
		c, err := office.MakeCollection(t.Context(), holder.ID, wish(store.Public), badges, now)
		if full := errors.Is(err, passport.ErrFull); full != (i == passport.MostCollections) || err != nil && !full {
			t.Fatalf("collection %d: %v", i, err)
		}
		if i > 0 {
			continue
		}
		if _, err := office.AddBadges(t.Context(), holder.ID, c.ID, passport.Adding{Badges: ids[500:]}, now); !errors.Is(err, passport.ErrFull) {
			t.Errorf("one badge more: %v", err)
		}
	}
	long := wish("friends")
	long.Title, long.Note = strings.Repeat("é", 121), strings.Repeat("é", 5001)
	_, err := office.MakeCollection(t.Context(), holder.ID, long, nil, now)
	if m := (passport.Mistakes{}); !errors.As(err, &m) || m["title"] != "too-long" || m["note"] != "too-long" || m["visibility"] != "unknown" {
		t.Errorf("mistakes: %v", err)
	}
}
