package web

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

var crowd = flag.Int("crowd", 1000, "of how many people with a thousand badges each the pages of walls are measured")

// BenchmarkWallPage asks for whole pages of walls over HTTP, as signed-in people, of a thousand people with a thousand
// badges each; each page is another's than the last, so that little of it lies ready. The median and the 95th of a
// hundred are told, from the question's first byte to the answer's last; the client is in the same process.
func BenchmarkWallPage(b *testing.B) {
	for kind, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.Open, "postgres": storetest.OpenPostgres} {
		b.Run(kind, func(b *testing.B) {
			town := newTown(b, open(b))
			members := town.crowd(b)
			next := map[*visitor]string{}
			for _, m := range members[:min(100, len(members))] {
				page := m.get("/badges")
				next[m], _ = page.find(b, ".more a").Attr("href")
				if page.status != http.StatusOK || next[m] == "" {
					b.Fatal(page.status, page.path)
				}
			}
			turn := 0
			for _, ask := range []struct{ name, path string }{
				{"nothing", "/livez"}, // what the machine and the client take of each figure
				{"first page", "/badges"},
				{"next by key", ""},
				{"list", "/badges?view=list"},
				{"timeline", "/badges?view=timeline"},
				{"sort name", "/badges?sort=name"},
				{"sort end", "/badges?sort=expiring"},
				{"issuer", "/badges?issuer=House+of+learning+7"},
				{"tag", "/badges?tag=craft+3"},
				{"state", "/badges?state=expired"},
				{"favourites", "/badges?favourite=yes&sort=issued"},
				{"search", "/badges?q=weav+17"},
				{"search all", "/badges?q=learn"},
				{"search none", "/badges?q=xyz"},
				{"everything", "/badges?q=weav&issuer=House+of+learning+7&show=private&lang=en&sort=name"},
			} {
				measured(b, ask.name, func() {
					turn = (turn + 1) % len(members)
					m, path := members[turn], ask.path
					if path == "" {
						m = members[turn%len(next)]
						path = next[m]
					}
					if page := m.get(path); page.status != http.StatusOK || page.path != path {
						b.Fatal(page.status, page.path)
					}
				})
			}
		})
	}
}

// crowd is a house full of people with a thousand badges each, all of them signed in.
func (town *town) crowd(b *testing.B) (members []*visitor) {
	b.Helper()
	var people []string
	for i := range *crowd {
		p := store.Person{Handle: fmt.Sprint("p", i), Name: fmt.Sprint("Person ", i), Language: "en", Theme: "auto", Role: "member"}
		must(b, town.store.CreatePerson(b.Context(), &p))
		people, members = append(people, p.ID), append(members, town.admitted(b, p))
	}
	began := time.Now()
	storetest.Crowd(b, town.store, people, 1000)
	b.Logf("%d badges in %s", *crowd*1000, time.Since(began).Round(time.Second))
	return members
}

// admitted is a visitor with a person's session, past the door.
func (town *town) admitted(b *testing.B, p store.Person) *visitor {
	b.Helper()
	sessions := town.site.sessions
	ctx, err := sessions.Load(b.Context(), "")
	must(b, err)
	sessions.Put(ctx, sessionPerson, p.ID)
	sessions.Put(ctx, sessionPassword, printOf(p))
	token, _, err := sessions.Commit(ctx)
	must(b, err)
	v := town.visitor()
	v.person = p
	house, err := url.Parse(town.server.URL)
	must(b, err)
	v.client.Jar.SetCookies(house, []*http.Cookie{{Name: sessions.Cookie.Name, Value: token, Path: "/"}})
	return v
}

// measured tells the median and the 95th of the times that something takes.
func measured(b *testing.B, name string, do func()) {
	b.Helper()
	b.Run(name, func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			began := time.Now()
			do()
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	})
}
