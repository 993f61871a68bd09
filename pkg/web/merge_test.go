package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// twoPassports are two members who are one person: one holds a badge of the other's too, and both show it.
func twoPassports(t *testing.T, town *town) (here, there *visitor, copied string) {
	t.Helper()
	here, there = town.member("Amina Diallo", "amina@savoirs.example"), town.member("Amina D.", "amina@ecole.example")
	shared := credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")
	here.bring("a.json", shared)
	there.bring("b.json", credential(t, "00000000-0000-4000-8000-000000000002", "amina@ecole.example", "Beekeeper"))
	mine := here.get("/badges").find(t, ".badge-card a").AttrOr("href", "")
	theirs := there.get("/badges").find(t, ".badge-card a").AttrOr("href", "")
	for v, at := range map[*visitor]string{here: mine, there: theirs} {
		v.post(at+"/visibility", url.Values{"visibility": {"public"}})
	}
	copied = town.copyOf(t, strings.TrimPrefix(mine, "/b/"), there)
	return here, there, copied
}

// copyOf makes somebody hold another's badge as well.
func (town *town) copyOf(t *testing.T, id string, holder *visitor) string {
	t.Helper()
	b, err := town.store.AnyBadge(t.Context(), id)
	must(t, err)
	b.ID, b.PersonID, b.AddressID = "", holder.person.ID, nil
	must(t, town.store.CreateBadge(t.Context(), &b))
	return b.ID
}

func TestAnotherPassportIsJoinedByItsPasswordAndTakenApartAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		here, there, copied := twoPassports(t, town)
		if a := here.post("/you/data/join/prove", url.Values{"email": {"amina@ecole.example"}, "password": {"not the password"}}); a.status != http.StatusUnprocessableEntity || a.find(t, "#email").AttrOr("value", "") != "amina@ecole.example" {
			t.Errorf("a wrong password: %d", a.status)
		}
		if a := here.post("/you/data/join", nil); a.path != "/you/data/join" || there.get("/badges").path != "/badges" {
			t.Errorf("joined without a proof: %s", a.path)
		}
		review := here.post("/you/data/join/prove", url.Values{"email": {"amina@ecole.example"}, "password": {somePassword}})
		said := strings.Join(strings.Fields(review.find(t, "main").Text()), " ")
		for _, want := range []string{"Amina D.", "1 badge comes over", "1 badge is in both", "amina@ecole.example", "@amina-d leads to @amina-diallo"} {
			if !strings.Contains(said, want) {
				t.Errorf("before they are joined nothing says %q: %s", want, said)
			}
		}
		if a := here.get("/badges"); a.find(t, ".badge-card").Length() != 1 {
			t.Error("looking has joined them")
		}
		done := here.post("/you/data/join", nil)
		if !strings.HasPrefix(done.path, "/you/data?done=joined") {
			t.Fatalf("joining ends at %s: %s", done.path, done.find(t, "main").Text())
		}
		if n := here.get("/badges").find(t, ".badge-card").Length(); n != 2 {
			t.Errorf("%d badges", n)
		}
		if a := there.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") {
			t.Errorf("the other's session still answers %s", a.path)
		}
		if a := town.visitor().get("/@" + there.person.Handle); a.path != "/@amina-diallo" || a.find(t, ".badge-card").Length() != 2 {
			t.Errorf("the other's handle leads to %s", a.path)
		}
		if a := town.visitor().get("/b/" + copied); a.status != http.StatusOK || strings.HasSuffix(a.path, copied) {
			t.Errorf("the copy that was public: %d at %s", a.status, a.path)
		}
		form := done.find(t, `form[action="/you/data/join/undo"] input[name="merge"]`)
		apart := here.post("/you/data/join/undo", url.Values{"merge": {form.AttrOr("value", "")}})
		if apart.path != "/you/data?done=parted" {
			t.Fatalf("undoing ends at %s", apart.path)
		}
		if a := there.post("/sign-in", url.Values{"email": {"amina@ecole.example"}, "password": {somePassword}}); a.path != "/badges" || a.find(t, ".badge-card").Length() != 2 {
			t.Errorf("the other opens %s with %d badges", a.path, a.find(t, ".badge-card").Length())
		}
		if a := town.visitor().get("/@" + there.person.Handle); a.path != "/@"+there.person.Handle {
			t.Errorf("its handle leads to %s", a.path)
		}
	})
}

// ASVS: V6.3.8, V7.5.1
func TestAnotherPassportIsProvedByACodeAndItsSecondStep(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	here, there, _ := twoPassports(t, town)
	app, _ := there.withApp(t)
	town.post()
	known := here.post("/you/data/join/letter", url.Values{"email": {"amina@ecole.example"}})
	var code string
	for _, l := range town.post() {
		if l.Kind == "join-code" && l.To == "amina@ecole.example" {
			code = l.Code
		}
	}
	if code == "" || known.find(t, `input[name="code"]`).Length() != 1 {
		t.Fatalf("no code was sent, at %s", known.path)
	}
	if a := here.post("/you/data/join/code", url.Values{"code": {"00000x"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", a.status)
	}
	if a := here.post("/you/data/join/code", url.Values{"code": {code}}); a.find(t, `form[action="/you/data/join/second"]`).Length() != 1 {
		t.Fatalf("the second step is not asked for at %s: %s", a.path, a.find(t, "main").Text())
	}
	if a := here.post("/you/data/join", nil); a.find(t, `form[action="/you/data/join/second"]`).Length() != 1 {
		t.Errorf("joined without the second step: %s", a.path)
	}
	if a := here.post("/you/data/join/second", url.Values{"code": {"000000"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong second code: %d", a.status)
	}
	town.now = town.now.Add(2 * time.Second)
	if a := here.post("/you/data/join/second", url.Values{"code": {app.code(t)}}); a.find(t, `form[action="/you/data/join"]`).Length() != 1 {
		t.Fatalf("the second step leads to %s: %s", a.path, a.find(t, "main").Text())
	}
	if a := here.get("/badges"); a.path != "/badges" || a.find(t, ".badge-card").Length() != 1 {
		t.Errorf("the present session is lost: %s", a.path)
	}
	if a := here.post("/you/data/join", nil); !strings.HasPrefix(a.path, "/you/data?done=joined") {
		t.Errorf("joining ends at %s", a.path)
	}
}

// TestLinkToAPassportThatWasJoinedToAnotherEnds: what it would show then was never given by it.
func TestLinkToAPassportThatWasJoinedToAnotherEnds(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	here, there, _ := twoPassports(t, town)
	mine, theirs := here.givesPassport(nil), there.givesPassport(nil)
	here.post("/you/data/join/prove", url.Values{"email": {"amina@ecole.example"}, "password": {somePassword}})
	if a := here.post("/you/data/join", nil); !strings.HasPrefix(a.path, "/you/data?done=joined") {
		t.Fatalf("joining ends at %s", a.path)
	}
	for secret, want := range map[string]int{mine.Secret: 200, theirs.Secret: 410} {
		if got := town.visitor().get("/s/" + secret); got.status != want {
			t.Errorf("%d, want %d", got.status, want)
		}
	}
}

func TestAProofOfAnotherPassportRunsOut(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	here, there, _ := twoPassports(t, town)
	prove := func() answer {
		return here.post("/you/data/join/prove", url.Values{"email": {"amina@ecole.example"}, "password": {somePassword}})
	}
	prove()
	here.post("/you/data/join/another", nil)
	if a := here.post("/you/data/join", nil); a.path != joinAt {
		t.Errorf("forgotten, it is joined: %s", a.path)
	}
	prove()
	there.post("/you/password", url.Values{"present": {somePassword}, "password": {"seize chevres vertes"}})
	if a := here.post("/you/data/join", nil); a.path != joinAt {
		t.Errorf("with another password since, it is joined: %s", a.path)
	}
	there.post("/you/password", url.Values{"present": {"seize chevres vertes"}, "password": {somePassword}})
	prove()
	there.withApp(t)
	if a := here.post("/you/data/join", nil); a.path != joinAt || a.find(t, `form[action="/you/data/join/prove"]`).Length() != 1 {
		t.Errorf("its second step was turned on since, and it is joined without: %s", a.path)
	}
	there.post("/you/second/off", nil)
	prove()
	there.post("/you/sessions/end-others", nil)
	if a := here.post("/you/data/join", nil); a.path != joinAt {
		t.Errorf("its other sessions were ended since, and it is joined: %s", a.path)
	}
	prove()
	town.now = town.now.Add(joinLasts)
	here.post("/sign-in/again", url.Values{"password": {somePassword}})
	if a := here.post("/you/data/join", nil); a.path != joinAt {
		t.Errorf("ten minutes later it is joined: %s", a.path)
	}
	if a := here.post("/you/data/join/prove", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the same passport: %d %s", a.status, a.path)
	}
}

// TestAProofOfAnotherPassportIsOfWhoeverGaveIt: not of who signs in after them in the same browser.
//
// ASVS: V7.2.4
func TestAProofOfAnotherPassportIsOfWhoeverGaveIt(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	here, _, _ := twoPassports(t, town)
	town.member("Moussa Ba", "moussa@medina.example")
	here.post("/you/data/join/prove", url.Values{"email": {"amina@ecole.example"}, "password": {somePassword}})
	here.post("/sign-in", url.Values{"email": {"moussa@medina.example"}, "password": {somePassword}})
	if a := here.get(joinAt); strings.Contains(a.body, "Amina D.") || a.find(t, `form[action="/you/data/join/prove"]`).Length() != 1 {
		t.Errorf("somebody else is offered it: %s", a.find(t, "main").Text())
	}
}

// TestAskingForACodeIsAnsweredAlikeWhetherThereIsAPassport, and so is a code that opens nothing.
//
// ASVS: V6.3.8
func TestAskingForACodeIsAnsweredAlikeWhetherThereIsAPassport(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	here := town.member("Amina Diallo", "amina@savoirs.example")
	town.member("Moussa Ba", "moussa@medina.example")
	disabled := town.member("Nobody Now", "disabled@medina.example")
	now := town.now
	disabled.person.DisabledAt = &now
	must(t, town.store.UpdatePerson(t.Context(), &disabled.person))
	var first []answer
	for _, email := range []string{"moussa@medina.example", "nobody@medina.example", "disabled@medina.example"} {
		town.site.limits.doors.buckets.Purge()
		here.post("/you/data/join/another", nil)
		answers := []answer{
			here.post("/you/data/join/letter", url.Values{"email": {email}}),
			here.post("/you/data/join/code", url.Values{"code": {"12345x"}}),
			here.post("/you/data/join/another", nil),
			here.post("/you/data/join/prove", url.Values{"email": {email}, "password": {"not the password"}}),
		}
		for i := range answers {
			answers[i].body = strings.NewReplacer(email, "somebody").Replace(answers[i].body)
			if first != nil && (answers[i].status != first[i].status || answers[i].path != first[i].path || answers[i].body != first[i].body) {
				t.Errorf("%s: answer %d: %d %s differs from %d %s", email, i, answers[i].status, answers[i].path, first[i].status, first[i].path)
			}
		}
		if first == nil {
			first = answers
		}
	}
}
