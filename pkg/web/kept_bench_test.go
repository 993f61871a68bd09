package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
	"github.com/carnetbadges/carnet/views"
)

// BenchmarkPublicBadge asks for the page of a public badge as a visitor does: made anew each time, because while a store
// does not hear others nothing is kept, and from memory; and beside them by echo and templ alone, which ask no database, to
// compare with in one run.
func BenchmarkPublicBadge(b *testing.B) {
	for kind, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.Open, "postgres": storetest.OpenPostgres} {
		b.Run(kind, func(b *testing.B) {
			town := newTown(b, open(b))
			amina := town.member("Amina Diallo", "amina@savoirs.example")
			id := amina.bring("gardener.json", credential(b, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(b)
			amina.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})
			page := httptest.NewRequest(http.MethodGet, "/b/"+id, http.NoBody)
			packed := page.Clone(b.Context())
			packed.Header.Set("Accept-Encoding", "gzip")
			site := town.site.Handler()
			b.Run("made", func(b *testing.B) { askFor(b, site, page) })
			b.Run("made and packed", func(b *testing.B) { askFor(b, site, packed) })
			b.Run("bare", func(b *testing.B) { askFor(b, bare(b, town, id), page) })
			town.hears()
			b.Run("kept", func(b *testing.B) { askFor(b, site, page) })
			b.Run("kept packed", func(b *testing.B) { askFor(b, site, packed) })
		})
	}
}

// bare is echo and the templ page of a badge, with all it shows at hand.
func bare(b *testing.B, town *town, id string) http.Handler {
	e := echo.New()
	badge, holder, err := town.site.Passports.Badge(b.Context(), passport.Viewer{}, id)
	must(b, err)
	var shown templ.Component
	e.GET("/b/:id", func(c echo.Context) error {
		if shown == nil {
			page, err := town.site.badgePage(c, badge, holder)
			if err != nil {
				return err
			}
			shown = views.Badge(page)
		}
		return town.site.show(c, http.StatusOK, shown)
	})
	return town.site.sessions.LoadAndSave(e)
}

func askFor(b *testing.B, site http.Handler, page *http.Request) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, page)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
