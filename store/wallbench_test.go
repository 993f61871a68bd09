package store_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

var crowd = flag.Int("crowd", 1000, "of how many people with a thousand badges each the walls are measured")

// BenchmarkWallAmongAMillion asks all that a wall asks, of a thousand people with a thousand badges each, whose rows lie
// scattered. Each question is asked of people at random; the median and the 95th of a hundred are told.
func BenchmarkWallAmongAMillion(b *testing.B) {
	both(b, func(b *testing.B, s *store.Store) {
		var people []string
		for i := range *crowd {
			people = append(people, person(b, s, fmt.Sprint("p", i)).ID)
		}
		began := time.Now()
		storetest.Crowd(b, s, people, 1000)
		b.Logf("%d badges in %s", *crowd*1000, time.Since(began).Round(time.Second))
		deep := map[string]string{}
		for _, owner := range people[:min(10, len(people))] {
			for _, sort := range []string{"", "issued"} {
				deep[owner+sort] = deepIn(b, s, store.WallQuery{Owner: owner, Sort: sort})
			}
		}
		for name, q := range map[string]store.WallQuery{
			"first page":  {},
			"deep page":   {},
			"by issued":   {Sort: "issued"},
			"deep issued": {Sort: "issued"},
			"by name":     {Sort: "name"},
			"by issuer":   {Sort: "issuer"},
			"by end":      {Sort: "expiring"},
			"search":      {Search: "weav 17"},
			"search all":  {Search: "learn"},
			"search none": {Search: "xyz"},
			"search tag":  {Search: "craf"},
			"issuer":      {Issuer: "House of learning 7"},
			"tag":         {Tag: "craft 3"},
			"state":       {Verdicts: []string{"not-current"}, Reasons: []string{"expired"}},
			"visibility":  {Filter: store.Members},
			"year":        {Year: 2019, Sort: "issued"},
			"language":    {Language: "fr"},
			"favourites":  {Favourite: true},
			"self-made":   {SelfMade: true},
			"endorsed":    {Endorsed: true, Sort: "name"},
			"everything":  {Search: "weav", Issuer: "House of learning 7", Filter: store.Private, Language: "en", Sort: "name"},
		} {
			q.Limit = 24
			measured(b, name, func() {
				q := q
				q.Owner = people[rand.IntN(len(people))] //nolint:gosec // whose wall is asked for decides nothing
				if name == "deep page" || name == "deep issued" {
					q.Owner = people[rand.IntN(min(10, len(people)))] //nolint:gosec // as above
					q.After = deep[q.Owner+q.Sort]
				}
				_, _, err := s.Wall(ctx, q)
				must(b, err)
			})
		}
		for name, ask := range map[string]func(owner string) error{
			"count found":  func(o string) error { _, err := s.Found(ctx, store.WallQuery{Owner: o, Search: "weav"}); return err },
			"count all":    func(o string) error { _, err := s.Found(ctx, store.WallQuery{Owner: o}); return err },
			"facets":       func(o string) error { _, err := s.Facets(ctx, o); return err },
			"tags":         func(o string) error { _, err := s.Tags(ctx, o); return err },
			"wall counts":  func(o string) error { _, _, _, _, _, err := s.WallCounts(ctx, o); return err },
			"ids of all":   func(o string) error { _, err := s.FoundIDs(ctx, store.WallQuery{Owner: o}, 10_000); return err },
			"shown counts": func(o string) error { _, err := s.ShownCounts(ctx, o); return err },
		} {
			measured(b, name, func() { must(b, ask(people[rand.IntN(len(people))])) }) //nolint:gosec // as above
		}
	})
}

// deepIn is the place after six hundred badges of somebody's wall.
func deepIn(b *testing.B, s *store.Store, q store.WallQuery) string {
	b.Helper()
	q.Limit = 200
	for range 3 {
		_, next, err := s.Wall(ctx, q)
		must(b, err)
		q.After = next
	}
	return q.After
}

// measured tells the median and the 95th of a hundred times that something takes.
func measured(b *testing.B, name string, do func()) {
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
