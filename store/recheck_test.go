package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func ids(badges []store.Badge) (all []string) {
	for _, b := range badges {
		all = append(all, b.ID)
	}
	return all
}

func disabled(t *testing.T, s *store.Store, handle string) store.Person {
	t.Helper()
	p := person(t, s, handle)
	p.DisabledAt = &p.CreatedAt
	must(t, s.UpdatePerson(ctx, &p))
	return p
}

func TestRecheckLeavesWhatIsPlannedAndDisabledAccountsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, gone := person(t, s, "ada"), disabled(t, s, "gone")
		old := noon.Add(-time.Hour)
		later := old.Add(time.Minute) // ids of one millisecond have no order
		checked := func(b *store.Badge) { b.CheckedAt = &old }
		first, second := badge(t, s, ada.ID, "1", checked), badge(t, s, ada.ID, "2", func(b *store.Badge) { b.CheckedAt = &later })
		badge(t, s, gone.ID, "3", checked)
		badge(t, s, gone.ID, "4")
		wantsDue := func(want ...string) {
			t.Helper()
			due, err := s.RecheckDue(ctx, noon, 10)
			must(t, err)
			if got := ids(due); !slices.Equal(got, want) {
				t.Errorf("due %q, want %q", got, want)
			}
		}
		wantsDue(first.ID, second.ID)
		key := store.RecheckKey(first.ID)
		must(t, s.Enqueue(ctx, store.Job{Kind: store.RecheckJob, UniqueKey: &key, RunAt: noon}))
		wantsDue(second.ID)
		j, err := s.Lease(ctx, []string{store.RecheckJob}, noon, time.Minute)
		must(t, err)
		wantsDue(second.ID)
		must(t, s.Finish(ctx, j.ID, noon))
		wantsDue(first.ID, second.ID)
	})
}

func TestEndingSoonIsAskedOncePerEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, gone := person(t, s, "ada"), disabled(t, s, "gone")
		ends := func(days int, verdict string) func(*store.Badge) {
			at := noon.AddDate(0, 0, days)
			return func(b *store.Badge) { b.ExpiresAt, b.Verdict = &at, verdict }
		}
		later, soon := badge(t, s, ada.ID, "20", ends(20, "genuine")), badge(t, s, ada.ID, "10", ends(10, "genuine"))
		badge(t, s, ada.ID, "40", ends(40, "genuine"))
		badge(t, s, ada.ID, "past", ends(-1, "genuine"))
		badge(t, s, ada.ID, "revoked", ends(5, "not-current"))
		badge(t, s, ada.ID, "endless")
		badge(t, s, gone.ID, "gone", ends(5, "genuine"))
		for i, want := range [][]string{{soon.ID, later.ID}, {later.ID}} {
			found, err := s.EndingSoon(ctx, noon, noon.AddDate(0, 0, 30), 10)
			must(t, err)
			if got := ids(found); !slices.Equal(got, want) {
				t.Errorf("round %d: %q, want %q", i, got, want)
			}
			for range 2 {
				must(t, s.AddNews(ctx, &store.News{PersonID: ada.ID, BadgeID: soon.ID, What: "ends", About: found[0].ExpiresAt, At: noon}))
			}
		}
	})
}

func TestNewsAreToldOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		kept, trashed := badge(t, s, ada.ID, "Weaver"), badge(t, s, ada.ID, "trashed")
		for i, id := range []string{kept.ID, trashed.ID, kept.ID} {
			must(t, s.AddNews(ctx, &store.News{PersonID: ada.ID, BadgeID: id, What: "revoked", Why: fmt.Sprint(i), At: noon.Add(time.Duration(i) * time.Hour)}))
		}
		must(t, s.DeleteBadge(ctx, ada.ID, trashed.ID, noon))
		untold := func(who string) (whys string) {
			t.Helper()
			news, err := s.UntoldNews(ctx, who)
			must(t, err)
			for _, n := range news {
				whys += n.Why + n.Name
			}
			return whys
		}
		if got := untold(ada.ID); got != "0Weaver2Weaver" || untold(bob.ID) != "" {
			t.Errorf("untold %q and %q", got, untold(bob.ID))
		}
		if last, err := s.LastTold(ctx, ada.ID); err != nil || !last.IsZero() {
			t.Errorf("told at %v %v", last, err)
		}
		at := noon.Add(5 * time.Hour)
		must(t, s.TellNews(ctx, ada.ID, at))
		if last, err := s.LastTold(ctx, ada.ID); err != nil || !last.Equal(at) || untold(ada.ID) != "" {
			t.Errorf("told at %v %v, untold %q", last, err, untold(ada.ID))
		}
		if news, err := s.RecentNews(ctx, ada.ID, noon.Add(time.Hour), 5); err != nil || len(news) != 1 || news[0].Why != "2" || news[0].IssuerName != kept.IssuerName {
			t.Errorf("%+v %v", news, err)
		}
		must(t, s.PurgeNews(ctx, noon.Add(time.Hour)))
		if news, err := s.RecentNews(ctx, ada.ID, noon.Add(-time.Hour), 5); err != nil || len(news) != 1 {
			t.Errorf("%+v %v", news, err)
		}
	})
}

func TestAJobThatIsLetWaitHasLostNoAttempt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		job(t, s, "x")
		for i := range 3 {
			at := noon.Add(time.Duration(i) * time.Minute)
			j := lease(t, s, at)
			if j == nil || j.Attempts != 1 {
				t.Fatalf("round %d: %+v", i, j)
			}
			must(t, s.PutOff(ctx, j.ID, at.Add(time.Minute)))
			if j := lease(t, s, at); j != nil {
				t.Fatalf("leased too early: %+v", j)
			}
		}
		wants(t, s.PutOff(ctx, store.NewID(), noon), store.ErrNotFound)
	})
}
