package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestTheAuditIsReadPageByPageEachPersonTheirOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		for i := range 5 {
			must(t, s.Audit(ctx, store.AuditEntry{PersonID: &ada.ID, ActorID: &bob.ID, What: "signed-in", Detail: fmt.Sprint(i), At: noon.Add(time.Duration(i/2) * time.Hour)}))
		}
		must(t, s.Audit(ctx, store.AuditEntry{What: "swept", At: noon}))
		seen, after := "", ""
		for {
			page, next, err := s.AuditOf(ctx, ada.ID, after, 2)
			must(t, err)
			for _, e := range page {
				seen += e.Detail
			}
			if after = next; next == "" {
				break
			}
		}
		if len(seen) != 5 || seen[:1] != "4" || seen[3] > '1' || seen[4] > '1' {
			t.Errorf("read in the order %s", seen)
		}
		all, _, err := s.AuditAll(ctx, "", 10)
		must(t, err)
		if len(all) != 6 {
			t.Errorf("%d entries in all", len(all))
		}
		for _, after := range []string{"x", "eyJvIjoibmFtZSIsInAiOiJ4IiwiaSI6InkifQ"} {
			if _, _, err := s.AuditOf(ctx, ada.ID, after, 2); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the cursor %s: %v", after, err)
			}
		}
	})
}
