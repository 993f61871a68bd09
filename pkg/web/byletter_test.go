package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// mailbox takes all letters about accounts that wait, the oldest first.
func (town *town) mailbox() (all []account.Letter) {
	town.t.Helper()
	for {
		job, err := town.store.Lease(town.t.Context(), []string{account.LetterJob}, town.now.Add(24*time.Hour), time.Minute)
		must(town.t, err)
		if job == nil {
			return all
		}
		var l account.Letter
		must(town.t, json.Unmarshal(job.Payload, &l))
		all = append(all, l)
		must(town.t, town.store.Finish(town.t.Context(), job.ID, town.now))
	}
}

// newest is the newest letter of a kind that waits.
func (town *town) newest(kind string) (l account.Letter) {
	town.t.Helper()
	for _, one := range town.mailbox() {
		if one.Kind == kind {
			l = one
		}
	}
	if l.Kind == "" {
		town.t.Fatalf("no letter %q waits", kind)
	}
	l.Link = strings.TrimPrefix(l.Link, town.server.URL)
	return l
}

// asks is a visitor who has asked for a letter, and the letter.
func (town *town) asks(email, next string) (*visitor, account.Letter) {
	town.t.Helper()
	v := town.visitor()
	if a := v.post("/sign-in", url.Values{"email": {email}, "by": {"letter"}, "next": {next}}); a.path != "/sign-in/code" || a.status != http.StatusOK {
		town.t.Fatalf("asking ends at %s with %d", a.path, a.status)
	}
	return v, town.newest(account.LetterSignIn)
}

// ASVS: V6.6.2, V7.2.4
func TestALetterOpensThePassportByCodeWhereItWasAskedForAndByLinkAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		town.member("Amina Diallo", "amina@savoirs.example")

		here, letter := town.asks("Amina@savoirs.example", "/you")
		if a := town.visitor().post("/sign-in/code", url.Values{"code": {letter.Code}}); a.path != "/sign-in" {
			t.Errorf("in another browser the code leads to %s", a.path)
		}
		before := here.cookie(t)
		if a := here.post("/sign-in/code", url.Values{"code": {letter.Code}}); a.path != "/you" || a.status != http.StatusOK {
			t.Errorf("the code leads to %s with %d", a.path, a.status)
		}
		if here.cookie(t) == before {
			t.Error("the session keeps the token it had before")
		}
		if a := here.get("/sign-in/code"); a.path != "/sign-in" {
			t.Errorf("the page of the code is still there: %s", a.path)
		}

		_, letter = town.asks("amina@savoirs.example", "")
		elsewhere := town.visitor()
		if a := elsewhere.get(letter.Link); a.status != http.StatusOK || elsewhere.get("/you").path == "/you" {
			t.Fatalf("opening the link: %d, or it let in by itself", a.status)
		}
		if a := elsewhere.post(letter.Link, nil); a.path != "/badges" {
			t.Errorf("the link leads to %s", a.path)
		}
		for _, hidden := range []string{letter.Code, strings.TrimPrefix(letter.Link, "/sign-in/letter/"), "savoirs.example"} {
			if strings.Contains(town.log.String(), hidden) {
				t.Errorf("the log holds %q: %s", hidden, town.log.String())
			}
		}
		if a := town.visitor().get(letter.Link); a.status != http.StatusGone || !strings.Contains(a.find(t, "main").Text(), "ten minutes") {
			t.Errorf("used, it answers %d", a.status)
		}
	})
}

// TestWhoOpensSomebodyElsesLetterIsToldWhoseItIs: a letter handed on would lead its reader into a stranger's passport.
func TestWhoOpensSomebodyElsesLetterIsToldWhoseItIs(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.member("Eve Adversary", "eve@evil.example")
	victim := town.member("Amina Diallo", "amina@savoirs.example")
	asker, letter := town.asks("eve@evil.example", "")
	page := victim.get(letter.Link)
	said := strings.Join(strings.Fields(page.find(t, "main").Text()), " ")
	for _, want := range []string{"Eve Adversary", "eve@evil.example", "another browser", "signed in here as Amina Diallo"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q: %s", want, said)
		}
	}
	own := strings.Join(strings.Fields(asker.get(letter.Link).find(t, "main").Text()), " ")
	if strings.Contains(own, "another browser") || strings.Contains(own, "signed in here") {
		t.Errorf("who asked is warned: %s", own)
	}
	if a := victim.post(letter.Link, nil, "Origin", "https://evil.example"); a.status != http.StatusForbidden {
		t.Errorf("another site presses the button: %d", a.status)
	}
}

func TestTheSameLetterMakesAPassportForWhoeverHasNone(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	for name, row := range map[string]struct {
		byCode bool
		email  string
	}{"by code": {true, "new@savoirs.example"}, "by link": {false, "other@savoirs.example"}} {
		v, letter := town.asks(row.email, "")
		var page answer
		if row.byCode {
			page = v.post("/sign-in/code", url.Values{"code": {letter.Code}})
		} else {
			v = town.visitor()
			page = v.get(letter.Link)
		}
		if n := page.find(t, `input[name="name"]`).Length(); n != 1 || !strings.Contains(page.find(t, "main").Text(), row.email) {
			t.Fatalf("%s: at %s the page asks for %d names", name, page.path, n)
		}
		action := page.find(t, "main form").AttrOr("action", "")
		if a := v.post(action, url.Values{"name": {" "}}); a.status != http.StatusUnprocessableEntity || a.find(t, "#name-mistake").Length() != 1 {
			t.Errorf("%s: without a name: %d", name, a.status)
		}
		if a := v.post(action, url.Values{"name": {"Newcomer"}}); a.path != "/badges?done=made" || a.find(t, ".notice").Length() != 1 {
			t.Errorf("%s: it ends at %s", name, a.path)
		}
	}
}

func TestACodeThatDoesNotOpenSaysWhy(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.member("Amina Diallo", "amina@savoirs.example")
	v, letter := town.asks("amina@savoirs.example", "")
	wrong := "000000"
	if letter.Code == wrong {
		wrong = "000001"
	}
	try := func(code string) (int, string) {
		a := v.post("/sign-in/code", url.Values{"code": {code}})
		return a.status, a.find(t, "#code-mistake").Text()
	}
	if status, said := try(wrong); status != http.StatusUnprocessableEntity || !strings.Contains(said, "not the code") {
		t.Errorf("wrong: %d %q", status, said)
	}
	for range 4 {
		town.now = town.now.Add(time.Minute)
		try(wrong)
	}
	if status, said := try(letter.Code); status != http.StatusUnprocessableEntity || !strings.Contains(said, "no longer works") {
		t.Errorf("after five: %d %q", status, said)
	}
}

func TestAMalformedAddressIsGivenBackWithAWord(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	a := town.visitor().post("/sign-in", url.Values{"email": {"no address"}, "by": {"letter"}, "next": {"/you"}})
	if a.status != http.StatusUnprocessableEntity || a.find(t, "#email").AttrOr("value", "") != "no address" || a.find(t, "#email-mistake").Length() != 1 || a.find(t, `input[name="next"]`).AttrOr("value", "") != "/you" {
		t.Errorf("%d: %s", a.status, a.find(t, "main").Text())
	}
	if n := len(town.mailbox()); n != 0 {
		t.Errorf("%d letters", n)
	}
}

// TestOneCanProveAgainWhoOneIsByLetter is for whoever has no password, or has forgotten it.
func TestOneCanProveAgainWhoOneIsByLetter(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	town.now = town.now.Add(time.Hour)
	a := amina.post("/sign-in/again/letter", url.Values{"next": {"/you/sign-in"}})
	if !strings.Contains(a.path, "done=code-sent") || a.find(t, `input[name="code"]`).Length() != 1 {
		t.Fatalf("asking ends at %s", a.path)
	}
	letter := town.newest(account.LetterProve)
	if a := amina.post("/sign-in/again", url.Values{"code": {"12"}, "next": {"/you/sign-in"}}); a.status != http.StatusUnprocessableEntity || a.find(t, "#code-mistake").Length() != 1 {
		t.Errorf("a wrong code: %d", a.status)
	}
	if a := amina.post("/sign-in/again", url.Values{"code": {letter.Code}, "next": {"/you/sign-in"}}); a.path != "/you/sign-in" {
		t.Errorf("the code leads to %s", a.path)
	}
	if a := amina.post("/you/password", url.Values{"password": {"seize chevres vertes"}}); a.path != "/you/sign-in?done=password" {
		t.Errorf("setting a password then: %d at %s", a.status, a.path)
	}
}

// TestWhoJoinedWithoutAPasswordConfirmsAnywhere: there is nothing by which anybody else could come in besides.
func TestWhoJoinedWithoutAPasswordConfirmsAnywhere(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	joiner := town.visitor()
	joiner.post("/join", url.Values{"name": {"Amina Diallo"}, "email": {"amina@savoirs.example"}})
	link := town.newestLink("confirm")
	elsewhere := town.visitor()
	if n := elsewhere.get(link).find(t, `input[name="password"]`).Length(); n != 0 {
		t.Error("the page asks for a password there is not")
	}
	if a := elsewhere.post(link, url.Values{"by": {"letter"}}); a.path != "/badges?done=confirmed" {
		t.Errorf("confirming ends at %s", a.path)
	}
	if a := joiner.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") {
		t.Errorf("the browser that joined is let in too: %s", a.path)
	}
}

// TestTheDoorIsLight holds the budget of the page that people open first: the page, the sheet and two scripts it can do
// without. The icon of the tab, which no page waits for, stands apart.
func TestTheDoorIsLight(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	for _, language := range []string{"en", "fr"} {
		page := town.visitor().get("/sign-in?next=%2Fyou%2Fsessions", "Accept-Language", language)
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		io.WriteString(w, page.body)
		w.Close()
		if packed.Len() > 5<<10 {
			t.Errorf("%s: %d bytes of HTML", language, packed.Len())
		}
		asked := map[string]bool{"the page": true}
		page.find(t, "link[rel=stylesheet], script[src], img[src], use[href]").Each(func(_ int, s *goquery.Selection) {
			if address, _, _ := strings.Cut(s.AttrOr("href", s.AttrOr("src", "")), "#"); address != "" {
				asked[address] = true
			}
		})
		if len(asked) > 4 {
			t.Errorf("%s: %d requests: %v", language, len(asked), asked)
		}
		t.Logf("%s: %d bytes of HTML packed, %d requests", language, packed.Len(), len(asked))
	}
}

// TestAClassBehindOneAddressComesInByLetter: thirty people, one network, one minute, and a few who mistype.
func TestAClassBehindOneAddressComesInByLetter(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	for i := range 30 {
		v, letter := town.asks(fmt.Sprintf("learner%d@savoirs.example", i), "")
		if i%5 == 0 {
			v.post("/sign-in/code", url.Values{"code": {"no code"}})
		}
		page := v.post("/sign-in/code", url.Values{"code": {letter.Code}})
		town.now = town.now.Add(2 * time.Second)
		action := page.find(t, "main form").AttrOr("action", "")
		if a := v.post(action, url.Values{"name": {fmt.Sprintf("Learner %d", i)}}); a.path != "/badges?done=made" {
			t.Fatalf("learner %d: %d at %s", i, a.status, a.path)
		}
	}
}
