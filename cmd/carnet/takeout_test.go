package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/pkg/mail"
	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// opensFile is the archive in a file.
func opensFile(t *testing.T, path string) *archive.Archive {
	t.Helper()
	content, err := os.ReadFile(path)
	ok(t, err)
	a, err := archive.Open(bytes.NewReader(content), int64(len(content)))
	ok(t, err)
	return a
}

// all are all badges of a person, with their documents, in the order they were made.
func (h *house) all(t *testing.T, person string) (badges []store.Badge) {
	t.Helper()
	ids, err := h.store.BadgesAfter(t.Context(), person, "", 1000)
	ok(t, err)
	for _, id := range ids {
		b, err := h.store.AnyBadge(t.Context(), id)
		ok(t, err)
		badges = append(badges, b)
	}
	return badges
}

// TestEveryPassportOfTheDemoWorldMovesHouse takes everybody's everything out of one Carnet and into an empty other one:
// every badge is the same there, byte for byte, as visible, of the same day, and with its history.
func TestEveryPassportOfTheDemoWorldMovesHouse(t *testing.T) {
	storetest.Dear(t)
	onEachDatabase(t, func(t *testing.T, old *house, log *lockedLog) {
		world, planted, err := old.plant(t.Context(), 1)
		ok(t, err)
		url := ""
		if old.config.DatabaseURL != "" {
			url = storetest.Bare(t)
		}
		fresh := newHouse(t, t.TempDir(), url, log)
		for address, answer := range world.Web {
			ok(t, fresh.store.KeepPages(t.Context(), []store.RecordedPage{{URL: address, Status: answer.Status, ContentType: answer.ContentType, Body: answer.Body}}))
		}
		moved := 0
		for _, one := range world.People {
			before, err := old.store.PersonByHandle(t.Context(), one.Handle)
			ok(t, err)
			old.shelve(t, before)
			old.bringsSome(t, before)
			file := filepath.Join(t.TempDir(), "passport.zip")
			_, err = old.export(t.Context(), before.ID, file, time.Now())
			ok(t, err)
			from := opensFile(t, file)
			after, err := fresh.whose(t.Context(), "", from)
			ok(t, err)
			var said bytes.Buffer
			ok(t, fresh.unpack(t.Context(), after, from, &said))
			if strings.Contains(said.String(), "\n  ") {
				t.Errorf("refused: %s", said.String())
			}
			samePerson(t, old, fresh, before, after)
			moved += sameBadges(t, old, fresh, before, after)
			if was, is := old.shelves(t, before), fresh.shelves(t, after); was != is {
				t.Errorf("%s: the collections were\n%s and are\n%s", before.Handle, was, is)
			}
			if was, is := old.brought(t, before), fresh.brought(t, after); was != is || !strings.Contains(is, "added") {
				t.Errorf("%s: what was brought in was\n%s and is\n%s", before.Handle, was, is)
			}
			ok(t, fresh.takeImports(t.Context(), after.ID, from))
			if was, is := old.brought(t, before), fresh.brought(t, after); was != is {
				t.Errorf("%s: taken in twice, what was brought in is\n%s", before.Handle, is)
			}
			ok(t, fresh.takeCollections(t.Context(), after.ID, from, true))
			if was, is := old.shelves(t, before), fresh.shelves(t, after); was != is {
				t.Errorf("%s: taken in twice, the collections are\n%s", before.Handle, is)
			}
		}
		if moved != len(planted) {
			t.Errorf("%d of %d badges moved", moved, len(planted))
		}
		t.Logf("%d people, %d badges", len(world.People), moved)
	})
}

// shelve gives somebody collections of their badges, with all that there is of them, and lays their passport out.
func (h *house) shelve(t *testing.T, p store.Person) {
	t.Helper()
	var held []string
	for _, b := range h.all(t, p.ID) {
		if b.State == store.Accepted && b.DeletedAt == nil {
			held = append(held, b.ID)
		}
	}
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for i, w := range []passport.Wish{
		{Title: "For work", Note: "A *note*", Cover: store.CoverBadge, Layout: store.LayoutPages, Visibility: store.Public, InPassport: true, Knowing: true},
		{Title: "For me", Cover: store.CoverNone, Layout: store.LayoutWall, Visibility: store.Private, InPassport: true},
		{Title: "Thrown away", Cover: store.CoverPattern, Layout: store.LayoutWall, Visibility: store.Link, Knowing: true},
	} {
		c, err := h.passports.MakeCollection(t.Context(), p.ID, w, held, now.Add(time.Duration(i)*time.Minute))
		ok(t, err)
		if len(held) > 1 && i == 0 {
			ok(t, h.passports.MoveBadge(t.Context(), p.ID, c.ID, held[0], passport.Last, now))
			ok(t, h.passports.Say(t.Context(), p.ID, c.ID, held[1], "Said of it", now))
			if len(held) > 2 { // one is taken out again, one goes into the trash for the while
				ok(t, h.passports.RemoveBadge(t.Context(), p.ID, c.ID, held[2], now))
			}
			w.CoverBadge = held[1]
			ok(t, h.passports.SaveCollection(t.Context(), p.ID, c.ID, w, now))
		}
		if i == 2 {
			ok(t, h.passports.DeleteCollection(t.Context(), p.ID, c.ID, now))
		}
	}
	ok(t, h.passports.SetLook(t.Context(), p.ID, "moss"))
	ok(t, h.passports.MoveSection(t.Context(), p.ID, passport.AllBadges, passport.First, now))
}

// bringsSome writes down that somebody's first badge came with an import, together with what was none.
func (h *house) bringsSome(t *testing.T, p store.Person) {
	t.Helper()
	begun := time.Now().Add(-24 * time.Hour)
	done := begun.Add(time.Minute)
	i := store.Import{PersonID: p.ID, State: store.ImportDone, Total: 3, LeftOut: 2, CreatedAt: begun, FinishedAt: &done}
	ok(t, h.store.CreateImport(t.Context(), &i))
	badges := h.all(t, p.ID)
	for n, item := range []store.ImportItem{
		{Name: "a.png", Size: 7, State: store.ItemSettled, Result: backpack.Added, Reason: "genuine", Params: []byte(`{"host":"x"}`)},
		{Link: "https://badges.invalid/1", State: store.ItemDismissed, Result: backpack.NotABadge, Reason: "not-baked", Detail: "No badge."},
		{Name: "left.txt", State: store.ItemOpen, Result: backpack.NotABadge},
	} {
		item.ImportID, item.PersonID, item.Position, item.DoneAt = i.ID, p.ID, n, &done
		if n == 0 && len(badges) > 0 {
			item.BadgeID = &badges[0].ID
		}
		ok(t, h.store.AddImportItem(t.Context(), &item))
	}
}

// brought is what somebody has brought in, told by what is the same in every house.
func (h *house) brought(t *testing.T, p store.Person) string {
	t.Helper()
	papers, err := h.backpack.ImportPapers(t.Context(), p.ID)
	ok(t, err)
	text := string(papers)
	for _, b := range h.all(t, p.ID) {
		text = strings.ReplaceAll(text, b.ID, b.CredentialKey)
	}
	return text
}

// shelves are somebody's collections and how their passport is laid out, told by what is the same in every house.
func (h *house) shelves(t *testing.T, p store.Person) string {
	t.Helper()
	papers, err := h.passports.Papers(t.Context(), p.ID)
	ok(t, err)
	text := string(papers)
	for _, b := range h.all(t, p.ID) {
		text = strings.ReplaceAll(text, b.ID, b.CredentialKey)
	}
	return text
}

func samePerson(t *testing.T, old, fresh *house, before, after store.Person) {
	t.Helper()
	after, err := fresh.store.Person(t.Context(), after.ID)
	ok(t, err)
	if before.Name != after.Name || before.Handle != after.Handle || before.Language != after.Language || before.Theme != after.Theme || !before.CreatedAt.Equal(after.CreatedAt) {
		t.Errorf("%+v became %+v", before, after)
	}
	if after.PasswordHash != "" || after.Role != "member" {
		t.Errorf("%s came with rights: role %s", after.Handle, after.Role)
	}
	emails := func(h *house, id string) (all []string) {
		addresses, err := h.store.Addresses(t.Context(), id)
		ok(t, err)
		for _, a := range addresses {
			all = append(all, fmt.Sprint(a.Email, a.Primary, a.VerifiedAt != nil))
		}
		return all
	}
	if a, b := emails(old, before.ID), emails(fresh, after.ID); !slices.Equal(a, b) {
		t.Errorf("addresses %q became %q", a, b)
	}
}

func sameBadges(t *testing.T, old, fresh *house, before, after store.Person) int {
	t.Helper()
	there := map[string]store.Badge{}
	for _, b := range fresh.all(t, after.ID) {
		there[b.CredentialKey] = b
	}
	mine := old.all(t, before.ID)
	if len(there) != len(mine) {
		t.Errorf("%s: %d badges became %d", before.Handle, len(mine), len(there))
	}
	for _, b := range mine {
		c := there[b.CredentialKey]
		sameFiles(t, old, fresh, b, c)
		sameHistory(t, old, fresh, b, c)
		for _, one := range []*store.Badge{&b, &c} {
			one.ID, one.PersonID, one.AddressID, one.CheckedAt = "", "", nil, nil
		}
		if !reflect.DeepEqual(b, c) {
			t.Errorf("%s:\nhere  %+v\nthere %+v", b.Name, b, c)
		}
	}
	return len(mine)
}

func sameFiles(t *testing.T, old, fresh *house, b, c store.Badge) {
	t.Helper()
	for what, read := range map[string]func(*house, store.Badge) ([]byte, error){
		"credential": func(_ *house, b store.Badge) ([]byte, error) { return b.Document, nil },
		"original": func(h *house, b store.Badge) ([]byte, error) {
			content, _, _, err := h.backpack.Original(t.Context(), b)
			return content, err
		},
		"picture": func(h *house, b store.Badge) ([]byte, error) {
			content, _, err := h.backpack.Picture(t.Context(), b)
			return content, err
		},
		"PNG": func(h *house, b store.Badge) ([]byte, error) { return h.backpack.Baked(t.Context(), b, "png") },
		"SVG": func(h *house, b store.Badge) ([]byte, error) { return h.backpack.Baked(t.Context(), b, "svg") },
	} {
		x, err := read(old, b)
		ok(t, err)
		y, err := read(fresh, c)
		ok(t, err)
		if !bytes.Equal(x, y) {
			t.Errorf("%s: its %s has other bytes", b.Name, what)
		}
	}
}

func sameHistory(t *testing.T, old, fresh *house, b, c store.Badge) {
	t.Helper()
	x, err := old.store.Verifications(t.Context(), b.ID, 100)
	ok(t, err)
	y, err := fresh.store.Verifications(t.Context(), c.ID, 100)
	ok(t, err)
	if len(y) != len(x)+1 || y[0].Brought || y[0].Verdict != x[0].Verdict {
		t.Errorf("%s: %d verifications became %d", b.Name, len(x), len(y))
		return
	}
	for i, v := range x {
		w := y[i+1]
		if !w.Brought || !v.At.Equal(w.At) || v.Verdict != w.Verdict || !bytes.Equal(v.Findings, w.Findings) {
			t.Errorf("%s: the verification of %s is another there", b.Name, v.At)
		}
	}
}

// TestAnArchiveIsTheSameHoweverOftenItsMakingWasStopped stops after every badge.
func TestAnArchiveIsTheSameHoweverOftenItsMakingWasStopped(t *testing.T) {
	storetest.Dear(t)
	h := newHouse(t, t.TempDir(), "", &lockedLog{})
	world, _, err := h.plant(t.Context(), 1)
	ok(t, err)
	person, err := h.store.PersonByHandle(t.Context(), world.People[0].Handle)
	ok(t, err)
	made := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	whole := filepath.Join(t.TempDir(), "whole.zip")
	_, err = h.export(t.Context(), person.ID, whole, made)
	ok(t, err)

	folder, stopped := t.TempDir(), 0
	for {
		draft, err := archive.Continue(folder)
		ok(t, err)
		begun := false
		w := scribe{house: h, draft: draft, person: person.ID, made: made, told: func(int, int) error {
			if begun {
				return &jobs.Later{}
			}
			begun = true
			return nil
		}}
		_, err = w.write(t.Context())
		if err == nil {
			break
		}
		var later *jobs.Later
		if !errors.As(err, &later) {
			t.Fatal(err)
		}
		ok(t, draft.Close())
		stopped++
	}
	a, err := os.ReadFile(whole)
	ok(t, err)
	b, err := os.ReadFile(filepath.Join(folder, archive.DoneFile))
	ok(t, err)
	if stopped < 3 || !bytes.Equal(a, b) {
		t.Errorf("stopped %d times; %d bytes became %d", stopped, len(a), len(b))
	}
}

// TestAnArchiveOpensFromADisk holds every page against what a disk can give: no script, no form, no address but those of
// files that lie there and of links that a reader may follow.
func TestAnArchiveOpensFromADisk(t *testing.T) {
	storetest.Dear(t)
	h := newHouse(t, t.TempDir(), "", &lockedLog{})
	world, _, err := h.plant(t.Context(), 1)
	ok(t, err)
	pages := 0
	for _, one := range world.People[:4] {
		person, err := h.store.PersonByHandle(t.Context(), one.Handle)
		ok(t, err)
		file := filepath.Join(t.TempDir(), "passport.zip")
		_, err = h.export(t.Context(), person.ID, file, time.Now())
		ok(t, err)
		a := opensFile(t, file)
		for _, f := range a.Files {
			if !strings.HasSuffix(f.Name, ".html") {
				continue
			}
			pages++
			content, err := a.Read(f.Name, 1<<20)
			ok(t, err)
			doc, err := goquery.NewDocumentFromReader(bytes.NewReader(content))
			ok(t, err)
			if n := doc.Find("script, form, iframe, object, embed, base, [style], [onclick], [hx-get]").Length(); n > 0 {
				t.Errorf("%s: %d things that no page on a disk may have", f.Name, n)
			}
			if doc.Find("html").AttrOr("lang", "") != person.Language {
				t.Errorf("%s is not in the language of %s", f.Name, person.Name)
			}
			doc.Find("img[src], link[href], a[href], use[href]").Each(func(_ int, s *goquery.Selection) {
				address := s.AttrOr("src", s.AttrOr("href", ""))
				switch {
				case strings.HasPrefix(address, "#"):
					if doc.Find(`[id="`+address[1:]+`"]`).Length() == 0 {
						t.Errorf("%s leads to %s, which is not there", f.Name, address)
					}
				case s.Is("a") && (strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")):
				case !a.Has(filepath.Clean(filepath.Join(filepath.Dir(f.Name), address))) && address != archive.ManifestName:
					t.Errorf("%s asks for %s, which is not there", f.Name, address)
				}
			})
		}
		for _, id := range a.Badges {
			content, err := a.Read("badges/"+id+"/index.html", 1<<20)
			ok(t, err)
			if !strings.Contains(string(content), "verdict-h") || !strings.Contains(string(content), "carnet verify --web") {
				t.Errorf("the page of %s says no verdict, or not how to come to it again", id)
			}
			if strings.Contains(string(content), "Europass") {
				t.Errorf("the page of %s speaks of a PDF that is not there", id)
			}
		}
	}
	t.Logf("%d pages", pages)
}

// TestTheTableIsInert: what issuers write is no formula, whatever program opens it.
//
// ASVS: V1.2.10
func TestTheTableIsInert(t *testing.T) {
	for _, cell := range []string{"=cmd|'/C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"} {
		if got := inert(cell); got != "'"+cell {
			t.Errorf("%q stays %q", cell, got)
		}
	}
	if inert("") != "" || inert("Gardener") != "Gardener" {
		t.Error("an honest word was changed")
	}
}

// TestAJobMakesTheArchiveAndAnotherTakesItIn goes the whole road, with the jobs as they are.
func TestAJobMakesTheArchiveAndAnotherTakesItIn(t *testing.T) {
	storetest.Dear(t)
	onEachDatabase(t, func(t *testing.T, h *house, _ *lockedLog) {
		ctx := t.Context()
		p := h.joins(t, "Amina Diallo", "amina@savoirs.example")
		for i := range 3 {
			h.brings(t, p, "b.json", badgeFor(t, "amina@savoirs.example", fmt.Sprint("Gardener ", i)))
		}
		_, err := h.accounts.TakeOut(ctx, p.ID)
		ok(t, err)
		state := func(direction string) store.Archive {
			a, err := h.store.ArchiveOf(ctx, p.ID, direction)
			ok(t, err)
			return a
		}
		h.works(t, func() bool { return state(store.Out).State != store.Making && h.waiting(t) == 0 })
		out := state(store.Out)
		if out.State != store.Ready || out.Done != 3 || out.Total != 3 || out.Size == 0 {
			t.Fatalf("%+v", out)
		}
		letters, err := h.kept.Kept(ctx, 10)
		ok(t, err)
		if !slices.ContainsFunc(letters, func(l mail.KeptLetter) bool { return strings.Contains(l.Text, "/you/data") }) {
			t.Error("nobody is told that the archive is ready")
		}
		file, err := h.shelf.File(out.ID)
		ok(t, err)
		id := store.NewID()
		size, err := h.shelf.Lay(id, file, 1<<30)
		ok(t, err)
		ok(t, file.Close())
		_, err = h.accounts.BringBack(ctx, p.ID, id, size, nil)
		ok(t, err)
		h.works(t, func() bool { return state(store.In).State != store.Making && h.waiting(t) == 0 })
		in := state(store.In)
		var results struct{ Already int }
		ok(t, json.Unmarshal(in.Results, &results))
		if in.State != store.Ready || in.Done != 3 || results.Already != 3 {
			t.Errorf("%+v: %s", in, in.Results)
		}
		if _, err := h.shelf.File(id); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("what was taken in is still there: %v", err)
		}

		_, err = h.accounts.TakeOut(ctx, p.ID)
		ok(t, err)
		ok(t, h.accounts.CallOff(ctx, p.ID, store.Out))
		h.works(t, func() bool { return h.waiting(t) == 0 })
		if _, err := os.Stat(filepath.Join(h.config.Data, "archives", state(store.Out).ID)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("what was called off is still there: %v", err)
		}
	})
}

// TestWhatIsLeftToFixMovesHouse takes a passport with things that could not be brought in to somebody else's: they are left
// to fix there, byte for byte, once, however often the archive is brought.
func TestWhatIsLeftToFixMovesHouse(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, h *house, _ *lockedLog) {
		ctx := t.Context()
		p, other := h.joins(t, "Amina Diallo", "amina@savoirs.example"), h.joins(t, "Moussa Ba", "moussa@medina.example")
		i, err := h.backpack.BeginImport(ctx, p.ID)
		ok(t, err)
		for _, f := range []parcel.Find{
			{Name: "notes été.txt", Data: []byte("no badge")},
			{Data: []byte("pasted words")},
			{Link: "https://badges.invalid/badge/1"},
			{Name: "large.png", Size: 99 << 20, Trouble: parcel.TooLarge},
		} {
			f.Size = max(f.Size, int64(len(f.Data)))
			ok(t, h.backpack.AddItem(ctx, &i, f))
		}
		ok(t, h.backpack.StartImport(ctx, i, 0))
		_, err = h.accounts.TakeOut(ctx, p.ID)
		ok(t, err)
		done := func(person, direction string) func() bool {
			return func() bool {
				a, err := h.store.ArchiveOf(ctx, person, direction)
				return err == nil && a.State != store.Making && h.waiting(t) == 0
			}
		}
		h.works(t, func() bool { // what is left is known only when the import is through
			open, err := h.store.CountOpen(ctx, p.ID)
			return err == nil && open == 4 && done(p.ID, store.Out)()
		})
		_, err = h.accounts.TakeOut(ctx, p.ID)
		ok(t, err)
		h.works(t, done(p.ID, store.Out))
		for range 2 {
			out, err := h.store.ArchiveOf(ctx, p.ID, store.Out)
			ok(t, err)
			file, err := h.shelf.File(out.ID)
			ok(t, err)
			id := store.NewID()
			size, err := h.shelf.Lay(id, file, 1<<30)
			ok(t, err)
			ok(t, file.Close())
			_, err = h.accounts.BringBack(ctx, other.ID, id, size, nil)
			ok(t, err)
			h.works(t, done(other.ID, store.In))
		}
		left := func(person string) (all []string) {
			items, err := h.store.OpenItems(ctx, person, "", 10)
			ok(t, err)
			for _, item := range items {
				all = append(all, fmt.Sprint(item.Name, item.Link, item.Size, item.BlobKey, item.Result, item.Reason))
			}
			slices.Sort(all)
			return all
		}
		if was, is := left(p.ID), left(other.ID); len(is) != 4 || !slices.Equal(was, is) {
			t.Errorf("left were %q\nleft are  %q", was, is)
		}
	})
}

// TestARestoredDatabaseIsSweptWhenTheHouseOpens brings an older database back under a ledger that knows better (GDPR-3).
func TestARestoredDatabaseIsSweptWhenTheHouseOpens(t *testing.T) {
	folder := t.TempDir()
	h := newHouse(t, folder, "", &lockedLog{})
	p := h.joins(t, "Amina Diallo", "amina@savoirs.example")
	b := h.brings(t, p, "b.json", badgeFor(t, "amina@savoirs.example", "Gardener"))
	h.close()
	backup, err := os.ReadFile(filepath.Join(folder, "carnet.db"))
	ok(t, err)

	h = newHouse(t, folder, "", &lockedLog{})
	_, err = h.accounts.Leave(t.Context(), p.ID, "")
	ok(t, err)
	ok(t, h.accounts.LeaveNow(t.Context(), p.ID))
	h.works(t, func() bool {
		_, err := h.store.Person(t.Context(), p.ID)
		return errors.Is(err, store.ErrNotFound) && h.waiting(t) == 0
	})
	h.close()
	for _, name := range []string{"carnet.db-wal", "carnet.db-shm"} {
		if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	ok(t, os.WriteFile(filepath.Join(folder, "carnet.db"), backup, 0o600))

	h = newHouse(t, folder, "", &lockedLog{})
	if _, err := h.store.Person(t.Context(), p.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the ghost is back: %v", err)
	}
	if _, err := h.store.AnyBadge(t.Context(), b.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the ghost's badge is back: %v", err)
	}
}
