package store_test

import (
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestACodeAndARecoveryCodeAreSpentOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		_, err := s.SecondFactor(ctx, ada.ID)
		wants(t, err, store.ErrNotFound)
		must(t, s.KeepSecondFactor(ctx, &store.SecondFactor{PersonID: ada.ID, CreatedAt: noon}))
		wants(t, s.SpendStep(ctx, ada.ID, 7), store.ErrNotFound) // there is no app
		must(t, s.KeepSecondFactor(ctx, &store.SecondFactor{PersonID: ada.ID, AppSecret: []byte("sealed"), AppAt: &noon}))
		kept, err := s.SecondFactor(ctx, ada.ID)
		must(t, err)
		if string(kept.AppSecret) != "sealed" || !kept.AppAt.Equal(noon) || !kept.CreatedAt.Equal(noon) {
			t.Errorf("kept %+v", kept)
		}
		other := storetest.Beside(t, s)
		both := []*store.Store{s, other}
		ends := together(20, func(i int) error { return both[i%2].SpendStep(ctx, ada.ID, 7) })
		if ends[nil] != 1 || ends[store.ErrNotFound] != 19 {
			t.Errorf("a step: %v", ends)
		}
		wants(t, s.SpendStep(ctx, ada.ID, 6), store.ErrNotFound)
		must(t, s.ReplaceRecoveryCodes(ctx, ada.ID, []string{"a", "b"}))
		must(t, s.ReplaceRecoveryCodes(ctx, ada.ID, []string{"c", "d", "e"}))
		codes, err := s.RecoveryCodes(ctx, ada.ID)
		must(t, err)
		if len(codes) != 3 || !strings.Contains("cde", codes[0].Hash) {
			t.Fatalf("codes: %+v", codes)
		}
		wants(t, s.UseRecoveryCode(ctx, bob.ID, codes[0].ID, noon), store.ErrNotFound)
		ends = together(20, func(i int) error { return both[i%2].UseRecoveryCode(ctx, ada.ID, codes[0].ID, noon) })
		if ends[nil] != 1 || ends[store.ErrNotFound] != 19 {
			t.Errorf("a recovery code: %v", ends)
		}
		must(t, s.DropSecondFactor(ctx, ada.ID))
		if codes, err = s.RecoveryCodes(ctx, ada.ID); err != nil || len(codes) != 0 {
			t.Errorf("codes outlive their factor: %v %v", codes, err)
		}
		wants(t, s.DropSecondFactor(ctx, ada.ID), store.ErrNotFound)
	})
}
