package store_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestFormerDocumentsAreTheirBadgesTheLastReplacedFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		b, other := badge(t, s, ada.ID, "one"), badge(t, s, ada.ID, "two")
		var kept []store.FormerDocument
		for i := range 3 {
			f := store.FormerDocument{
				BadgeID: b.ID, DocumentType: "application/json", OriginalKey: fmt.Sprint("o", i), OriginalType: "image/png", PictureKey: "p",
				ReplacedAt: noon.Add(time.Duration(i) * time.Hour), Document: []byte{'{', 0, 0xff, byte(i)},
			}
			must(t, s.AddFormerDocument(ctx, &f))
			kept = append([]store.FormerDocument{f}, kept...)
		}
		all, err := s.FormerDocuments(ctx, b.ID, 2)
		must(t, err)
		if len(all) != 2 {
			t.Fatalf("%d former documents", len(all))
		}
		for i, one := range all {
			whole, err := s.FormerDocument(ctx, b.ID, one.ID)
			must(t, err)
			if one.Document != nil || !reflect.DeepEqual(whole, kept[i]) {
				t.Errorf("%+v, want %+v", whole, kept[i])
			}
		}
		_, err = s.FormerDocument(ctx, other.ID, kept[0].ID)
		wants(t, err, store.ErrNotFound)
		if err := s.AddFormerDocument(ctx, &store.FormerDocument{BadgeID: store.NewID(), Document: []byte("{}")}); err == nil {
			t.Error("a former document of no badge is kept")
		}
	})
}
