package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func newStore(t *testing.T) *Store {
	t.Helper()
	s, err := Folder(filepath.Join(t.TempDir(), "deep", "files"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// filesIn lists every file below dir.
func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWhatIsPutIsRead(t *testing.T) {
	s := newStore(t)
	for _, content := range [][]byte{nil, []byte("a picture"), bytes.Repeat([]byte{0, 0xff}, 3<<20)} {
		key, err := s.Put(t.Context(), content)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Read(t.Context(), key)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes came back as %d, %v", len(content), len(got), err)
		}
	}
}

// ASVS: V5.3.2, V11.4.3
func TestKeyIsTheHashOfTheContent(t *testing.T) {
	key, err := newStore(t).Put(t.Context(), []byte("abc"))
	if want := "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; key != want || err != nil {
		t.Errorf("key %s, %v; want %s", key, err, want)
	}
}

func TestSameContentIsOneFile(t *testing.T) {
	s := newStore(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Put(context.Background(), []byte("same")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if files := filesIn(t, s.root); len(files) != 1 {
		t.Errorf("20 puts left %v", files)
	}
}

func TestFilesFanOutOverTwoLevels(t *testing.T) {
	s := newStore(t)
	key, err := s.Put(t.Context(), []byte("abc"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.root, "ba", "78", key)); err != nil {
		t.Error(err)
	}
}

func TestWhatIsDeletedIsNotFound(t *testing.T) {
	s := newStore(t)
	key, err := s.Put(t.Context(), []byte("gone soon"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), key); !errors.Is(err, ErrNotFound) {
		t.Errorf("reading: %v", err)
	}
	if err := s.Delete(t.Context(), key); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleting again: %v", err)
	}
}

// ASVS: V5.3.2
func TestKeysAreNoPaths(t *testing.T) {
	s := newStore(t)
	if err := os.WriteFile(filepath.Join(s.root, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := strings.Repeat("a", 64)
	keys := []string{
		"", "a", "secret", "../secret", "../../secret", "/etc/passwd", good[:63], good + "a", strings.ToUpper(good),
		good[:62] + "..", "../" + good[3:], good[:32] + "/" + good[33:], good[:63] + "\x00", good[:63] + "\n",
		`..\..\` + good[6:], good[:60] + "%2e%", "é" + good[2:], strings.Repeat("../", 21) + "a",
	}
	for _, key := range keys {
		if _, err := s.Read(t.Context(), key); !errors.Is(err, ErrMalformedKey) {
			t.Errorf("reading %q: %v", key, err)
		}
		if err := s.Delete(t.Context(), key); !errors.Is(err, ErrMalformedKey) {
			t.Errorf("deleting %q: %v", key, err)
		}
	}
}

func TestDamageIsSeenAndMended(t *testing.T) {
	s := newStore(t)
	key, err := s.Put(t.Context(), []byte("whole"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path(key), []byte("who"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), key); !errors.Is(err, ErrDamaged) {
		t.Fatalf("reading half a file: %v", err)
	}
	if _, err := s.Put(t.Context(), []byte("whole")); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Read(t.Context(), key); string(got) != "whole" {
		t.Errorf("after putting it again: %q, %v", got, err)
	}
}

func TestOldLeftoversAreSweptNewOnesStay(t *testing.T) {
	s := newStore(t)
	dir := filepath.Join(s.root, "ab", "cd")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	old, young := filepath.Join(dir, unfinished+"1"), filepath.Join(dir, unfinished+"2")
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	if _, err := Folder(s.root); err != nil {
		t.Fatal(err)
	}
	if left := filesIn(t, s.root); len(left) != 1 || left[0] != young {
		t.Errorf("left: %v", left)
	}
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	s := newStore(t)
	// A folder stands where the file should go, so the rename fails after everything else went well.
	if err := os.MkdirAll(filepath.Join(s.path(keyOf([]byte("x"))), "in the way"), 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), []byte("x")); err == nil {
		t.Fatal("no error")
	}
	if left := filesIn(t, s.root); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestNothingIsDoneForOneWhoHasGone(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if left := filesIn(t, s.root); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestAFolderThatCannotBeMadeIsSaidAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Folder(filepath.Join(file, "files")); err == nil {
		t.Error("no error")
	}
}

// ASVS: V5.3.2
func FuzzKeys(f *testing.F) {
	f.Add("../../etc/passwd")
	f.Add(strings.Repeat("0", 64))
	s := &Store{root: f.TempDir()}
	f.Fuzz(func(t *testing.T, key string) {
		if s.check(t.Context(), key) != nil {
			return
		}
		inside, err := filepath.Rel(s.root, s.path(key))
		if err != nil || !filepath.IsLocal(inside) {
			t.Errorf("%q leads out of the folder: %s, %v", key, inside, err)
		}
	})
}

func TestFilesAreCountedAsFarAsThereIsTime(t *testing.T) {
	s, err := Folder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"one", "three", "one"} {
		if _, err := s.Put(t.Context(), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if files, bytes, whole, err := s.Size(t.Context()); files != 2 || bytes != 8 || !whole || err != nil {
		t.Errorf("%d files, %d bytes, whole %v, %v", files, bytes, whole, err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if files, _, whole, err := s.Size(over); files != 0 || whole || err != nil {
		t.Errorf("without time: %d files, whole %v, %v", files, whole, err)
	}
}

// old keeps files and lets them lie for longer than a day.
func old(t *testing.T, s *Store, contents ...string) (keys []string) {
	t.Helper()
	for _, one := range contents {
		key, err := s.Put(t.Context(), []byte(one))
		if err != nil {
			t.Fatal(err)
		}
		age(t, s.path(key))
		keys = append(keys, key)
	}
	return keys
}

func age(t *testing.T, path string) {
	t.Helper()
	yesterday := time.Now().Add(-astray - time.Minute)
	if err := os.Chtimes(path, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
}

// TestEveryOldFileHasItsTurn within as many turns as there are folders, and a young one has none.
func TestEveryOldFileHasItsTurn(t *testing.T) {
	s, want := newStore(t), map[string]bool{}
	for i := range 40 {
		want[old(t, s, fmt.Sprint("old ", i))[0]] = true
	}
	if _, err := s.Put(t.Context(), []byte("young")); err != nil {
		t.Fatal(err)
	}
	for _, begins := range []uint64{0, 7, 1000} {
		found := map[string]bool{}
		for turn := range uint64(folders) {
			keys, err := s.Old(t.Context(), begins+turn, time.Now(), 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range keys {
				found[key] = true
			}
		}
		if !maps.Equal(found, want) {
			t.Errorf("from %d: %d of %d", begins, len(found), len(want))
		}
	}
}

// TestATurnIsBoundedAndTheNextRoundBeginsElsewhere, so that a folder with more in it is looked at as a whole.
func TestATurnIsBoundedAndTheNextRoundBeginsElsewhere(t *testing.T) {
	s := newStore(t)
	for i := range folders {
		path := s.path(fmt.Sprintf("ab%02x%060d", i, 0))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		age(t, path)
	}
	seen := map[string]bool{}
	for round := range uint64(folders) {
		keys, err := s.Old(t.Context(), 0xab+round*folders, time.Now(), 10)
		if err != nil || len(keys) != 10 {
			t.Fatalf("%d keys: %v", len(keys), err)
		}
		for _, key := range keys {
			seen[key] = true
		}
	}
	if len(seen) != folders {
		t.Errorf("%d of %d had their turn", len(seen), folders)
	}
}

// TestAnOldFileIsSetAsideUnlessItIsPutAgain, and is back once it is read or put.
func TestAnOldFileIsSetAsideUnlessItIsPutAgain(t *testing.T) {
	s := newStore(t)
	keys := old(t, s, "astray", "wanted again", "asked for", "put")
	if _, err := s.Put(t.Context(), []byte("wanted again")); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false, true, true} {
		if moved, err := s.SetAside(t.Context(), keys[i], time.Now()); moved != want || err != nil {
			t.Errorf("%d: %v %v", i, moved, err)
		}
	}
	if moved, err := s.SetAside(t.Context(), keys[0], time.Now()); moved || err != nil {
		t.Errorf("once more: %v %v", moved, err)
	}
	if aside := setAside(t, s); len(aside) != 3 || aside[keys[1]] {
		t.Errorf("aside: %v", aside)
	}
	if got, err := s.Read(t.Context(), keys[2]); err != nil || string(got) != "asked for" {
		t.Errorf("read from quarantine: %q %v", got, err)
	}
	if key, err := s.Put(t.Context(), []byte("put")); err != nil || key != keys[3] {
		t.Error(err)
	}
	if aside := setAside(t, s); len(aside) != 1 || !aside[keys[0]] {
		t.Errorf("aside afterwards: %v", aside)
	}
	for _, key := range keys[1:] {
		if _, err := os.Stat(s.path(key)); err != nil {
			t.Error(err)
		}
		if moved, err := s.SetAside(t.Context(), key, time.Now()); moved || err != nil {
			t.Errorf("set aside in the day after it was asked for: %v %v", moved, err)
		}
	}
}

func setAside(t *testing.T, s *Store) map[string]bool {
	t.Helper()
	keys, err := s.Aside(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, key := range keys {
		all[key] = true
	}
	return all
}

// TestWhatIsSetAsideIsThereForThirtyDays, however old it was, and whoever deletes it does so at once.
func TestWhatIsSetAsideIsThereForThirtyDays(t *testing.T) {
	s, now := newStore(t), time.Now()
	keys := old(t, s, "astray", "deleted")
	for _, key := range keys {
		before := now.AddDate(-1, 0, 0)
		if err := os.Chtimes(s.path(key), before, before); err != nil {
			t.Fatal(err)
		}
		if moved, err := s.SetAside(t.Context(), key, now); !moved || err != nil {
			t.Fatal(moved, err)
		}
	}
	if err := s.Delete(t.Context(), keys[1]); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]bool{0: false, KeptAside - time.Minute: false} {
		if gone, err := s.DeleteAside(t.Context(), keys[0], now.Add(after)); gone != want || err != nil {
			t.Errorf("after %v: %v %v", after, gone, err)
		}
	}
	for _, want := range []bool{true, false} {
		if gone, err := s.DeleteAside(t.Context(), keys[0], now.Add(KeptAside+time.Minute)); gone != want || err != nil {
			t.Errorf("when they are over: %v %v", gone, err)
		}
	}
	for _, key := range keys {
		if _, err := s.Read(t.Context(), key); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
	if left := filesIn(t, s.root); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// TestWholeFilesThatWereLeftUnderAnUnfinishedNameAreCalledByTheirOwn: an earlier version renamed a file while it decided
// whether to delete it, and may have been stopped there.
func TestWholeFilesThatWereLeftUnderAnUnfinishedNameAreCalledByTheirOwn(t *testing.T) {
	s := newStore(t)
	key := old(t, s, "put again just then")[0]
	if err := os.Rename(s.path(key), filepath.Join(filepath.Dir(s.path(key)), unfinished+key)); err != nil {
		t.Fatal(err)
	}
	if _, err := Folder(s.root); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Read(t.Context(), key); err != nil || string(got) != "put again just then" {
		t.Errorf("%q %v", got, err)
	}
}

// TestWhoPutsAFileThatIsBeingSetAsideFindsItAfterwards, whatever comes first: no turn of the three loses it.
func TestWhoPutsAFileThatIsBeingSetAsideFindsItAfterwards(t *testing.T) {
	s := newStore(t)
	for range 200 {
		key := old(t, s, "contended")[0]
		var all sync.WaitGroup
		var put, read, moved error
		all.Go(func() { _, put = s.Put(t.Context(), []byte("contended")) })
		all.Go(func() { _, read = s.Read(t.Context(), key) })
		all.Go(func() { _, moved = s.SetAside(t.Context(), key, time.Now()) })
		all.Wait()
		if _, err := s.Read(t.Context(), key); err != nil || put != nil || read != nil || moved != nil {
			t.Fatalf("%v, put: %v, read: %v, set aside: %v", err, put, read, moved)
		}
	}
}
