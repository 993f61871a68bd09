package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// imports does the jobs of imports that wait, until none is left.
func (town *town) imports() {
	town.t.Helper()
	for range 100 {
		job, err := town.store.Lease(town.t.Context(), []string{backpack.ImportJob}, town.now.Add(time.Minute), time.Minute)
		must(town.t, err)
		if job == nil {
			return
		}
		err = town.backpack.ImportOn(town.t.Context(), job.Payload)
		var more *backpack.Unfinished
		if errors.As(err, &more) {
			must(town.t, town.store.PutOff(town.t.Context(), job.ID, more.Until))
			continue
		}
		must(town.t, err)
		must(town.t, town.store.Finish(town.t.Context(), job.ID, town.now))
	}
	town.t.Fatal("the imports do not end")
}

var importAddress = regexp.MustCompile(`^/badges/imports/[0-9A-Z]{26}`)

// begun is the page of the import that many files led to.
func (a answer) begun(t *testing.T) string {
	t.Helper()
	found := importAddress.FindString(a.path)
	if found == "" || a.status != http.StatusOK {
		t.Fatalf("the import ended at %s with %d: %.800s", a.path, a.status, a.find(t, "main").Text())
	}
	return found
}

// rows are the results of a page: word and name of each.
func (a answer) rows(t *testing.T) (list []string) {
	t.Helper()
	table := a.find(t, ".results tbody tr")
	for i := range table.Length() {
		row := table.Eq(i)
		list = append(list, strings.Join(strings.Fields(row.Find(".outcome").Text()), " ")+": "+strings.TrimSpace(row.Find("b").First().Text()))
	}
	return list
}

func seed(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func zipOf(t *testing.T, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i+1 < len(files); i += 2 {
		f, err := w.Create(files[i])
		must(t, err)
		_, err = f.Write([]byte(files[i+1]))
		must(t, err)
	}
	must(t, w.Close())
	return out.String()
}

func TestManyFilesAreToldOfOneByOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina, other := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Bob Diop", "bob@savoirs.example")
		gardener := credential(t, seed(1), "amina@savoirs.example", "Gardener")
		a := amina.bring("gardener.json", gardener, "all.zip", zipOf(t, "folder/weaver.json", credential(t, seed(2), "amina@savoirs.example", "Weaver"), "folder/again.json", gardener, "__MACOSX/x", "x"),
			"notes.txt", "nothing here", "theirs.json", credential(t, seed(3), "bob@savoirs.example", "Sailor"), "links.csv", "badge\nhttps://silent.example/badge/1\n")
		page := a.begun(t)
		if rows := a.rows(t); len(rows) != 6 || rows[0] != "Not read yet: gardener.json" || rows[5] != "Not read yet: https://silent.example/badge/1" {
			t.Errorf("%q", rows)
		}
		poll := a.find(t, "#import[hx-get]")
		if get, _ := poll.Attr("hx-get"); poll.Length() != 1 || !strings.HasPrefix(get, page) || a.find(t, `#import [role=status]`).Length() != 1 || a.find(t, "progress").Length() != 1 {
			t.Error("the page does not ask for itself, or has no progress")
		}
		if a := other.get(page); a.status != http.StatusNotFound {
			t.Errorf("to somebody else: %d", a.status)
		}
		if said := amina.get("/badges").find(t, "main").Text(); !strings.Contains(said, "You are bringing in badges at this moment") {
			t.Error("the wall says nothing of it")
		}
		town.imports()
		a = amina.get(page)
		want := []string{"Added: Gardener", "Added: Weaver", "Already here: Gardener", "Not a badge: notes.txt", "Not yours?: theirs.json", "No answer: https://silent.example/badge/1"}
		got := a.rows(t)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		if a.find(t, "#import[hx-get]").Length() != 0 || a.find(t, "progress").Length() != 0 {
			t.Error("the page still asks for itself")
		}
		if said := strings.Join(strings.Fields(a.find(t, "#import-t").Text()), " "); said != "6 of 6 read. 2 added, 1 already here, 1 made out to somebody else, 1 without an answer, 1 not a badge." {
			t.Errorf("%q", said)
		}
		if rows := amina.get(page + "?show=open").rows(t); len(rows) != 3 {
			t.Errorf("needs her: %q", rows)
		}
		if said := amina.get("/badges").find(t, "main").Text(); !strings.Contains(said, "3 things you brought are left to put right") {
			t.Error("the wall does not say what is left")
		}
	})
}

func TestAWholeImportIsShownUndoneAndBroughtBack(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	page := amina.bring("a.json", credential(t, seed(1), "amina@savoirs.example", "Gardener"), "b.json", credential(t, seed(2), "amina@savoirs.example", "Weaver")).begun(t)
	town.imports()
	if a := amina.post(page+"/visibility", url.Values{"visibility": {"public"}}); !strings.Contains(a.find(t, ".notice").Text(), "2 badges") || a.find(t, `option[value=public][selected]`).Length() != 1 {
		t.Errorf("shown: %s", a.find(t, ".notice").Text())
	}
	if a := town.visitor().get("/@amina-diallo"); !strings.Contains(a.body, "Weaver") {
		t.Error("nobody sees them")
	}
	tagged := amina.post(page+"/tag", url.Values{"tag": {"Garden"}})
	undo, _ := tagged.find(t, ".notice input[name=undo]").Attr("value")
	if a := amina.get("/badges/tags"); !strings.Contains(a.body, "Garden") || undo == "" {
		t.Errorf("tagged: %s", tagged.find(t, ".notice").Text())
	}
	back, _ := tagged.find(t, ".notice input[name=back]").Attr("value")
	if a := amina.post("/badges/undo", url.Values{"undo": {undo}, "back": {back}}); !strings.HasPrefix(a.path, page) {
		t.Errorf("taking it back leads to %s", a.path)
	}
	if a := amina.get("/badges/tags"); strings.Contains(a.body, "Garden") {
		t.Error("the tag was not taken back")
	}
	if a := amina.post(page+"/tag", url.Values{"tag": {" "}}); !strings.Contains(a.find(t, ".notice").Text(), "1 to 40 characters") {
		t.Errorf("no tag: %s", a.find(t, ".notice").Text())
	}
	a := amina.post(page+"/undo", nil)
	if !strings.Contains(a.find(t, ".notice[role=status]").Text(), "2 badges lie in the trash") || a.find(t, `.notice form[action="`+page+`/redo"]`).Length() != 1 {
		t.Errorf("undone: %s", a.find(t, ".notice").Text())
	}
	if a := amina.get("/badges/deleted"); !strings.Contains(a.body, "Weaver") {
		t.Error("they are not in the trash")
	}
	if a := amina.post(page+"/redo", nil); !strings.Contains(a.find(t, ".notice").Text(), "2 badges are back") {
		t.Errorf("back: %s", a.find(t, ".notice").Text())
	}
	if a := amina.get("/badges"); !strings.Contains(a.body, "Weaver") {
		t.Error("they are not back")
	}
}

// TestAButtonPressedTwiceDoesItsDeedOnce sends each form twice, as impatient fingers do: the second answer is as good as the
// first, and offers the same way back.
func TestAButtonPressedTwiceDoesItsDeedOnce(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	page := amina.bring("a.json", credential(t, seed(1), "amina@savoirs.example", "Gardener"), "b.json", credential(t, seed(2), "amina@savoirs.example", "Weaver"), "c.txt", "nothing").begun(t)
	town.imports()
	held, err := town.store.AddedBy(t.Context(), amina.person.ID, strings.TrimPrefix(page, "/badges/imports/"), false)
	must(t, err)
	badge, collection := "/b/"+held[0].ID, amina.collects("Both", "private", held[0].ID, held[1].ID)
	amina.beside(badge+"/evidence", map[string]string{"title": "Diary", "words": "I did it."}, "", nil)
	piece := badge + "/evidence/" + town.pieces(held[0].ID)[0].ID
	left := "/badges/to-fix/" + strings.TrimPrefix(amina.get("/badges/to-fix").find(t, ".fix").AttrOr("id", ""), "fix-")
	for _, deed := range []string{
		piece + "/remove", piece + "/restore", badge + "/delete", badge + "/restore", collection + "/delete", collection + "/restore",
		left + "/dismiss", left + "/open", page + "/undo", page + "/redo",
	} {
		first := amina.post(deed, nil)
		second := amina.post(deed, nil)
		said, again := strings.TrimSpace(first.find(t, ".notice").Text()), strings.TrimSpace(second.find(t, ".notice").Text())
		if first.status != http.StatusOK || second.status != http.StatusOK || first.path != second.path || said == "" && !strings.HasSuffix(deed, "/open") || again != said {
			t.Errorf("%s: %d %s %q, then %d %s %q", deed, first.status, first.path, said, second.status, second.path, again)
		}
	}
	if held, err = town.store.AddedBy(t.Context(), amina.person.ID, strings.TrimPrefix(page, "/badges/imports/"), false); err != nil || len(held) != 2 {
		t.Errorf("%d badges are held in the end: %v", len(held), err)
	}
}

func TestAnImportIsStoppedOnThePageAndGoesOn(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	page := amina.bring("a.json", credential(t, seed(1), "amina@savoirs.example", "Gardener"), "b.json", "x").begun(t)
	a := amina.post(page+"/stop", nil)
	if a.find(t, "#import[hx-get]").Length() != 0 || a.find(t, `form[action="`+page+`/go-on"]`).Length() != 1 {
		t.Error("it was not stopped")
	}
	town.imports()
	if a := amina.get(page); len(a.rows(t)) != 2 || !strings.HasPrefix(a.rows(t)[0], "Not read yet") {
		t.Errorf("%q", a.rows(t))
	}
	amina.post(page+"/go-on", nil)
	town.imports()
	if a := amina.get(page); a.rows(t)[0] != "Added: Gardener" {
		t.Errorf("%q", a.rows(t))
	}
}

func TestWhatIsLeftIsPutRightOrDismissed(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina, other := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Bob Diop", "bob@savoirs.example")
	amina.bring("a.txt", "nothing", "b.txt", "nothing else", "c.json", credential(t, seed(1), "amina@work.example", "Weaver"), "large.png", strings.Repeat("x", backpack.MaxItem+1)).begun(t)
	town.imports()
	a := amina.get("/badges/to-fix")
	if a.find(t, ".fix").Length() != 4 || !strings.Contains(a.find(t, "main").Text(), "4 things could not be brought in") {
		t.Fatalf("%s", a.find(t, "main").Text())
	}
	action := func(name string) string {
		row := a.find(t, ".fix").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.Contains(s.Text(), name) })
		id, _ := row.Attr("id")
		return "/badges/to-fix/" + strings.TrimPrefix(id, "fix-")
	}
	for _, deed := range []string{"/retry", "/dismiss", "/open"} {
		if b := other.post(action("a.txt")+deed, nil); b.status != http.StatusNotFound {
			t.Errorf("somebody else's %s: %d", deed, b.status)
		}
	}
	if b := amina.post(action("a.txt")+"/retry", nil); !strings.Contains(b.find(t, ".notice").Text(), "still could not") {
		t.Errorf("again: %s", b.find(t, ".notice").Text())
	}
	if b := amina.post(action("large.png")+"/retry", url.Values{"text": {credential(t, seed(2), "amina@savoirs.example", "Gardener")}}); !strings.Contains(b.find(t, ".notice").Text(), "in your passport now") {
		t.Errorf("something else in its place: %s", b.find(t, ".notice").Text())
	}
	b := amina.post(action("b.txt")+"/dismiss", nil)
	if undo, _ := b.find(t, ".notice form").Attr("action"); undo != action("b.txt")+"/open" {
		t.Errorf("dismissing is taken back at %q", undo)
	}
	if b := amina.post(action("b.txt")+"/open", nil); b.find(t, ".fix").Length() != 3 {
		t.Errorf("%d are left", b.find(t, ".fix").Length())
	}
	b = amina.post("/badges/to-fix/dismiss", nil)
	undo := b.find(t, `.notice form[action="/badges/to-fix/open"] input[name=at]`)
	at, _ := undo.Attr("value")
	if !strings.Contains(b.find(t, ".notice").Text(), "3 are dismissed") || b.find(t, ".fix").Length() != 0 {
		t.Errorf("all dismissed: %s", b.find(t, "main").Text())
	}
	if b := amina.post("/badges/to-fix/open", url.Values{"at": {at}}); b.find(t, ".fix").Length() != 3 {
		t.Errorf("%d came back", b.find(t, ".fix").Length())
	}
}

func TestOneThingIsAnsweredAtOnceAndKeptIfItMayStillComeIn(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	a := amina.bring("all.zip", zipOf(t, "only/one.json", credential(t, seed(1), "amina@savoirs.example", "Gardener")))
	a.imported(t)
	a = amina.post("/badges", url.Values{"text": {"Dear Amina,\n\nyour badge:\n" + credential(t, seed(2), "amina@savoirs.example", "Weaver") + "\nYours"}})
	a.imported(t)
	a = amina.post("/badges", url.Values{"text": {"Dear Amina, your badge is at https://issuer.example/badge/7."}})
	if said := a.find(t, ".results").Text(); a.status != http.StatusUnprocessableEntity || !strings.Contains(said, "tried again by itself") {
		t.Errorf("%d %s", a.status, said)
	}
	if fix := amina.get("/badges/to-fix"); fix.find(t, ".fix").Length() != 1 || !strings.Contains(fix.body, "https://issuer.example/badge/7") {
		t.Errorf("left to fix: %s", fix.find(t, "main").Text())
	}
	a = amina.bring("locked.zip", "PK\x03\x04 cut off")
	if said := a.find(t, ".results").Text(); a.status != http.StatusUnprocessableEntity || !strings.Contains(said, "damaged or cut off") {
		t.Errorf("%d %s", a.status, said)
	}
	a = amina.bring("empty.zip", zipOf(t, "__MACOSX/a", "x", "folder/", ""))
	if a.status != http.StatusUnprocessableEntity || a.find(t, "#mistake").Length() != 1 {
		t.Errorf("a ZIP without anything: %d", a.status)
	}
}

// ASVS: V5.2.1, V5.2.3
func TestMoreThanFitsIsToldNotTaken(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	var links []string
	for i := range backpack.MostItems + 7 {
		links = append(links, fmt.Sprintf("https://issuer.example/badge/%d", i))
	}
	a := amina.post("/badges", url.Values{"text": {strings.Join(links, "\n")}})
	a.begun(t)
	if said := a.find(t, "#import").Text(); !strings.Contains(said, "7 things were left out") || !strings.Contains(said, "0 of 1") {
		t.Errorf("%.600s", said)
	}
	if rows := a.rows(t); len(rows) != importRows {
		t.Errorf("%d rows on a page", len(rows))
	}
	next, _ := a.find(t, "#results p a.button").Attr("href")
	if rows := amina.get(next).rows(t); len(rows) != importRows || !strings.Contains(rows[0], "badge/100") {
		t.Errorf("the next page begins with %q", rows[0])
	}
}

// ASVS: V5.2.1
func TestWhatIsSentBeyondTheLimitIsToldAndWhatCameBeforeIsRead(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.site.limits.sending = 1 << 20
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	files := []string{"a.json", credential(t, seed(1), "amina@savoirs.example", "Gardener"), "b.json", credential(t, seed(2), "amina@savoirs.example", "Weaver")}
	a := amina.bring(append(files, "large.png", strings.Repeat("x", 3<<20))...)
	page := a.begun(t)
	if said := a.find(t, ".notice[role=status]").Text(); !strings.Contains(said, "bring the rest") || !strings.Contains(a.path, "import-cut") {
		t.Errorf("%s says %q", a.path, said)
	}
	town.imports()
	if rows := amina.get(page).rows(t); !slices.Equal(rows, []string{"Added: Gardener", "Added: Weaver"}) {
		t.Errorf("%q", rows)
	}
	if a := amina.bring("large.png", strings.Repeat("x", 3<<20)); a.status != http.StatusUnprocessableEntity || a.find(t, "#mistake").Length() != 1 {
		t.Errorf("one alone: %d", a.status)
	}
	left, err := town.site.Archives.Before(time.Now().Add(time.Hour))
	must(t, err)
	if len(left) > 0 {
		t.Errorf("left on the shelf: %q", left)
	}
}

func TestAPassportAmongOtherThingsIsTakenInByItself(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	a := amina.bring("a.json", credential(t, seed(1), "amina@savoirs.example", "Gardener"), "everything.zip", smallArchive(t), "more.zip", smallArchive(t))
	page := a.begun(t)
	town.imports()
	a = amina.get(page)
	if rows := a.rows(t); !slices.Equal(rows, []string{"Added: Gardener", "A whole passport: carnet.zip", "A whole passport: carnet.zip"}) {
		t.Errorf("%q", rows)
	}
	if said := a.find(t, "#results").Text(); !strings.Contains(said, "being taken in by itself") || !strings.Contains(said, "Only one can be taken in at a time") {
		t.Errorf("%s", said)
	}
	if in, err := town.store.ArchiveOf(t.Context(), amina.person.ID, store.In); err != nil || in.State != store.Making {
		t.Errorf("%+v %v", in, err)
	}
}
