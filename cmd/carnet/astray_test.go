package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/blob"
	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// shelf is a folder of files in which deleting can be cut off, as when the machine stops.
type shelf struct {
	*blob.Store
	root string
	cut  bool
}

var errStopped = errors.New("the machine has stopped")

func (s *shelf) Delete(ctx context.Context, key string) error {
	if s.cut {
		return errStopped
	}
	return s.Store.Delete(ctx, key)
}

// ages lets all files lie for so long.
func (s *shelf) ages(t *testing.T, by time.Duration) (files int) {
	t.Helper()
	then := time.Now().Add(-by)
	ok(t, filepath.WalkDir(s.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		return os.Chtimes(path, then, then)
	}))
	return files
}

// TestFilesThatNothingSpeaksOfAreSweptAway: what was to be deleted when the machine stopped, and what was written for a row
// that never came; what is used stays, and so does what may yet be spoken of.
func TestFilesThatNothingSpeaksOfAreSweptAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		root := t.TempDir()
		folder, err := blob.Folder(root)
		ok(t, err)
		files := &shelf{Store: folder, root: root}
		var ahead time.Duration
		d := &desk{store: s}
		d.Backpack = backpack.New(backpack.Options{Store: s, Files: files, Now: func() time.Time { return time.Now().Add(ahead) }})
		d.ada = store.Person{Handle: "ada", Name: "Ada", Language: "en", Theme: "auto", Role: "member"}
		ok(t, s.CreatePerson(t.Context(), &d.ada))
		sweeps := func() {
			t.Helper()
			for range 256 {
				ok(t, d.SweepFiles(t.Context()))
				ahead += backpack.SweepEvery
			}
			ahead = 0
		}
		never, err := files.Put(t.Context(), []byte("its row never came"))
		ok(t, err)
		files.ages(t, 72*time.Hour)
		sweeps()
		if _, err := files.Read(t.Context(), never); err != nil {
			t.Errorf("a database that speaks of no file had one swept away: %v", err)
		}

		i, err := d.BeginImport(t.Context(), d.ada.ID)
		ok(t, err)
		for _, text := range []string{"used", "was used"} {
			ok(t, d.AddItem(t.Context(), &i, parcel.Find{Name: text, Data: []byte(text), Size: int64(len(text))}))
		}
		items, err := s.WaitingItems(t.Context(), i.ID, 2)
		ok(t, err)
		files.cut = true
		now := time.Now().Add(-40 * 24 * time.Hour)
		items[1].State, items[1].Result, items[1].DoneAt = store.ItemSettled, backpack.Added, &now
		ok(t, s.UpdateImportItem(t.Context(), &items[1]))
		if err := d.PurgeImports(t.Context()); !errors.Is(err, errStopped) {
			t.Fatalf("purged without a fault: %v", err)
		}
		files.cut = false
		files.ages(t, 72*time.Hour)
		young, err := files.Put(t.Context(), []byte("its row may yet come"))
		ok(t, err)
		soon := time.Now().Add(256 * backpack.SweepEvery) // its day is not over when the last folder has its turn
		ok(t, os.Chtimes(filepath.Join(root, young[:2], young[2:4], young), soon, soon))
		sweeps()
		for key, want := range map[string]error{never: blob.ErrNotFound, items[1].BlobKey: blob.ErrNotFound, items[0].BlobKey: nil, young: nil} {
			if _, err := files.Read(t.Context(), key); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", key, err, want)
			}
		}
	})
}
