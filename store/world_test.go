package store_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestRecordedWebAnswersAsRecorded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		any := func(want bool) {
			t.Helper()
			if got := len(storetest.Ask(t, s, "SELECT url FROM recorded_pages LIMIT 1")) > 0; got != want {
				t.Errorf("any: %v", got)
			}
		}
		any(false)
		must(t, s.KeepPages(ctx, nil))
		var pages []store.RecordedPage
		for i := range 1200 {
			pages = append(pages, store.RecordedPage{URL: fmt.Sprint("https://x.example/", i), Status: 200, ContentType: "text/plain", Body: []byte{0, byte(i)}})
		}
		pages = append(pages, store.RecordedPage{URL: "https://x.example/1", Status: 410})
		must(t, s.KeepPages(ctx, pages))
		any(true)
		for url, want := range map[string]store.RecordedPage{
			"https://x.example/1199": pages[1199],
			"https://x.example/1":    {URL: "https://x.example/1", Status: 410, Body: []byte{}},
		} {
			if got, err := s.RecordedPage(ctx, url); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %+v, %v", url, got, err)
			}
		}
		changed := store.RecordedPage{URL: "https://x.example/2", Status: 500, ContentType: "text/html", Body: []byte("no")}
		must(t, s.KeepPages(ctx, []store.RecordedPage{changed}))
		if got, err := s.RecordedPage(ctx, changed.URL); err != nil || !reflect.DeepEqual(got, changed) {
			t.Errorf("changed: %+v, %v", got, err)
		}
		_, err := s.RecordedPage(ctx, "https://x.example/")
		wants(t, err, store.ErrNotFound)
	})
}
