package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestCalendarHasOneSecretAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		first, second := strings.Repeat("a", 26), strings.Repeat("b", 26)
		if _, err := s.Calendar(ctx, ada.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("before it is switched on: %v", err)
		}
		must(t, s.SetCalendar(ctx, store.Calendar{PersonID: ada.ID, Secret: first, CreatedAt: noon}))
		if err := s.SetCalendar(ctx, store.Calendar{PersonID: bob.ID, Secret: first, CreatedAt: noon}); !errors.Is(err, store.ErrTaken) {
			t.Errorf("two people have the same: %v", err)
		}
		must(t, s.SetCalendar(ctx, store.Calendar{PersonID: ada.ID, Secret: second, CreatedAt: noon.Add(time.Hour)}))
		if _, err := s.CalendarBySecret(ctx, first); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the former secret still opens: %v", err)
		}
		if c, err := s.CalendarBySecret(ctx, second); err != nil || c.PersonID != ada.ID || !c.CreatedAt.Equal(noon.Add(time.Hour)) {
			t.Errorf("%+v %v", c, err)
		}
		for range 2 {
			must(t, s.DropCalendar(ctx, ada.ID))
		}
		if _, err := s.CalendarBySecret(ctx, second); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("switched off: %v", err)
		}
	})
}

func TestOnlyOnesOwnAcceptedBadgesEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		ends := func(owner, name string, at time.Time, alter func(*store.Badge)) {
			b := badge(t, s, owner, name)
			b.ExpiresAt, b.Name = &at, name
			if alter != nil {
				alter(&b)
			}
			must(t, s.UpdateBadge(ctx, &b))
		}
		ends(ada.ID, "later", noon.AddDate(1, 0, 0), nil)
		ends(ada.ID, "sooner", noon.Add(time.Second), func(b *store.Badge) { b.Visibility = store.Private })
		ends(ada.ID, "before", noon.Add(-time.Second), nil)
		ends(ada.ID, "waiting", noon.AddDate(0, 1, 0), func(b *store.Badge) { b.State = store.Pending })
		ends(ada.ID, "deleted", noon.AddDate(0, 1, 0), func(b *store.Badge) { b.DeletedAt = &noon })
		ends(bob.ID, "bob's", noon.AddDate(0, 1, 0), nil)
		badge(t, s, ada.ID, "never")
		found, err := s.BadgesEnding(ctx, ada.ID, noon)
		names := ""
		for _, b := range found {
			names += b.Name + " "
		}
		if err != nil || names != "sooner later " {
			t.Errorf("%q %v", names, err)
		}
	})
}
