package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
)

const (
	killedItems   = 80
	killedAtMost  = 12
	killedNothing = 30 // restarts after which a child must have come to the end
	spared        = 3  // beginnings of an item after which it is let through: two more, and Carnet rightly takes it for the killer
)

// TestAnImportSurvivesBeingKilled has another process bring badges in, kills it hard at any moment, and has it go on, until
// it is through: every badge was added once, none was lost, and none is said to have been there before.
func TestAnImportSurvivesBeingKilled(t *testing.T) {
	folder, id := os.Getenv("CARNET_TEST_IMPORT_DATA"), os.Getenv("CARNET_TEST_IMPORT")
	if folder != "" {
		h := houseIn(t, folder)
		defer h.close()
		ok(t, h.goesOn(t, id))
		return
	}
	folder = t.TempDir()
	h := houseIn(t, folder)
	p := h.joins(t, "Amina Diallo", "amina@savoirs.example")
	i, err := h.backpack.BeginImport(t.Context(), p.ID)
	ok(t, err)
	for n := range killedItems {
		content := badgeFor(t, "amina@savoirs.example", fmt.Sprint("Gardener ", n))
		ok(t, h.backpack.AddItem(t.Context(), &i, parcel.Find{Name: fmt.Sprint(n, ".json"), Data: content, Size: int64(len(content))}))
	}
	ok(t, h.backpack.StartImport(t.Context(), i, 0))
	defer h.close()

	killed := 0
	for lead := 50; ; lead += 30 {
		child := exec.Command(os.Args[0], "-test.run=^TestAnImportSurvivesBeingKilled$") //nolint:gosec // this very test
		child.Env = append(os.Environ(), "CARNET_TEST_IMPORT_DATA="+folder, "CARNET_TEST_IMPORT="+i.ID)
		ok(t, child.Start())
		if killed < killedAtMost {
			time.Sleep(time.Duration(lead+rand.IntN(200)) * time.Millisecond)
			for wait := 0; wait < 1000 && h.mostBegun(t, i.ID) >= spared; wait++ {
				time.Sleep(10 * time.Millisecond)
			}
			_ = child.Process.Kill()
		}
		err := child.Wait()
		if err == nil {
			break
		}
		if killed++; killed > killedNothing {
			t.Fatalf("nobody killed it: %v", err)
		}
	}

	items, err := h.store.ImportItems(t.Context(), store.ItemsQuery{Import: i.ID, After: -1, Limit: killedItems})
	ok(t, err)
	twice := 0
	for _, item := range items {
		if item.State != store.ItemSettled || item.Result != backpack.Added || item.BlobKey != "" {
			t.Errorf("%d: %+v", item.Position, item)
		}
		if item.Attempts > 1 {
			twice++
		}
	}
	n, err := h.store.CountHeld(t.Context(), p.ID)
	ok(t, err)
	done, err := h.store.AnyImport(t.Context(), i.ID)
	ok(t, err)
	if len(items) != killedItems || n != killedItems || done.State != store.ImportDone {
		t.Errorf("%d items, %d badges, the import is %s", len(items), n, done.State)
	}
	t.Logf("killed %d times, %d items begun more than once", killed, twice)
}

// mostBegun is how often the item of an import was begun that was begun most of those without an end.
func (h *house) mostBegun(t *testing.T, id string) (most int) {
	t.Helper()
	items, err := h.store.ImportItems(t.Context(), store.ItemsQuery{Import: id, After: -1, Limit: killedItems})
	ok(t, err)
	for _, item := range items {
		if item.State != store.ItemSettled {
			most = max(most, item.Attempts)
		}
	}
	return most
}

func houseIn(t *testing.T, folder string) *house {
	t.Helper()
	c, err := readConfig([]string{"CARNET_DATA=" + folder})
	ok(t, err)
	h, err := openHouse(t.Context(), c, slog.New(slog.NewTextHandler(io.Discard, nil)))
	ok(t, err)
	return h
}

// goesOn does the job of an import until it is through.
func (h *house) goesOn(t *testing.T, id string) error {
	t.Helper()
	for {
		err := h.backpack.ImportOn(t.Context(), []byte(`{"Import":"`+id+`"}`))
		var more *backpack.Unfinished
		if !errors.As(err, &more) {
			return err
		}
	}
}
