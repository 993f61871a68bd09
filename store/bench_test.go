package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func both(b *testing.B, run func(b *testing.B, s *store.Store)) {
	b.Run("sqlite", func(b *testing.B) { run(b, storetest.Open(b)) })
	b.Run("postgres", func(b *testing.B) { run(b, storetest.OpenPostgres(b)) })
}

func BenchmarkPerson(b *testing.B) {
	both(b, func(b *testing.B, s *store.Store) {
		p := person(b, s, "ada")
		for b.Loop() {
			_, err := s.Person(ctx, p.ID)
			must(b, err)
		}
	})
}

func BenchmarkWallOfThirty(b *testing.B) {
	both(b, func(b *testing.B, s *store.Store) {
		p := person(b, s, "ada")
		must(b, s.Tx(ctx, func(tx *store.Store) error {
			for i := range 1000 {
				badge(b, tx, p.ID, fmt.Sprint(i), func(b *store.Badge) { b.Document = make([]byte, 20_000) })
			}
			return nil
		}))
		for b.Loop() {
			_, _, err := s.Wall(ctx, store.WallQuery{Owner: p.ID})
			must(b, err)
		}
	})
}

func BenchmarkJobFromEndToEnd(b *testing.B) {
	both(b, func(b *testing.B, s *store.Store) {
		for b.Loop() {
			job(b, s, "x")
			j, err := s.Lease(ctx, letters, noon, time.Minute)
			must(b, err)
			must(b, s.Finish(ctx, j.ID, noon))
		}
	})
}
