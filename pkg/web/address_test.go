package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// post takes all letters that wait, the oldest first.
func (town *town) post() (all []account.Letter) {
	town.t.Helper()
	for {
		job, err := town.store.Lease(town.t.Context(), []string{account.LetterJob}, town.now.Add(time.Hour), time.Minute)
		must(town.t, err)
		if job == nil {
			return all
		}
		var letter account.Letter
		must(town.t, json.Unmarshal(job.Payload, &letter))
		must(town.t, town.store.Finish(town.t.Context(), job.ID, town.now))
		all = append(all, letter)
	}
}

// adds claims one more address through its form, and is the page that follows and the letter that was written.
func (v *visitor) adds(email string) (answer, account.Letter) {
	v.town.t.Helper()
	v.town.post()
	a := v.post("/you/addresses", url.Values{"email": {email}})
	all := v.town.post()
	if len(all) != 1 {
		v.town.t.Fatalf("adding %s ends at %s with %d letters", email, a.path, len(all))
	}
	return a, all[0]
}

func TestAWaitingBadgeArrivesWhenTheCodeOfItsAddressIsTyped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		v := town.member("Amina Diallo", "amina@savoirs.example")
		lost := v.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@ecole.example", "Gardener"))
		way := lost.find(t, `.results a[href^="/you/addresses"]`).AttrOr("href", "")
		if got := v.get(way).find(t, `input[name="email"]`).AttrOr("value", ""); got != "amina@ecole.example" {
			t.Errorf("%s offers to add %q", way, got)
		}
		page, letter := v.adds("amina@ecole.example")
		if page.find(t, `input[name="code"][inputmode="numeric"][autocomplete="one-time-code"]`).Length() != 1 || letter.Code == "" {
			t.Fatalf("no code is asked for at %s", page.path)
		}
		for i, name := range []string{"Gardener", "Beekeeper"} {
			v.bring(name+".json", credential(t, "00000000-0000-4000-8000-00000000000"+string(rune('1'+i)), "amina@ecole.example", name)).imported(t)
		}
		offer := v.get("/badges").find(t, ".offer")
		if said := strings.Join(strings.Fields(offer.Find("h2").Text()), " "); offer.Length() != 1 || said != "2 badges wait for amina@ecole.example" {
			t.Errorf("%d offers, %q", offer.Length(), said)
		}
		if a := v.post(page.path+"/code", url.Values{"code": {"12345"}}); a.status != http.StatusUnprocessableEntity || a.find(t, "#code-mistake").Length() != 1 {
			t.Errorf("a wrong code: %d", a.status)
		}
		wall := v.post(page.path+"/code", url.Values{"code": {letter.Code}})
		if said := wall.find(t, ".notice[role=status]").Text(); !strings.HasPrefix(wall.path, "/badges") || !strings.Contains(said, "the 2 badges that waited") {
			t.Errorf("at %s: %q", wall.path, said)
		}
		if n := wall.find(t, ".badge-card").Length(); n != 2 || wall.find(t, ".offer").Length() != 0 {
			t.Errorf("%d badges", n)
		}
	})
}

// TestAddingAnAddressIsAnsweredAlikeWhoeverHasIt: the page that follows, its letters asked for again, and codes tried.
//
// ASVS: V6.3.8
func TestAddingAnAddressIsAnsweredAlikeWhoeverHasIt(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.member("Moussa Ba", "moussa@medina.example")
	v := town.member("Amina Diallo", "amina@savoirs.example")
	var answers [2][]answer
	for i, email := range []string{"moussa@medina.example", "nobody@medina.example"} {
		town.site.limits.doors.buckets.Purge()
		page, _ := v.adds(email)
		answers[i] = []answer{
			page, v.get("/you/addresses"), v.get(page.path + "/remove"), v.post(page.path+"/code", url.Values{"code": {"123456"}}),
			v.post("/you/confirm", url.Values{"address": {strings.TrimPrefix(page.path, "/you/addresses/")}}),
			v.post("/you/addresses", url.Values{"email": {email}}), v.post("/you/addresses", url.Values{"email": {email}}),
		}
		v.post(page.path+"/remove", nil)
	}
	own := regexp.MustCompile(`(moussa|nobody)@|[0-9A-Z]{26}|<code>[A-Z0-9]{12}</code>`)
	for i, known := range answers[0] {
		unknown := answers[1][i]
		if known.status != unknown.status || own.ReplaceAllString(known.path, "") != own.ReplaceAllString(unknown.path, "") || own.ReplaceAllString(known.body, "") != own.ReplaceAllString(unknown.body, "") {
			t.Errorf("answer %d: %d %s and %d %s differ", i, known.status, known.path, unknown.status, unknown.path)
		}
	}
}

// ASVS: V7.5.1
func TestAddressesAreChangedOnlyByWhomHasProvedLatelyWhoTheyAre(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	page, letter := v.adds("amina@ecole.example")
	v.post(page.path+"/code", url.Values{"code": {letter.Code}})
	town.now = town.now.Add(freshness + time.Second)
	for _, path := range []string{page.path + "/primary", page.path + "/remove"} {
		if a := v.post(path, nil); !strings.HasPrefix(a.path, "/sign-in/again") {
			t.Errorf("%s ends at %s", path, a.path)
		}
	}
	again := v.post("/you/addresses", url.Values{"email": {"more@ecole.example"}})
	if !strings.HasPrefix(again.path, "/sign-in/again") {
		t.Fatalf("adding ends at %s", again.path)
	}
	next := again.find(t, `input[name="next"]`).AttrOr("value", "")
	back := v.post("/sign-in/again", url.Values{"password": {somePassword}, "next": {next}})
	if got := back.find(t, `input[name="email"]`).AttrOr("value", ""); got != "more@ecole.example" {
		t.Errorf("back at %s what was typed is %q", back.path, got)
	}
}

func TestRemovingAnAddressSaysWhatHappensAndCanBeUndone(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	elsewhere := town.visitor()
	elsewhere.post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}})
	page, letter := v.adds("amina@ecole.example")
	v.post(page.path+"/code", url.Values{"code": {letter.Code}})
	badge := v.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@ecole.example", "Gardener")).imported(t)

	if said := v.get(page.path+"/remove").find(t, "main").Text(); !strings.Contains(said, "1 badge came by this address; it stays") {
		t.Errorf("before it is removed: %s", said)
	}
	gone := v.post(page.path+"/remove", nil)
	if gone.find(t, ".notice form").Length() != 1 || strings.Contains(gone.find(t, "main ul").Text(), "amina@ecole.example") {
		t.Errorf("removed, it stands at %s", gone.path)
	}
	if a := v.post(page.path+"/remove", nil); a.path != gone.path {
		t.Errorf("the button pressed twice, it ends at %s", a.path)
	}
	if a := elsewhere.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") {
		t.Errorf("the other session still answers %s", a.path)
	}
	if a := v.post("/b/"+badge+"/check", nil); a.find(t, `[data-verdict="genuine"]`).Length() == 0 {
		t.Error("the badge is genuine no more")
	}
	back := v.post(gone.find(t, ".notice form").AttrOr("action", ""), nil)
	if !strings.Contains(back.path, "done=address-restored") || !strings.Contains(back.body, "amina@ecole.example") {
		t.Errorf("undone, it ends at %s", back.path)
	}
	if a := v.post(page.path+"/restore", nil); a.path != back.path {
		t.Errorf("the button pressed twice, it ends at %s", a.path)
	}
	if a := v.post(page.path+"/primary", nil); !strings.Contains(a.path, "done=address-primary") {
		t.Errorf("choosing it ends at %s", a.path)
	}
	if a := v.get(page.path + "/remove"); !strings.Contains(a.path, "done=address-needed") {
		t.Errorf("the primary one can be removed at %s", a.path)
	}
	if a := v.get("/badges"); a.path != "/badges" {
		t.Errorf("this session ended: %s", a.path)
	}
}

// TestALinkConfirmsOneMoreAddressWithoutANewSession, and leads to the list.
func TestALinkConfirmsOneMoreAddressWithoutANewSession(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	_, letter := v.adds("amina@ecole.example")
	link := strings.TrimPrefix(letter.Link, town.server.URL)
	if a := v.post(link, nil); !strings.HasPrefix(a.path, "/you/addresses?done=address-confirmed") {
		t.Errorf("%d %s", a.status, a.path)
	}
}

// TestABadgeWaitsForARemovedAddressUntilThatIsAddedAgain: on the wall, on its page and when it is brought once more.
func TestABadgeWaitsForARemovedAddressUntilThatIsAddedAgain(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	page, _ := v.adds("amina@ecole.example")
	file := credential(t, "00000000-0000-4000-8000-000000000001", "amina@ecole.example", "Gardener")
	badge := v.bring("gardener.json", file).imported(t)
	if said := v.get(page.path+"/remove").find(t, "main").Text(); !strings.Contains(said, "1 badge waits for this address") {
		t.Errorf("before it is removed: %s", said)
	}
	v.post(page.path+"/remove", nil)
	const again = `form[action="/you/addresses"] input[name="email"][value="amina@ecole.example"]`
	for where, a := range map[string]answer{
		"the wall": v.get("/badges"), "its page": v.get("/b/" + badge), "the addresses": v.get("/you/addresses"), "brought again": v.bring("gardener.json", file),
	} {
		if a.status != http.StatusOK || a.find(t, again).Length() != 1 {
			t.Errorf("%s (%d at %s) does not offer to add it again", where, a.status, a.path)
		}
	}
	added, letter := v.adds("amina@ecole.example")
	if a := v.post(added.path+"/code", url.Values{"code": {letter.Code}}); a.find(t, ".badge-card").Length() != 1 {
		t.Errorf("it does not come in: %s", a.path)
	}
}

// TestALetterAloneAddsNobodysAddressToAPassportOfSomebodyElse: whoever has no password is still not whoever reads a letter.
func TestALetterAloneAddsNobodysAddressToAPassportOfSomebodyElse(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	mallory := town.visitor()
	mallory.post("/join", url.Values{"name": {"Mallory"}, "email": {"mallory@savoirs.example"}})
	mallory.post(town.newestLink("confirm"), nil)
	_, letter := mallory.adds("amina@savoirs.example")
	link, amina := strings.TrimPrefix(letter.Link, town.server.URL), town.visitor()
	for _, a := range []answer{amina.get(link), amina.post(link, nil), amina.post(link, url.Values{"by": {"letter"}})} {
		if a.path != link || a.find(t, `main a[href="/sign-in?next=`+link+`"]`).Length() != 1 || a.find(t, `main form[action="`+link+`"]`).Length() != 0 {
			t.Errorf("the letter leads to %d %s: %s", a.status, a.path, a.find(t, "main").Text())
		}
	}
	if a := amina.get("/badges"); a.path == "/badges" {
		t.Error("a stranger's passport is open")
	}
	if _, err := town.store.VerifiedAddress(t.Context(), "amina@savoirs.example"); err == nil {
		t.Error("the address is proved to be a stranger's")
	}
	if a := mallory.post(link, nil); !strings.HasPrefix(a.path, "/you/addresses?done=address-confirmed") {
		t.Errorf("in the browser that asked it ends at %d %s", a.status, a.path)
	}
}
