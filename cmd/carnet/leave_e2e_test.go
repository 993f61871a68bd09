//go:build e2e

package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	chrome "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestE2ETakeOutOnSQLite takes everything out in English, opens it without a network, and brings it into another Carnet.
func TestE2ETakeOutOnSQLite(t *testing.T) {
	t.Parallel()
	takesOut(t, "en")
}

// TestE2ETakeOutOnPostgreSQL is the same road on the grown-up database, in French.
func TestE2ETakeOutOnPostgreSQL(t *testing.T) {
	t.Parallel()
	takesOut(t, "fr", "CARNET_DATABASE_URL="+storetest.Bare(t))
}

func takesOut(t *testing.T, language string, settings ...string) {
	s := serve(t, settings...)
	b := open(t, s, language)
	b.joins("Amina Diallo", journeyEmail)
	b.brings(bakedBadge(t), "/b/")
	b.press(`button[name="visibility"][value="public"]`)
	b.brings(credentialFile(t, journeyEmail, "Gardener of words", 3), "/b/")
	b.visit("/you/data")
	b.look("data-" + language)
	b.press(`form[action="/you/data/archive"] .button.primary`)
	// The page asks for itself until the archive is ready.
	b.do(chromedp.WaitVisible(`a[href="/you/data/archive.zip"]`))
	b.look("data-ready-" + language)
	b.visit("/badges")
	if !strings.Contains(b.html("main"), `href="/you/data"`) {
		t.Error("the wall does not tell that the archive is ready")
	}
	b.visit("/you/data")
	file := b.downloads(`a[href="/you/data/archive.zip"]`)
	folder := laidOut(t, file)
	b.readsFromDisk(folder, language)

	other := serve(t)
	c := open(t, other, language)
	c.joins("Amina", journeyEmail)
	c.visit("/badges/add")
	c.do(chromedp.SetUploadFiles(`input[name="file"]`, []string{file}))
	c.press(`main form[action="/badges"] .button.primary`)
	if !strings.HasPrefix(c.path(), "/you/data") {
		t.Fatalf("bringing the archive leads to %s: %s", c.path(), c.text("main"))
	}
	c.do(chromedp.WaitVisible(`#bringback .mark[data-tone="green"]`), chromedp.WaitNotPresent(`#bringback progress`))
	c.look("data-brought-" + language)
	visitor := open(t, other, language)
	visitor.visit("/@amina")
	if words := visitor.text("main"); !strings.Contains(words, "Neighbourhood Gardener") || strings.Contains(words, "Gardener of words") {
		t.Errorf("what is shown elsewhere is not what was shown here: %s", words)
	}
	b.finish()
	c.finish()
	visitor.finish()
}

// downloads presses a link and answers the file that comes, whole.
func (b *browser) downloads(selector string) string {
	b.t.Helper()
	folder := b.t.TempDir()
	b.do(chrome.SetDownloadBehavior(chrome.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(folder), chromedp.Click(selector))
	for range 200 {
		found, err := filepath.Glob(filepath.Join(folder, "*.zip"))
		if err == nil && len(found) == 1 {
			return found[0]
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatal("nothing is downloaded")
	return ""
}

// laidOut lays an archive out in a folder, as people do.
func laidOut(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	ok(t, err)
	if _, err := archive.Open(bytes.NewReader(content), int64(len(content))); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	ok(t, err)
	folder := t.TempDir()
	for _, f := range z.File {
		from, err := f.Open()
		ok(t, err)
		text, err := io.ReadAll(from)
		ok(t, err)
		path := filepath.Join(folder, filepath.FromSlash(f.Name))
		ok(t, os.MkdirAll(filepath.Dir(path), 0o700))
		ok(t, os.WriteFile(path, text, 0o600))
	}
	return folder
}

// readsFromDisk opens the archive's pages without a network: they look as they should, and ask for nothing but their own
// files.
func (b *browser) readsFromDisk(folder, language string) {
	b.t.Helper()
	known := len(b.foreign)
	b.do(network.EmulateNetworkConditions(true, 0, 0, 0), chromedp.Navigate("file://"+folder+"/index.html"), chromedp.WaitReady("#main"))
	b.look("offline-" + language)
	if n := strings.Count(b.html("main"), "badge-card"); n != 2 {
		b.t.Errorf("%d badges on the first page", n)
	}
	var broken int
	b.do(chromedp.Evaluate(`[...document.images].filter(i => !i.complete || i.naturalWidth === 0).length`, &broken))
	if broken > 0 {
		b.t.Errorf("%d pictures are not shown", broken)
	}
	b.do(chromedp.Click(`.badge-card h3 a`), chromedp.WaitVisible("#verdict-h"))
	if !strings.Contains(b.html("main"), `data-verdict="genuine"`) || !strings.Contains(b.text("main"), "carnet verify --web") {
		b.t.Errorf("the badge's page: %s", b.text("main"))
	}
	b.look("offline-badge-" + language)
	for _, asked := range b.foreign[known:] {
		if !strings.HasPrefix(asked, "file://"+folder) {
			b.t.Errorf("a page on the disk asks for %s", asked)
		}
	}
	b.foreign = b.foreign[:known]
	// axe-core reads the sheet by a request of its own, which the page's policy forbids, as it should.
	b.errors = slices.DeleteFunc(b.errors, func(e string) bool {
		return strings.HasPrefix(e, "Connecting to 'file://"+folder+"/carnet.css' violates")
	})
	b.do(network.EmulateNetworkConditions(false, 0, -1, -1))
}

// TestE2ELeaveAndStay leaves, is gone for others, signs in again, and stays.
func TestE2ELeaveAndStay(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "fr"} {
		s := serve(t)
		b, visitor := open(t, s, language), open(t, s, language)
		b.joins("Amina Diallo", journeyEmail)
		b.brings(bakedBadge(t), "/b/")
		page, _, _ := strings.Cut(b.path(), "?")
		b.press(`button[name="visibility"][value="public"]`)
		b.visit("/you/data")
		b.press(`a[href="/you/leave"]`)
		b.look("leave-" + language)
		b.press(`form[action="/you/leave"] .button.danger`)
		if b.path() != "/you/leaving" {
			t.Fatalf("leaving leads to %s", b.path())
		}
		b.look("leaving-" + language)
		for _, path := range []string{page, "/@amina-diallo"} {
			visitor.visit(path)
			if strings.Contains(visitor.text("body"), "Amina") || strings.Contains(visitor.text("body"), "Gardener") {
				t.Errorf("%s is still shown", path)
			}
		}
		b.press(`form[action="/sign-out"] button`)
		b.signsIn(journeyEmail)
		if b.path() != "/you/leaving" {
			t.Fatalf("signing in leads to %s", b.path())
		}
		b.press(`form[action="/you/stay"] button`)
		if !strings.HasPrefix(b.path(), "/badges") || !strings.Contains(b.text("main"), "Neighbourhood Gardener") {
			t.Errorf("staying leads to %s: %s", b.path(), b.text("main"))
		}
		visitor.visit(page)
		if !strings.Contains(visitor.text("main h1"), "Neighbourhood Gardener") {
			t.Error("the badge is not shown again")
		}
		b.finish()
		visitor.finish()
	}
}

// TestE2ELeaveForGood leaves at once, and then nothing is found of who has left: in no file of the data folder.
func TestE2ELeaveForGood(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := open(t, s, "en")
	b.joins("Zanzibarcanary Diop", canary+"@savoirs.example")
	b.brings(credentialFile(t, canary+"@savoirs.example", "Gardener "+canary, 4), "/b/")
	b.visit("/you/data")
	b.press(`form[action="/you/data/archive"] .button.primary`)
	b.do(chromedp.WaitVisible(`a[href="/you/data/archive.zip"]`))
	if places := mentions(t, s.data); len(places) < 2 || !slices.ContainsFunc(places, func(p string) bool { return strings.Contains(p, "letters") }) {
		t.Fatalf("the canary is seen only in %q: the search does not find what is there", places)
	}
	b.press(`a[href="/you/leave"]`)
	b.press(`form[action="/you/leave"] .button.danger`)
	b.press(`form[action="/you/leave/now"] button`)
	if b.path() != "/?done=left" {
		t.Fatalf("leaving now leads to %s", b.path())
	}
	b.look("left")
	var places []string
	for range 100 {
		if places = mentions(t, s.data); len(places) == 0 {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	if len(places) > 0 {
		t.Errorf("the canary is still in %q", places)
	}
	b.signsIn(canary + "@savoirs.example")
	if !strings.HasPrefix(b.path(), "/sign-in") {
		t.Errorf("who has left can sign in: %s", b.path())
	}
	b.finish()
}

// mentions are the files in which the canary is, and all archives, which cannot be searched.
func mentions(t *testing.T, folder string) (places []string) {
	t.Helper()
	ok(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && (bytes.Contains(bytes.ToLower(content), []byte(canary)) || strings.Contains(path, "/archives/")) {
			places = append(places, strings.TrimPrefix(path, folder))
		}
		return nil
	}))
	return places
}
