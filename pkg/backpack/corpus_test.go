package backpack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func corpusFolder(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("OPENBADGES_CORPUS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(folder, "MANIFEST.tsv")); err != nil {
		t.Skipf("the test corpus is not here (set OPENBADGES_CORPUS): %v", err)
	}
	return folder
}

// scenario is a recorded case of the corpus: what is brought, by whom, and the web it needs.
type scenario struct {
	Input     struct{ Kind, Value, File string }
	Recipient struct{ Email []string }
	HTTP      map[string]json.RawMessage
}

// TestEverythingOfTheCorpusComesInOrSaysWhyNot brings every file and every scenario, twice each: what comes in is
// there the second time, can be reported and baked, and what does not come in is refused for what it is.
func TestEverythingOfTheCorpusComesInOrSaysWhyNot(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	count := map[string]int{}
	err := filepath.WalkDir(corpusFolder(t), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		item := Item{Name: filepath.Base(name), Data: data}
		if strings.Contains(filepath.ToSlash(name), "/scenarios/") {
			item = r.play(t, name, data)
		}
		if len(item.Data)+len(item.Text) > 0 && len(item.Data) < 1<<20 {
			count[r.bringsTwice(t, name, item)]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count[Added] < 100 {
		t.Errorf("only %v", count)
	}
	t.Logf("%v", count)
}

// play sets the scene of a scenario and returns what is brought in it.
func (r *room) play(t *testing.T, name string, data []byte) Item {
	t.Helper()
	var s scenario
	if err := json.Unmarshal(data, &s); err != nil {
		return Item{}
	}
	r.web = openbadges.RecordedWeb{}
	for url, raw := range s.HTTP {
		var answer openbadges.Recording
		if json.Unmarshal(raw, &answer) == nil {
			r.web[url] = answer
		}
	}
	known, err := r.wallet(t.Context(), r.ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	mine := map[string]bool{}
	for _, a := range known {
		mine[a.EmailKey] = true
	}
	for _, email := range s.Recipient.Email {
		if !mine[strings.ToLower(email)] {
			r.address(t, r.ada, email, true)
		}
		mine[strings.ToLower(email)] = true
	}
	if s.Input.File != "" {
		file, err := os.ReadFile(filepath.Join(corpusFolder(t), filepath.FromSlash(s.Input.File)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return Item{Name: filepath.Base(s.Input.File), Data: file}
	}
	return Item{Text: s.Input.Value}
}

func (r *room) bringsTwice(t *testing.T, name string, item Item) string {
	t.Helper()
	first, err := r.Import(t.Context(), r.ada.ID, item)
	var not *openbadges.NotBadge
	var somebody *SomebodyElse
	switch {
	case errors.As(err, &not):
		return "not a badge"
	case errors.As(err, &somebody):
		return "somebody else's"
	case err != nil:
		t.Errorf("%s: %v", name, err)
		return "failed"
	}
	second, err := r.Import(t.Context(), r.ada.ID, item)
	if err != nil || second.Outcome != Already || second.Badge.ID != first.Badge.ID {
		t.Errorf("%s: the second time %s: %v", name, second.Outcome, err)
	}
	if report, err := r.Report(t.Context(), first.Badge); err != nil || report.Verdict == "" || first.Outcome != Already && string(report.Verdict) != first.Badge.Verdict {
		t.Errorf("%s: reported %q, kept %q: %v", name, report.Verdict, first.Badge.Verdict, err)
	}
	if first.Badge.Name == "" || first.Badge.Verdict != "genuine" && first.Badge.VerdictReason == "" {
		t.Errorf("%s: named %q, %s for %q", name, first.Badge.Name, first.Badge.Verdict, first.Badge.VerdictReason)
	}
	if first.Outcome != Added {
		return first.Outcome
	}
	for _, form := range []string{"png", "svg"} {
		if _, err := r.Baked(t.Context(), first.Badge, form); err != nil && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s as %s: %v", name, form, err)
		}
	}
	if _, err := r.Check(t.Context(), r.ada.ID, first.Badge.ID); err != nil {
		t.Errorf("%s: checked again: %v", name, err)
	}
	return first.Outcome
}

// TestTheCorpusMovesHouse takes every badge of the corpus out, with the web it came in, and into another Carnet: the
// credential, the file and the picture are the same there, byte for byte.
func TestTheCorpusMovesHouse(t *testing.T) {
	storetest.Dear(t)
	r := newRoom(t, storetest.Open(t))
	other := r.another(t, storetest.Open(t), true)
	refused := map[string]int{}
	moved := 0
	err := filepath.WalkDir(corpusFolder(t), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		item := Item{Name: filepath.Base(name), Data: data}
		if strings.Contains(filepath.ToSlash(name), "/scenarios/") {
			item = r.play(t, name, data)
		}
		if len(item.Data)+len(item.Text) == 0 || len(item.Data) > 1<<20 {
			return nil
		}
		got, err := r.Import(t.Context(), r.ada.ID, item)
		if err != nil || got.Outcome != Added {
			return nil //nolint:nilerr // what is no badge is another test's
		}
		other.web = r.web
		other.livesWhere(t, r)
		f := r.exported(t, r.ada.ID, got.Badge.ID)
		taken, err := other.TakeIn(t.Context(), other.ada.ID, f.take)
		if err != nil {
			refused[err.Error()]++
			t.Errorf("%s: %v", name, err)
			return nil
		}
		if taken.Outcome != Added {
			return nil // another item of the corpus is this very credential
		}
		moved++
		second := other.exported(t, other.ada.ID, taken.Badge.ID)
		p, q := f.papers(t), second.papers(t)
		for _, file := range [][2]string{{p.Document, q.Document}, {p.Original, q.Original}, {p.Picture, q.Picture}} {
			if !bytes.Equal(f[file[0]], second[file[1]]) {
				t.Errorf("%s: %s has other bytes there (%s)", name, file[0], file[1])
			}
		}
		if p.Container != q.Container || p.OriginalType != q.OriginalType || p.OriginalName != q.OriginalName || p.Source != q.Source || p.Verdict != q.Verdict || p.State != q.State {
			t.Errorf("%s:\nhere  %s %s %q %q %s %s\nthere %s %s %q %q %s %s", name, p.Container, p.OriginalType, p.OriginalName, p.Source, p.Verdict, p.State,
				q.Container, q.OriginalType, q.OriginalName, q.Source, q.Verdict, q.State)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if moved < 100 {
		t.Errorf("only %d moved; refused: %v", moved, refused)
	}
	t.Logf("%d badges moved", moved)
}

// livesWhere gives this room's person all addresses of another's.
func (r *room) livesWhere(t *testing.T, other *room) {
	t.Helper()
	theirs, err := other.wallet(t.Context(), other.ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := r.wallet(t.Context(), r.ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, a := range mine {
		known[a.EmailKey] = true
	}
	for _, a := range theirs {
		if !known[a.EmailKey] {
			r.address(t, r.ada, a.Email, true)
		}
	}
}

// TestFiftyMixedFilesOfTheCorpus brings fifty files of all kinds in, in one import, against the web that was recorded with
// them, in which every answer takes a tenth of a second; it prints when the first and when the last was told of.
func TestFiftyMixedFilesOfTheCorpus(t *testing.T) {
	const many, answer = 50, 100 * time.Millisecond
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		web, finds := openbadges.RecordedWeb{}, []parcel.Find{}
		for _, name := range everyFifth(t, corpusFolder(t)) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			item := Item{Name: filepath.Base(name), Data: data}
			if strings.Contains(filepath.ToSlash(name), "/scenarios/") {
				item = r.play(t, name, data)
				maps.Copy(web, r.web)
			}
			if len(finds) < many && len(item.Data)+len(item.Text) > 0 {
				finds = append(finds, parcel.Find{Name: item.Name, Data: item.Data, Link: item.Text})
				if item.Text != "" && !strings.HasPrefix(item.Text, "http") {
					finds[len(finds)-1] = parcel.Find{Data: []byte(item.Text)}
				}
			}
		}
		slow := func(ctx context.Context, url string) (openbadges.Document, error) {
			time.Sleep(answer)
			return web.Fetch(ctx, url)
		}
		r.Backpack = New(Options{Store: s, Files: r.files, Fetch: slow, Picture: slow, Now: r.Now})
		begun := time.Now()
		i := r.drops(t, finds...)
		first := make(chan time.Duration, 1)
		go func() {
			for time.Since(begun) < time.Minute {
				if counts, err := s.ImportCounts(t.Context(), i.ID); err == nil && slices.ContainsFunc(counts, func(c store.ItemCount) bool { return c.Result != "" }) {
					break
				}
				time.Sleep(2 * time.Millisecond)
			}
			first <- time.Since(begun)
		}()
		r.works(t, i)
		count := map[string]int{}
		for _, result := range r.results(t, i) {
			count[strings.Fields(result)[0]]++
		}
		t.Logf("%d files: the first told of after %s, all after %s: %v", len(finds), (<-first).Round(time.Millisecond), time.Since(begun).Round(time.Millisecond), count)
		if len(finds) != many || count[Added] < 5 || len(r.results(t, i)) != many {
			t.Errorf("%d files, %v", len(finds), count)
		}
	})
}

// everyFifth are files from all over the corpus, no larger than a badge is.
func everyFifth(t *testing.T, folder string) (names []string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, ".tsv") || strings.HasSuffix(name, ".bin") || strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".py") {
			return err
		}
		if n++; n%5 == 0 {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
