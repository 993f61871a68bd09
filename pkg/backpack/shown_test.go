package backpack

import (
	"sync"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestABadgeThatManyHaveCheckedIsCheckedOnce, also for whoever read before that it was not checked of late.
func TestABadgeThatManyHaveCheckedIsCheckedOnce(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	shown := []store.Badge{r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)}
	check := func() int {
		n, err := r.CheckShown(t.Context(), r.ada.ID, shown)
		if err != nil {
			t.Error(err)
		}
		return n
	}
	r.pass(2 * shownFresh)
	before := r.asked
	if check() != 1 {
		t.Fatal("it was not checked")
	}
	once := r.asked - before
	r.pass(2 * shownFresh)
	var waits sync.WaitGroup
	for range 20 {
		waits.Go(func() { check() })
	}
	waits.Wait()
	if again := r.asked - before - once; again != once || once == 0 {
		t.Errorf("%d questions for twenty, %d for one", again, once)
	}
	if check() != 0 {
		t.Error("checked again at once")
	}
}
