package backpack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// drops fills an import and starts it.
func (r *room) drops(t *testing.T, finds ...parcel.Find) store.Import {
	t.Helper()
	i, err := r.BeginImport(t.Context(), r.ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range finds {
		f.Size = int64(len(f.Data))
		if err := r.AddItem(t.Context(), &i, f); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.StartImport(t.Context(), i, 0); err != nil {
		t.Fatal(err)
	}
	return i
}

// works goes on with an import until it is through, as its job does.
func (r *room) works(t *testing.T, i store.Import) {
	t.Helper()
	for range 20 {
		err := r.ImportOn(t.Context(), []byte(fmt.Sprintf(`{"Import":%q}`, i.ID)))
		var more *Unfinished
		if err == nil {
			return
		}
		if !errors.As(err, &more) {
			t.Fatal(err)
		}
	}
	t.Fatal("the import does not end")
}

// results are what became of the items of an import, in order: result and state.
func (r *room) results(t *testing.T, i store.Import) (all []string) {
	t.Helper()
	items, err := r.store.ImportItems(t.Context(), store.ItemsQuery{Import: i.ID, After: -1, Limit: MostItems})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		word := item.Result + " " + item.State
		if item.Reason != "" {
			word += " " + item.Reason
		}
		all = append(all, word)
	}
	return all
}

func file(name string, data []byte) parcel.Find { return parcel.Find{Name: name, Data: data} }

func (r *room) mixed(t *testing.T) []parcel.Find {
	t.Helper()
	address := r.hosts(t, "ada@example.org")
	weaver := made{email: "ada@example.org"}.signed(t)
	return []parcel.Find{
		file("weaver.png", baked(t, weaver)),
		{Link: address},
		file("weaver.json", weaver), file("holiday.png", square(t, 8)),
		{Data: made{id: "urn:uuid:2", email: "ada@new.example"}.signed(t)},
		file("theirs.json", made{id: "urn:uuid:3", email: "bob@example.org"}.signed(t)),
		{Link: "https://silent.example/1"},
		{Name: "large.png", Trouble: parcel.TooLarge},
		file("altered.json", bytes.Replace(made{id: "urn:uuid:4", email: "ada@example.org"}.signed(t), []byte("Weaves"), []byte("Wove"), 1)),
	}
}

func TestManyThingsComeInAndEachIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		r.address(t, r.ada, "ada@new.example", false)
		i := r.drops(t, r.mixed(t)...)
		r.works(t, i)
		got := r.results(t, i)
		// The same badge as PNG and as JSON came side by side: one of them found the other there.
		slices.Sort(got)
		want := []string{
			"added settled", "added settled", "added settled altered", "already settled", "not-badge open not-baked", "silent open address-silent",
			"somebody-else open", "too-large open too-large", "waiting settled added",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		done, err := s.Import(t.Context(), r.ada.ID, i.ID)
		if err != nil || done.State != store.ImportDone || done.FinishedAt == nil || done.Total != 9 {
			t.Errorf("%+v %v", done, err)
		}
		for _, b := range r.all(t) {
			if b.Visibility != Private {
				t.Errorf("%s is %s", b.Name, b.Visibility)
			}
		}
		if open, err := s.CountOpen(t.Context(), r.ada.ID); err != nil || open != 4 {
			t.Errorf("%d are left to fix: %v", open, err)
		}
		r.works(t, i) // the job again: nothing more
		if again := r.results(t, i); len(again) != 9 {
			t.Errorf("%q", again)
		}
	})
}

// all are Ada's badges, whatever their state.
func (r *room) all(t *testing.T) (list []store.Badge) {
	t.Helper()
	ids, err := r.store.BadgesAfter(t.Context(), r.ada.ID, "", 2000)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		b, err := r.store.AnyBadge(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, b)
	}
	return list
}

func TestAnImportThatEndedHalfwayGoesOnAsIfNothingHadBeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		var finds []parcel.Find
		for n := range 12 {
			finds = append(finds, file("b.json", made{id: fmt.Sprint("urn:uuid:", n), email: "ada@example.org"}.signed(t)))
		}
		finds[5] = parcel.Find{Link: r.hosts(t, "ada@example.org")}
		i := r.drops(t, finds...)
		ending, end := context.WithCancel(t.Context())
		r.meanwhile = end // while the web is asked, everything stops
		if err := r.ImportOn(ending, []byte(fmt.Sprintf(`{"Import":%q}`, i.ID))); err == nil {
			t.Fatal("it did not end halfway")
		}
		if got := r.results(t, i); !slices.Contains(got, " waiting") {
			t.Fatalf("nothing waits: %q", got)
		}
		other := New(Options{Store: s, Files: r.files, Fetch: r.load, Picture: r.load, Now: r.Now})
		r.Backpack = other
		r.works(t, i)
		for n, got := range r.results(t, i) {
			if got != "added settled" {
				t.Errorf("%d: %q", n, got)
			}
		}
		if n := len(r.all(t)); n != 12 {
			t.Errorf("%d badges", n)
		}
	})
}

func TestAnImportIsStoppedAndGoneOnWith(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	i := r.drops(t, r.mixed(t)...)
	if err := r.StopImport(t.Context(), "somebody", i.ID); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if err := r.StopImport(t.Context(), r.ada.ID, i.ID); err != nil {
		t.Fatal(err)
	}
	r.works(t, i)
	if n := len(r.all(t)); n != 0 {
		t.Errorf("%d badges came in although it was stopped", n)
	}
	if err := r.GoOnImporting(t.Context(), r.ada.ID, i.ID); err != nil {
		t.Fatal(err)
	}
	r.works(t, i)
	if got := r.results(t, i); slices.Contains(got, " waiting") {
		t.Errorf("%q", got)
	}
}

func TestOneImportOfAPersonGoesAfterAnother(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	first := r.drops(t, file("a.json", made{id: "urn:uuid:1", email: "ada@example.org"}.signed(t)))
	second := r.drops(t, file("b.json", made{id: "urn:uuid:2", email: "ada@example.org"}.signed(t)))
	var more *Unfinished
	if err := r.ImportOn(t.Context(), []byte(fmt.Sprintf(`{"Import":%q}`, second.ID))); !errors.As(err, &more) || !more.Until.After(r.Now()) {
		t.Errorf("the second did not wait: %v", err)
	}
	r.works(t, first)
	r.works(t, second)
	if n := len(r.all(t)); n != 2 {
		t.Errorf("%d badges", n)
	}
}

func TestAWholeImportIsUndoneAndTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		held := r.brings(t, Item{Data: made{id: "urn:uuid:9", email: "ada@example.org"}.signed(t)}, Added)
		i := r.drops(t, append(r.mixed(t), file("held.json", made{id: "urn:uuid:9", email: "ada@example.org"}.signed(t)))...)
		r.works(t, i)
		if n, err := r.UndoImport(t.Context(), r.ada.ID, i.ID); err != nil || n != 3 {
			t.Errorf("%d undone: %v", n, err)
		}
		if still, err := s.Badge(t.Context(), r.ada.ID, held.ID); err != nil || still.Visibility != Private {
			t.Errorf("what was there before went too, or is shown: %v", err)
		}
		if n, err := s.CountHeld(t.Context(), r.ada.ID); err != nil || n != 1 {
			t.Errorf("%d are held: %v", n, err)
		}
		if n, err := r.RedoImport(t.Context(), r.ada.ID, i.ID); err != nil || n != 3 {
			t.Errorf("%d came back: %v", n, err)
		}
		if n, err := s.CountHeld(t.Context(), r.ada.ID); err != nil || n != 4 {
			t.Errorf("%d are held: %v", n, err)
		}
		r.pass(31 * 24 * time.Hour)
		if err := r.PurgeImports(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.results(t, i); slices.ContainsFunc(got, func(word string) bool { return strings.Contains(word, "settled") }) {
			t.Errorf("still there: %q", got)
		}
	})
}

func TestTakingBackAnUndoneImportLeavesInTheTrashWhatWasThereBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		i := r.drops(t, r.mixed(t)...)
		r.works(t, i)
		added, err := s.AddedBy(t.Context(), r.ada.ID, i.ID, false)
		if err != nil || len(added) != 3 {
			t.Fatalf("%d added: %v", len(added), err)
		}
		if err := r.SetVisibility(t.Context(), r.ada.ID, added[0].ID, store.Public); err != nil {
			t.Fatal(err)
		}
		if err := r.Delete(t.Context(), r.ada.ID, added[0].ID); err != nil {
			t.Fatal(err)
		}
		r.pass(time.Minute)
		if n, err := r.UndoImport(t.Context(), r.ada.ID, i.ID); err != nil || n != 2 {
			t.Errorf("%d undone: %v", n, err)
		}
		if n, err := r.RedoImport(t.Context(), r.ada.ID, i.ID); err != nil || n != 2 {
			t.Errorf("%d came back: %v", n, err)
		}
		if gone, err := s.AnyBadge(t.Context(), added[0].ID); err != nil || gone.DeletedAt == nil {
			t.Errorf("what was deleted by hand is back, seen by %s: %v", gone.Visibility, err)
		}
	})
}

func TestAnImportThatIsUndoneWhileAnItemComesInAddsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		i := r.drops(t, file("mine.json", made{id: "urn:uuid:1", email: "ada@example.org"}.signed(t)))
		items, err := s.WaitingItems(t.Context(), i.ID, 1)
		if err != nil || len(items) != 1 {
			t.Fatalf("%d wait: %v", len(items), err)
		}
		if _, err := r.UndoImport(t.Context(), r.ada.ID, i.ID); err != nil {
			t.Fatal(err)
		}
		items[0].PersonID = r.ada.ID
		if err := r.landItem(t.Context(), items[0]); err != nil { // as a worker does that looked before
			t.Fatal(err)
		}
		if n, err := s.CountHeld(t.Context(), r.ada.ID); err != nil || n != 0 {
			t.Errorf("%d are held: %v", n, err)
		}
		if n, err := r.RedoImport(t.Context(), r.ada.ID, i.ID); err != nil || n != 1 {
			t.Errorf("%d came back: %v", n, err)
		}

		i = r.drops(t, file("other.json", made{id: "urn:uuid:2", email: "ada@example.org"}.signed(t)))
		stale := i
		stale.State = store.ImportFilling
		if _, err := r.UndoImport(t.Context(), r.ada.ID, i.ID); err != nil {
			t.Fatal(err)
		}
		if err := r.StartImport(t.Context(), stale, 0); err != nil {
			t.Fatal(err)
		}
		if now, err := s.AnyImport(t.Context(), i.ID); err != nil || now.State != store.ImportUndone {
			t.Errorf("it is %s again: %v", now.State, err)
		}
	})
}

func TestWhatIsDismissedWhileItIsTriedStaysSo(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	address := r.hosts(t, "ada@example.org")
	r.down = true
	i := r.drops(t, parcel.Find{Link: address})
	r.works(t, i)
	open, err := r.store.OpenItems(t.Context(), r.ada.ID, "", 5)
	if err != nil || len(open) != 1 || open[0].RetryAt == nil {
		t.Fatalf("%d open: %v", len(open), err)
	}
	if err := r.DismissItem(t.Context(), r.ada.ID, open[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := r.tryItem(t.Context(), open[0], nil); err != nil { // as a worker does that looked before
		t.Fatal(err)
	}
	if n, err := r.store.CountOpen(t.Context(), r.ada.ID); err != nil || n != 0 {
		t.Errorf("%d open: %v", n, err)
	}
	if err := r.OpenItem(t.Context(), r.ada.ID, open[0].ID); err != nil {
		t.Fatal(err)
	}
	if again, err := r.store.ImportItem(t.Context(), r.ada.ID, open[0].ID); err != nil || again.RetryAt == nil {
		t.Errorf("it is never tried again: %v", err)
	}
}

func TestWhatCouldNotComeInIsTriedAgain(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	address := r.hosts(t, "ada@example.org")
	r.down = true
	bobs := made{id: "urn:uuid:3", email: "ada@work.example"}.signed(t)
	i := r.drops(t, parcel.Find{Link: address}, file("mine.json", bobs), file("holiday.png", square(t, 8)), parcel.Find{Name: "l.png", Trouble: parcel.Locked})
	r.works(t, i)
	if got := r.results(t, i); !slices.Equal(got, []string{"silent open address-silent", "somebody-else open", "not-badge open not-baked", "unopened open locked"}) {
		t.Fatalf("%q", got)
	}
	r.down = false
	r.pass(time.Hour)
	if err := r.TendImports(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.results(t, i)[0]; got != "added settled" {
		t.Errorf("the link: %q", got)
	}
	r.address(t, r.ada, "ada@work.example", true)
	job, _ := json.Marshal(store.Matching{Person: r.ada.ID})
	if err := r.Match(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if got := r.results(t, i)[1]; got != "added settled" {
		t.Errorf("what was somebody else's: %q", got)
	}
	items, err := r.store.OpenItems(t.Context(), r.ada.ID, "", 9)
	if err != nil || len(items) != 2 {
		t.Fatal(len(items), err)
	}
	slices.SortFunc(items, func(a, b store.ImportItem) int { return b.Position - a.Position }) // their ids may be of one millisecond
	locked, holiday := items[0], items[1]
	if item, err := r.TryItem(t.Context(), r.ada.ID, holiday.ID, nil); err != nil || item.State != store.ItemOpen {
		t.Errorf("%+v %v", item, err)
	}
	if _, err := r.TryItem(t.Context(), "somebody", holiday.ID, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	if item, err := r.TryItem(t.Context(), r.ada.ID, holiday.ID, &Item{Text: address}); err != nil || item.Result != Already {
		t.Errorf("a link in its place: %+v %v", item, err)
	}
	if item, err := r.TryItem(t.Context(), r.ada.ID, locked.ID, nil); err != nil || item.Result != Unopened {
		t.Errorf("nothing to try: %+v %v", item, err)
	}
	if _, err := r.files.Read(t.Context(), holiday.BlobKey); err == nil {
		t.Error("the file of what is fixed is still there")
	}
	if err := r.DismissItem(t.Context(), r.ada.ID, locked.ID); err != nil {
		t.Error(err)
	}
	if err := r.OpenItem(t.Context(), r.ada.ID, locked.ID); err != nil {
		t.Error(err)
	}
	n, at, err := r.DismissAll(t.Context(), r.ada.ID)
	if err != nil || n != 1 {
		t.Errorf("%d dismissed: %v", n, err)
	}
	if n, err := r.OpenAll(t.Context(), r.ada.ID, at); err != nil || n != 1 {
		t.Errorf("%d opened again: %v", n, err)
	}
}

func TestWhatKillsItsWorkerIsGivenUp(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	i := r.drops(t, file("a.json", made{email: "ada@example.org"}.signed(t)))
	items, err := r.store.WaitingItems(t.Context(), i.ID, 5)
	if err != nil {
		t.Fatal(err)
	}
	for range mostBegun {
		if _, err := r.store.BeginItem(t.Context(), items[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	r.works(t, i)
	if got := r.results(t, i); !slices.Equal(got, []string{"failed open stuck"}) {
		t.Errorf("%q", got)
	}
}

func TestAnImportWhoseSendingWasCutOffStartsWithWhatCame(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	i, err := r.BeginImport(t.Context(), r.ada.ID)
	if err == nil {
		err = r.AddItem(t.Context(), &i, file("a.json", made{email: "ada@example.org"}.signed(t)))
	}
	if err != nil {
		t.Fatal(err)
	}
	r.pass(fillingFor + time.Minute)
	if err := r.TendImports(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.works(t, i)
	if got := r.results(t, i); !slices.Equal(got, []string{"added settled"}) {
		t.Errorf("%q", got)
	}
	if jobs := storetest.Ask(t, r.store, "SELECT kind FROM jobs WHERE kind = 'import'"); len(jobs) != 1 {
		t.Errorf("%d jobs", len(jobs))
	}
}

// TestThereIsAnEndOfHowManyThingsAreLeftToFix: another import does not begin, and nothing of what is there goes.
func TestThereIsAnEndOfHowManyThingsAreLeftToFix(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	i := r.drops(t, file("holiday.png", square(t, 8)))
	r.works(t, i)
	left := func() int {
		n, err := r.store.CountUnfinished(t.Context(), r.ada.ID)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	more := `INSERT INTO import_items (id, import_id, person_id, position, name, size, link, blob_key, state, result, reason, detail, params, attempts)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		SELECT printf('01JZZZZZZZZZZZZZZZZZZ%%05d', i + %d), import_id, person_id, position + i + %d, name, 0, 'x', '', 'waiting', '', '', '', NULL, 0 FROM import_items, n WHERE position = 0 RETURNING id`
	storetest.Ask(t, r.store, fmt.Sprintf(more, MostToFix-2, 0, 0))
	if _, err := r.BeginImport(t.Context(), r.ada.ID); err != nil || left() != MostToFix-1 {
		t.Errorf("with %d: %v", left(), err)
	}
	storetest.Ask(t, r.store, fmt.Sprintf(more, 1, MostToFix, MostToFix))
	if _, err := r.BeginImport(t.Context(), r.ada.ID); !errors.Is(err, ErrFull) || left() != MostToFix {
		t.Errorf("with %d: %v", left(), err)
	}
	if n, _, err := r.DismissAll(t.Context(), r.ada.ID); err != nil || n != 1 {
		t.Fatalf("%d dismissed: %v", n, err)
	}
	if _, err := r.BeginImport(t.Context(), r.ada.ID); err != nil {
		t.Errorf("after one is dismissed: %v", err)
	}
}

func TestThereIsAnEndOfWhatIsKeptToBeFixed(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	i := r.drops(t, file("holiday.png", square(t, 8)))
	r.works(t, i)
	storetest.Ask(t, r.store, "UPDATE import_items SET size = 500000000 RETURNING id")
	if _, err := r.BeginImport(t.Context(), r.ada.ID); !errors.Is(err, ErrFull) {
		t.Error(err)
	}
}
