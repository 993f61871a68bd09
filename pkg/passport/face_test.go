package passport_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestPassportHasItsHoldersSectionsAndOfEachWhatTheViewerSees: in their order, and none that is empty for the viewer.
// ASVS: V8.2.2, V8.3.1
func TestPassportHasItsHoldersSectionsAndOfEachWhatTheViewerSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder, member := person(t, s, "holder"), person(t, s, "member")
		office := passport.New(s)
		var ids []string
		for _, visibility := range visibilities {
			ids = append(ids, badge(t, s, holder, visibility, "accepted", visibility, false).ID)
		}
		if err := s.SetFavourite(t.Context(), holder.ID, ids[2], true); err != nil { // the members' one
			t.Fatal(err)
		}
		shelves := map[string]string{}
		for _, visibility := range visibilities {
			w := wish(visibility)
			w.Title, w.InPassport = visibility, true
			c, err := office.MakeCollection(t.Context(), holder.ID, w, ids, now)
			if err != nil {
				t.Fatal(err)
			}
			shelves[visibility] = c.ID
		}
		is := func(doing string, v passport.Viewer, want string) {
			t.Helper()
			shown, err := office.Person(t.Context(), v, "holder", "")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, one := range shown.Sections {
				name := one.Name
				if one.Collection != nil {
					name = one.Collection.Title
				}
				for _, b := range one.Badges {
					name += "+" + b.Name
				}
				got = append(got, name)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %s, want %s", doing, strings.Join(got, " "), want)
			}
		}
		members := "about favourites+members members+members+public public+members+public badges"
		is("a member", passport.Viewer{PersonID: member.ID}, members)
		is("the holder sees it as members do", passport.Viewer{PersonID: holder.ID}, members)
		is("anybody", passport.Viewer{}, "about public+public badges")
		for _, move := range [][2]string{{passport.AllBadges, passport.First}, {shelves["public"], passport.Up}, {passport.About, passport.Last}} {
			if err := office.MoveSection(t.Context(), holder.ID, move[0], move[1], now); err != nil {
				t.Fatal(err)
			}
		}
		is("moved", passport.Viewer{PersonID: member.ID}, "badges favourites+members public+members+public members+members+public about")
		if err := office.ShowCollection(t.Context(), holder.ID, shelves["public"], "", now); err != nil {
			t.Fatal(err)
		}
		is("left out", passport.Viewer{}, "badges about")
		if err := office.ShowCollection(t.Context(), holder.ID, shelves["public"], "yes", now); err != nil {
			t.Fatal(err)
		}
		if err := office.SetLook(t.Context(), holder.ID, "moss"); err != nil {
			t.Fatal(err)
		}
		if shown, err := office.Person(t.Context(), passport.Viewer{}, "holder", ""); err != nil || shown.Look != "moss" {
			t.Errorf("it looks %s: %v", shown.Look, err)
		}
		if m := (passport.Mistakes{}); !errors.As(office.SetLook(t.Context(), holder.ID, "neon"), &m) {
			t.Error("a look that is none")
		}
		for name, err := range map[string]error{
			"no section":               office.MoveSection(t.Context(), holder.ID, "x", passport.Up, now),
			"somebody else's section":  office.MoveSection(t.Context(), member.ID, shelves["public"], passport.Up, now),
			"showing somebody else's":  office.ShowCollection(t.Context(), member.ID, shelves["public"], "yes", now),
			"leaving somebody's there": office.ShowCollection(t.Context(), member.ID, shelves["public"], "", now),
		} {
			if !errors.Is(err, passport.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
