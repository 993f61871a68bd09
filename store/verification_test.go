package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestVerificationsAreAHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		b, other := badge(t, s, ada.ID, "one"), badge(t, s, ada.ID, "two")
		_, err := s.LatestVerification(ctx, b.ID)
		wants(t, err, store.ErrNotFound)
		var kept []store.Verification
		for i, verdict := range []string{"genuine", "unknown", "not-current"} {
			v := store.Verification{
				BadgeID: b.ID, Verdict: verdict, Standard: "3.0", Proof: "vc-jwt", Findings: []byte(`[{"check":"proof"}]`),
				At: noon.Add(time.Duration(i) * time.Hour),
			}
			if i == 1 {
				v.Badge, v.Web = []byte(`{"Name":"Weaver"}`), []byte{0x1f, 0x8b, 0}
			}
			must(t, s.AddVerification(ctx, &v))
			kept = append([]store.Verification{v}, kept...)
		}
		must(t, s.AddVerification(ctx, &store.Verification{BadgeID: other.ID, Verdict: "genuine", Findings: []byte("[]"), At: noon.AddDate(1, 0, 0)}))
		latest, err := s.LatestVerification(ctx, b.ID)
		must(t, err)
		if !reflect.DeepEqual(latest, kept[0]) {
			t.Errorf("latest: %+v, want %+v", latest, kept[0])
		}
		for _, limit := range []int{1, 2, 10} {
			all, err := s.Verifications(ctx, b.ID, limit)
			must(t, err)
			for i, one := range all {
				web, err := s.VerificationWeb(ctx, b.ID, one.ID)
				must(t, err)
				said, err := s.VerificationBadge(ctx, b.ID, one.ID)
				must(t, err)
				all[i].Web, all[i].Badge = web, said
				if one.Web != nil || one.Badge != nil {
					t.Error("a list carries the webs or the badges")
				}
			}
			if !reflect.DeepEqual(all, kept[:min(limit, 3)]) {
				t.Errorf("limit %d: %+v", limit, all)
			}
		}
		_, err = s.VerificationWeb(ctx, other.ID, kept[0].ID)
		wants(t, err, store.ErrNotFound)
		_, err = s.VerificationBadge(ctx, other.ID, kept[0].ID)
		wants(t, err, store.ErrNotFound)
		kept[0].Verdict, kept[0].Web, kept[0].At = "genuine", []byte{1}, noon.AddDate(0, 1, 0)
		must(t, s.UpdateVerification(ctx, &kept[0]))
		if latest, err = s.LatestVerification(ctx, b.ID); err != nil || !reflect.DeepEqual(latest, kept[0]) {
			t.Errorf("renewed: %+v %v, want %+v", latest, err, kept[0])
		}
		wants(t, s.UpdateVerification(ctx, &store.Verification{ID: store.NewID(), Verdict: "genuine", Findings: []byte("[]")}), store.ErrNotFound)
		orphan := store.Verification{BadgeID: store.NewID(), Verdict: "genuine", Findings: []byte("[]")}
		if err := s.AddVerification(ctx, &orphan); err == nil {
			t.Error("a verification of no badge is kept")
		}
	})
}
