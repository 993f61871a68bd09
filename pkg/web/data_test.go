package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/archive"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// bringsBack sends an archive through the form of the page of one's own data.
func (v *visitor) bringsBack(name, content string) answer {
	v.town.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	must(v.town.t, form.WriteField("profile", "yes"))
	part, err := form.CreateFormFile("file", name)
	must(v.town.t, err)
	_, err = io.WriteString(part, content)
	must(v.town.t, err)
	must(v.town.t, form.Close())
	return v.do(v.request("POST", "/you/data/bring", &body, "Content-Type", form.FormDataContentType()))
}

// smallArchive is a passport's archive with one file.
func smallArchive(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	d, err := archive.Continue(folder)
	must(t, err)
	must(t, d.Step("papers", func(put archive.Put) (any, error) { return nil, put("profile.json", time.Now(), []byte("{}")) }))
	_, err = d.Finish(archive.Manifest{Made: time.Now(), Badges: []string{}})
	must(t, err)
	return finishedIn(t, folder)
}

// finishedIn is the finished archive in a folder.
func finishedIn(t *testing.T, folder string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, archive.DoneFile))
	must(t, err)
	return string(content)
}

func TestEverythingIsTakenOutByAJobAndFetchedByAFreshSession(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		v := town.member("Amina Diallo", "amina@savoirs.example")
		if a := v.get("/you/data"); a.find(t, `form[action="/you/data/archive"]`).Length() != 1 {
			t.Fatalf("nothing to begin with: %d", a.status)
		}
		a := v.post("/you/data/archive", nil)
		if a.path != "/you/data" || a.find(t, "#takeout progress").Length() != 1 || a.find(t, "#takeout[hx-get]").Length() != 1 {
			t.Fatalf("begun: %s", a.path)
		}
		if a := v.post("/you/data/archive", nil); a.path != "/you/data?done=out-already" {
			t.Errorf("twice: %s", a.path)
		}
		out, err := s.ArchiveOf(t.Context(), v.person.ID, store.Out)
		must(t, err)
		must(t, s.AdvanceArchive(t.Context(), out.ID, 42, 120, nil))
		if said := v.get("/you/data").find(t, "#takeout [role=status]").Text(); !strings.Contains(said, "42 of 120 badges") {
			t.Errorf("progress: %q", said)
		}
		if a := v.get(archivePath); a.status != http.StatusNotFound {
			t.Errorf("fetched before it is ready: %d", a.status)
		}
		content := smallArchive(t)
		_, err = town.site.Archives.Lay(out.ID, strings.NewReader(content), 1<<20)
		must(t, err)
		out.State, out.Size = store.Ready, int64(len(content))
		must(t, town.accounts.EndArchive(t.Context(), out))
		if a := v.get("/badges"); !strings.Contains(a.body, "The archive with everything of yours is ready") {
			t.Error("the wall does not tell that it is ready")
		}
		a = v.get(archivePath)
		if a.body != content || a.header.Get("Cache-Control") != "private, no-store" || !strings.Contains(a.header.Get("Content-Disposition"), "carnet-amina-diallo-") {
			t.Errorf("%d, %d bytes, %v", a.status, len(a.body), a.header)
		}
		if a := town.member("Moussa Ba", "moussa@medina.example").get(archivePath); a.status != http.StatusNotFound {
			t.Errorf("somebody else's: %d", a.status)
		}
		town.now = town.now.Add(freshness + time.Minute)
		if a := v.get(archivePath); !strings.HasPrefix(a.path, "/sign-in/again") {
			t.Errorf("not fresh any more, fetched: %d %s", a.status, a.path)
		}
		town.now = town.now.Add(account.ArchiveKept)
		if a := v.get("/you/data"); a.find(t, `a[href="`+archivePath+`"]`).Length() != 0 {
			t.Error("an archive past its days is still offered")
		}
	})
}

func TestWhatIsCalledOffIsNotMade(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	v.post("/you/data/archive", nil)
	if a := v.post("/you/data/archive/cancel", nil); a.path != "/you/data?done=called-off" || a.find(t, `form[action="/you/data/archive"]`).Length() != 1 {
		t.Errorf("%s", a.path)
	}
	if a := v.post("/you/data/archive/cancel", nil); a.path != "/you/data?done=called-off" {
		t.Errorf("again: %d %s", a.status, a.path)
	}
}

// TestOnlyAPassportsArchiveIsBroughtBack offers what is none, in both places where one can be brought.
//
// ASVS: V5.2.1, V5.2.2
func TestOnlyAPassportsArchiveIsBroughtBack(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	var other bytes.Buffer
	z := zip.NewWriter(&other)
	_, err := z.Create("photos/1.jpg")
	must(t, err)
	must(t, z.Close())
	slip := strings.ReplaceAll(smallArchive(t), "profile.json", "../file.json")
	for name, row := range map[string]struct{ content, say string }{
		"nothing":     {"", "Choose the archive first"},
		"a picture":   {"\x89PNG\r\n\x1a\n", "no ZIP file"},
		"another ZIP": {other.String(), "no file carnet.json"},
		"a way out":   {slip, "a name that no archive of ours gives"},
		"half of it":  {smallArchive(t)[:200], "no ZIP file"},
	} {
		town.forgive()
		a := v.bringsBack("a.zip", row.content)
		said := a.find(t, "#bring-mistake").Text()
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(said, row.say) || said == "" {
			t.Errorf("%s: %d, %q", name, a.status, said)
		}
	}
	town.forgive()
	if a := v.bring("a.zip", slip); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.find(t, "#bring-mistake").Text(), "a name that no archive") {
		t.Errorf("dropped where badges are: %d", a.status)
	}
	if a := v.bring("a.zip", other.String()); a.status != http.StatusUnprocessableEntity || a.find(t, "#results").Length() != 1 {
		t.Errorf("another ZIP, dropped where badges are: %d", a.status)
	}
	left, err := town.site.Archives.Before(time.Now().Add(time.Hour))
	must(t, err)
	if len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestAnArchiveIsTakenInOneAtATime(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	content := smallArchive(t)
	if a := v.bring("everything.zip", content); a.path != "/you/data" {
		t.Fatalf("dropped where badges are: %d %s", a.status, a.path)
	}
	if a := v.bringsBack("a.zip", content); a.status != http.StatusConflict {
		t.Errorf("a second: %d", a.status)
	}
	in, err := town.store.ArchiveOf(t.Context(), v.person.ID, store.In)
	must(t, err)
	results := `{"added":2,"already":1,"waiting":1,"refused":[{"name":"Weaver","why":"somebody-else","names":["ada@example.org"]}]}`
	must(t, town.store.AdvanceArchive(t.Context(), in.ID, 5, 5, []byte(results)))
	in.State = store.Ready
	must(t, town.accounts.EndArchive(t.Context(), in))
	said := v.get("/you/data").find(t, "#bringback").Text()
	for _, want := range []string{"2 badges added", "1 here already", "1 waits for an address", "1 not taken", "Weaver", "ada@example.org"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said: %s", want, said)
		}
	}
	town.forgive()
	if a := v.bringsBack("a.zip", content); a.path != "/you/data" {
		t.Errorf("after the first has ended: %d %s", a.status, a.path)
	}
	if a := v.post("/you/data/bring/cancel", nil); a.path != "/you/data?done=called-off" {
		t.Errorf("called off: %s", a.path)
	}
}

// TestNobodySendsTwoArchivesAtOnce: each may be of two gigabytes and take two hours.
func TestNobodySendsTwoArchivesAtOnce(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	body, sends := io.Pipe()
	form := multipart.NewWriter(sends)
	first := v.request("POST", "/you/data/bring", body, "Content-Type", form.FormDataContentType())
	ended := make(chan answer, 1)
	go func() { ended <- v.do(first) }()
	part, err := form.CreateFormFile("file", "a.zip")
	must(t, err)
	_, err = part.Write(bytes.Repeat([]byte("x"), 1<<16))
	must(t, err)
	for begun := false; !begun; time.Sleep(time.Millisecond) {
		_, begun = town.site.bringing.Load(v.person.ID)
	}
	if a := v.bringsBack("b.zip", smallArchive(t)); a.status != http.StatusConflict {
		t.Errorf("a second at once: %d", a.status)
	}
	must(t, form.Close())
	must(t, sends.Close())
	if a := <-ended; a.status != http.StatusUnprocessableEntity {
		t.Errorf("the first, which is none: %d", a.status)
	}
	if a := v.bringsBack("b.zip", smallArchive(t)); a.path != "/you/data" {
		t.Errorf("after it: %d %s", a.status, a.path)
	}
}

func TestALargerArchiveThanAnyFormIsTaken(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	folder := t.TempDir()
	d, err := archive.Continue(folder)
	must(t, err)
	noise := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	must(t, d.Step("papers", func(put archive.Put) (any, error) {
		return nil, errors.Join(put("a.png", time.Now(), noise), put("b.png", time.Now(), noise))
	}))
	_, err = d.Finish(archive.Manifest{Made: time.Now(), Badges: []string{}})
	must(t, err)
	content := finishedIn(t, folder)
	if a := v.bringsBack("large.zip", content); len(content) < 32<<20 || a.path != "/you/data" {
		t.Errorf("%d bytes: %d %s", len(content), a.status, a.path)
	}
}

// TestWhoLeavesIsGoneForOthersAtOnceAndMayStay walks the seven days.
func TestWhoLeavesIsGoneForOthersAtOnceAndMayStay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		v, other := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Moussa Ba", "moussa@medina.example")
		badge := v.bring("g.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		v.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
		public := []string{"/b/" + badge, "/b/" + badge + ".json", "/b/" + badge + "/picture", "/b/" + badge + "/baked.png", "/@amina-diallo"}
		for _, path := range public {
			if a := other.get(path); a.status != http.StatusOK {
				t.Fatalf("%s: %d", path, a.status)
			}
		}
		if a := v.get("/you/leave"); a.find(t, `form[action="/you/leave"] button`).Length() != 1 {
			t.Fatal("nothing to leave by")
		}
		a := v.post("/you/leave", nil)
		if a.path != leavingPath || a.find(t, `form[action="/you/stay"]`).Length() != 1 || a.find(t, `form[action="/you/leave/now"]`).Length() != 1 || a.find(t, "#takeout").Length() != 1 {
			t.Fatalf("leaving: %s", a.path)
		}
		for _, path := range public {
			for who, one := range map[string]*visitor{"a visitor": town.visitor(), "a member": other, "themselves": v} {
				a, never := one.get(path), one.get("/b/01HZZZZZZZZZZZZZZZZZZZZZZZ")
				if a.status != http.StatusNotFound || len(a.body)-len(never.body) > 200 {
					t.Errorf("%s, %s: %d", path, who, a.status)
				}
			}
		}
		for _, path := range []string{"/badges", "/badges/add", "/you", "/you/sign-in", "/you/data", "/you/log", "/b/" + badge + "/original"} {
			if a := v.get(path); a.path != leavingPath {
				t.Errorf("%s leads to %s", path, a.path)
			}
		}
		if a := v.post("/b/"+badge+"/visibility", url.Values{"visibility": {"private"}}); a.path != leavingPath {
			t.Errorf("a deed leads to %s", a.path)
		}
		if a := v.post("/you/data/archive", nil); a.path != leavingPath {
			t.Errorf("taking out leads to %s", a.path)
		}
		if _, err := s.ArchiveOf(t.Context(), v.person.ID, store.Out); err != nil {
			t.Errorf("who is leaving cannot take everything out: %v", err)
		}
		elsewhere := town.visitor()
		if a := elsewhere.post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}}); a.path != leavingPath {
			t.Errorf("signing in leads to %s", a.path)
		}
		if a := elsewhere.post("/you/stay", nil); a.path != "/badges?done=stays" {
			t.Fatalf("staying leads to %s", a.path)
		}
		for _, path := range public {
			if a := other.get(path); a.status != http.StatusOK {
				t.Errorf("after staying, %s: %d", path, a.status)
			}
		}
	})
}

// TestWhoseDaysAreOverIsToldSo, in both languages, and not offered to stay; one who presses the button of a page that is
// still open is told, too.
func TestWhoseDaysAreOverIsToldSo(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	v.post("/you/leave", nil)
	const stay = `form[action="/you/stay"]`
	if a := v.get(leavingPath); a.find(t, stay).Length() != 1 {
		t.Fatal("who is leaving cannot stay")
	}
	town.now = town.now.Add(account.LeavingFor)
	for language, want := range map[string][2]string{
		"en": {"Your seven days are over", "It is too late to stay: the seven days are over."},
		"fr": {"Vos sept jours sont écoulés", "Il est trop tard pour rester\u00a0: les sept jours sont écoulés."},
	} {
		person, err := town.store.Person(t.Context(), v.person.ID)
		must(t, err)
		person.Language = language
		must(t, town.store.UpdatePerson(t.Context(), &person))
		if a := v.get(leavingPath); a.find(t, "h1").Text() != want[0] || a.find(t, stay).Length() != 0 {
			t.Errorf("after their days: %s", a.find(t, "main").Text())
		}
		if a := v.post("/you/stay", nil); a.path != leavingPath+"?done=stay-late" || strings.TrimSpace(a.find(t, ".notice").First().Text()) != want[1] {
			t.Errorf("staying leads to %s: %q", a.path, a.find(t, ".notice").Text())
		}
	}
}

func TestLeavingNeedsAFreshProof(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	town.now = town.now.Add(freshness + time.Minute)
	for _, deed := range []string{"/you/leave", "/you/leave/now"} {
		if a := v.post(deed, nil); !strings.HasPrefix(a.path, "/sign-in/again") {
			t.Errorf("%s: %s", deed, a.path)
		}
	}
	person, err := town.store.Person(t.Context(), v.person.ID)
	must(t, err)
	if person.LeavingAt != nil {
		t.Error("they are leaving")
	}
}

func TestLeavingNowEndsTheSession(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	if a := v.post("/you/leave/now", nil); a.path != "/you/leave" {
		t.Errorf("without having decided to leave: %s", a.path)
	}
	v.post("/you/leave", nil)
	a := v.post("/you/leave/now", nil)
	if a.path != "/?done=left" || a.find(t, ".notice").Length() != 1 {
		t.Errorf("%s", a.path)
	}
	if a := v.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") {
		t.Errorf("still signed in: %s", a.path)
	}
	_, err := town.accounts.Erase(t.Context(), v.person.ID)
	must(t, err)
	if a := town.visitor().post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("signing in after all: %d", a.status)
	}
}

func TestTheLastAdministratorIsToldWhyTheyCannotLeave(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	town.appoint(t, v)
	a := v.post("/you/leave", nil)
	if a.status != http.StatusConflict || !strings.Contains(a.find(t, "[role=alert]").Text(), "last administrator") {
		t.Errorf("%d %s", a.status, a.find(t, "[role=alert]").Text())
	}
}
