package main

import (
	"context"
	"errors"
	"fmt"
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

// sweeper is a house with a folder of files, whose clock can be set ahead.
type sweeper struct {
	*desk
	files *shelf
	ahead time.Duration
}

func newSweeper(t *testing.T, s *store.Store, root string) *sweeper {
	t.Helper()
	folder, err := blob.Folder(root)
	ok(t, err)
	w := &sweeper{desk: &desk{store: s}, files: &shelf{Store: folder, root: root}}
	w.Backpack = backpack.New(backpack.Options{Store: s, Files: w.files, Now: func() time.Time { return time.Now().Add(w.ahead) }})
	w.ada = store.Person{Handle: "ada", Name: "Ada", Language: "en", Theme: "auto", Role: "member"}
	ok(t, s.CreatePerson(t.Context(), &w.ada))
	return w
}

// sweeps gives each folder its turn, and tells how many of them were refused.
func (w *sweeper) sweeps(t *testing.T) (refused int) {
	t.Helper()
	for range 256 {
		if err := w.SweepFiles(t.Context()); errors.Is(err, backpack.ErrAstray) {
			refused++
		} else {
			ok(t, err)
		}
		w.ahead += backpack.SweepEvery
	}
	w.ahead = 0
	return refused
}

// uses has a row speak of each of these texts.
func (w *sweeper) uses(t *testing.T, texts ...string) []store.ImportItem {
	t.Helper()
	i, err := w.BeginImport(t.Context(), w.ada.ID)
	ok(t, err)
	for _, text := range texts {
		ok(t, w.AddItem(t.Context(), &i, parcel.Find{Name: text, Data: []byte(text), Size: int64(len(text))}))
	}
	items, err := w.store.WaitingItems(t.Context(), i.ID, len(texts))
	ok(t, err)
	return items
}

// lies is where a file is: "kept", "aside" or "gone".
func (w *sweeper) lies(key string) string {
	if _, err := os.Stat(filepath.Join(w.files.root, key[:2], key[2:4], key)); err == nil {
		return "kept"
	}
	if _, err := os.Stat(filepath.Join(w.files.root, "astray", key[:2], key)); err == nil {
		return "aside"
	}
	return "gone"
}

// TestFilesThatNothingSpeaksOfAreSetAsideAndAMonthLaterDeleted: what was to be deleted when the machine stopped, and what was
// written for a row that never came; what is used stays, and so does what may yet be spoken of.
func TestFilesThatNothingSpeaksOfAreSetAsideAndAMonthLaterDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newSweeper(t, s, t.TempDir())
		never, err := w.files.Put(t.Context(), []byte("its row never came"))
		ok(t, err)
		w.files.ages(t, 72*time.Hour)
		w.sweeps(t)
		if w.lies(never) != "kept" {
			t.Error("a database that speaks of no file had one swept away")
		}

		items := w.uses(t, "used", "was used")
		w.files.cut = true
		now := time.Now().Add(-40 * 24 * time.Hour)
		items[1].State, items[1].Result, items[1].DoneAt = store.ItemSettled, backpack.Added, &now
		ok(t, s.UpdateImportItem(t.Context(), &items[1]))
		if err := w.PurgeImports(t.Context()); !errors.Is(err, errStopped) {
			t.Fatalf("purged without a fault: %v", err)
		}
		w.files.cut = false
		w.files.ages(t, 72*time.Hour)
		young, err := w.files.Put(t.Context(), []byte("its row may yet come"))
		ok(t, err)
		path := filepath.Join(w.files.root, young[:2], young[2:4], young)
		soon := time.Now().Add(256 * backpack.SweepEvery) // its day is not over when the last folder has its turn
		ok(t, os.Chtimes(path, soon, soon))
		for _, place := range []string{"aside", "gone"} {
			w.sweeps(t)
			for key, want := range map[string]string{never: place, items[1].BlobKey: place, items[0].BlobKey: "kept", young: "kept"} {
				if got := w.lies(key); got != want {
					t.Errorf("%s is %s, want %s", key, got, want)
				}
			}
			w.files.ages(t, 40*24*time.Hour)
			ok(t, os.Chtimes(path, soon, soon))
		}
	})
}

// TestAWrongDatabaseTakesNoFileFromAnother: an older one beside the files of today, or another instance at the same folder.
func TestAWrongDatabaseTakesNoFileFromAnother(t *testing.T) {
	root := t.TempDir()
	right := newSweeper(t, storetest.Open(t), root)
	var texts []string
	for i := range 160 {
		texts = append(texts, fmt.Sprint("of the right one ", i))
	}
	items := right.uses(t, texts...)
	wrong := newSweeper(t, storetest.Open(t), root)
	wrong.uses(t, "of the wrong one")
	places := func() map[string]int {
		n := map[string]int{}
		for _, item := range items {
			n[right.lies(item.BlobKey)]++
		}
		return n
	}
	for range 3 {
		right.files.ages(t, 40*24*time.Hour)
		if refused := wrong.sweeps(t); refused == 0 {
			t.Error("it says nothing of it")
		}
		if stock, err := wrong.Stock(t.Context()); err != nil || !stock.Stopped || stock.Astray != 100 {
			t.Errorf("its administrators are told %+v (%v)", stock, err)
		}
		if n := places(); n["aside"] != 100 || n["kept"] != 60 {
			t.Fatalf("the wrong database leaves %v", n)
		}
	}
	if stock, err := right.Stock(t.Context()); err != nil || stock.Stopped || stock.Astray != 0 {
		t.Errorf("the right database has %+v (%v)", stock, err)
	}
	content, err := right.files.Read(t.Context(), items[0].BlobKey)
	if err != nil || string(content) != items[0].Name {
		t.Errorf("%q, %v", content, err)
	}
	if refused := right.sweeps(t); refused != 0 {
		t.Errorf("the right database is refused %d times", refused)
	}
	if n := places(); n["kept"] != len(items) {
		t.Errorf("the right database has %v", n)
	}
}
