package store

import (
	"errors"
	"testing"
)

func FuzzCursor(f *testing.F) {
	f.Add(cursor{Order: "name", Place: "été", ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV"}.String())
	f.Add("")
	f.Add("bnVsbA")
	f.Add("eyJvIjoibmV3ZXN0IiwicCI6IjIwMjYiLCJpIjoiMSJ9")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := parseCursor(s)
		if err != nil {
			if !errors.Is(err, ErrNotFound) || c != (cursor{}) && c.ID != "" {
				t.Fatalf("%q: %+v, %v", s, c, err)
			}
			return
		}
		again, err := parseCursor(c.String())
		if err != nil || again != c {
			t.Fatalf("%q: %+v, then %+v, %v", s, c, again, err)
		}
	})
}
