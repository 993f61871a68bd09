package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/blob"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
	"github.com/carnetbadges/carnet/views"
)

// administrator is a member who looks after the house.
func (town *town) administrator(name, email string) *visitor {
	town.t.Helper()
	v := town.member(name, email)
	town.appoint(town.t, v)
	return v
}

// TestTheHouseIsLookedAfterByAdministratorsAlone asks for every page and deed of theirs as everybody else.
//
// ASVS: V8.2.1, V8.3.1
func TestTheHouseIsLookedAfterByAdministratorsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		member, other := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Moussa Ba", "moussa@medina.example")
		was := storetest.Contents(t, s)
		asked := 0
		for _, key := range town.routes() {
			method, route, _ := strings.Cut(key, " ")
			if !strings.HasPrefix(route, "/admin") {
				continue
			}
			asked++
			path := strings.NewReplacer(":id", other.person.ID).Replace(route)
			for who, v := range map[string]*visitor{"a visitor": town.visitor(), "a member": member} {
				once := v.once(t)
				a := once.do(once.request(method, path, strings.NewReader("reason=asked&mode=closed"), "Content-Type", "application/x-www-form-urlencoded"))
				if v == member && a.status != http.StatusNotFound || v != member && (a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/sign-in")) {
					t.Errorf("%s, %s: %d %s", key, who, a.status, a.header.Get("Location"))
				}
			}
		}
		for table, now := range storetest.Contents(t, s) {
			if was[table] != now && table != "sessions" {
				t.Errorf("%s was changed", table)
			}
		}
		if a := member.get("/badges"); a.find(t, `a[href="/admin"]`).Length() != 0 {
			t.Error("a member is shown the way there")
		}
		t.Logf("%d routes of administrators", asked)
	})
}

func TestAnAdministratorFindsAPersonAndHelpsThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		badge := amina.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Secret Gardener")).imported(t)
		if a := admin.get("/badges"); a.find(t, `.site-nav a[href="/admin"]`).Length() != 1 || a.find(t, `.tab-bar a[href="/admin"]`).Length() != 1 {
			t.Error("the way there is not shown")
		}
		for _, words := range []string{"amina", "dial", "amina@savoirs.example", "amina@sav", "@amina-diallo", amina.person.ID} {
			a := admin.get("/admin/people?q=" + url.QueryEscape(words))
			if a.status != http.StatusOK || a.find(t, "a.name").Length() != 1 || !strings.Contains(a.body, "/admin/people/"+amina.person.ID) {
				t.Errorf("%q: %d, %d people", words, a.status, a.find(t, "a.name").Length())
			}
		}
		page := admin.get("/admin/people/" + amina.person.ID)
		if page.status != http.StatusOK || !strings.Contains(page.body, "amina@savoirs.example") {
			t.Fatalf("the person: %d", page.status)
		}
		if strings.Contains(page.body, "Secret Gardener") || strings.Contains(page.body, badge) || strings.Contains(page.body, "argon2id") {
			t.Error("the page tells what a private badge says, or a secret")
		}
		address, _ := page.find(t, `form[action$="/help"] input[name="address"]`).Attr("value")
		a := admin.post("/admin/people/"+amina.person.ID+"/help", url.Values{"address": {address}})
		if a.status != http.StatusOK || !strings.Contains(a.path, "done=helped") || strings.Contains(a.body, "/sign-in/letter/") {
			t.Errorf("helping: %d %s", a.status, a.path)
		}
		admin.post("/admin/people/"+amina.person.ID+"/disable", nil)
		if a := amina.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") {
			t.Errorf("disabled, they are still in: %s", a.path)
		}
		if a := town.visitor().get("/@amina-diallo"); a.status != http.StatusNotFound {
			t.Errorf("disabled, their passport is shown: %d", a.status)
		}
		admin.post("/admin/people/"+amina.person.ID+"/enable", nil)
		if a := town.visitor().get("/@amina-diallo"); a.status != http.StatusOK {
			t.Errorf("enabled, their passport is hidden: %d", a.status)
		}
		if a := admin.post("/admin/people/"+admin.person.ID+"/demote", nil); !strings.Contains(a.path, "done=last-admin") {
			t.Errorf("the last administrator goes: %s", a.path)
		}
		admin.post("/admin/people/"+amina.person.ID+"/promote", nil)
		if p, err := s.Person(t.Context(), amina.person.ID); err != nil || p.Role != "admin" {
			t.Errorf("promoted: %s, %v", p.Role, err)
		}
	})
}

// TestDangerousDeedsOfAdministratorsAskWhoTheyAreAgain waits until an administrator's proof is old.
//
// ASVS: V7.5.1, V7.5.3
func TestDangerousDeedsOfAdministratorsAskWhoTheyAreAgain(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	town.now = town.now.Add(freshness + time.Minute)
	for _, path := range []string{
		"/admin/people/" + amina.person.ID + "/help", "/admin/people/" + amina.person.ID + "/second", "/admin/people/" + amina.person.ID + "/disable",
		"/admin/people/" + amina.person.ID + "/enable", "/admin/people/" + amina.person.ID + "/promote", "/admin/people/" + amina.person.ID + "/demote",
		"/admin/people/" + amina.person.ID + "/look", "/admin/sign-up", "/admin/settings",
	} {
		if a := admin.post(path, url.Values{"mode": {"closed"}, "reason": {"asked"}}); !strings.HasPrefix(a.path, "/sign-in/again") {
			t.Errorf("%s: %d %s", path, a.status, a.path)
		}
	}
}

// looks makes an administrator look as somebody.
func (v *visitor) looks(t *testing.T, as *visitor) answer {
	t.Helper()
	return v.post("/admin/people/"+as.person.ID+"/look", url.Values{"reason": {"broken"}})
}

// TestWhoLooksAsSomebodySeesWhatTheySeeUnderABannerOnEveryPage and the person is told by log and letter.
//
// ASVS: V16.2.1
func TestWhoLooksAsSomebodySeesWhatTheySeeUnderABannerOnEveryPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		badge := amina.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		a := admin.looks(t, amina)
		if a.path != "/badges" || !strings.Contains(a.find(t, ".looking").Text(), "Amina Diallo") {
			t.Fatalf("looking begins at %s", a.path)
		}
		for _, path := range []string{"/badges", "/badges/add", "/badges/deleted", "/b/" + badge, "/you", "/you/log", "/@amina-diallo", "/verify", "/no-such-page", "/you/sign-in", "/admin", "/look"} {
			a := admin.get(path)
			if a.find(t, `.looking form[action="/look/stop"] button`).Length() != 1 {
				t.Errorf("%s: %d, without the banner", path, a.status)
			}
		}
		if a := admin.get("/b/" + badge); a.status != http.StatusOK || !strings.Contains(a.body, "Gardener") {
			t.Errorf("the badge: %d", a.status)
		}
		if a := admin.post("/b/"+badge+"/delete", nil); a.status != http.StatusOK {
			t.Errorf("deleting it for them: %d", a.status)
		}
		admin.post("/b/"+badge+"/restore", nil)
		admin.post("/you/preferences", url.Values{"language": {"en"}, "theme": {"sepia"}}) // which there is not
		if a := amina.get("/you/log"); !strings.Contains(a.find(t, "main").Text(), "something did not work") || !strings.Contains(a.body, "Eeva Korhonen") {
			t.Errorf("their log does not tell who and why: %s", a.find(t, "main").Text())
		} else if said := a.find(t, "main").Text(); !strings.Contains(said, "deleted a badge") || !strings.Contains(said, "brought a deleted badge") ||
			strings.Count(a.body, "Eeva Korhonen") != 3 || strings.Contains(said, "appearance") {
			t.Errorf("their log does not tell what was done, as their letter says it does: %s", said)
		}
		told := false
		for _, l := range town.waiting(t) {
			told = told || l.Kind == account.LetterLooked && l.To == "amina@savoirs.example" && l.By == "Eeva Korhonen"
		}
		if !told {
			t.Error("no letter tells them")
		}
		a = admin.post("/look/stop", nil)
		if !strings.HasPrefix(a.path, "/admin/people/"+amina.person.ID) || a.find(t, ".looking").Length() != 0 {
			t.Errorf("stopping ends at %s", a.path)
		}
		if a := amina.get("/you/log"); !strings.Contains(a.body, "stopped looking") {
			t.Error("their log does not tell that it is over")
		}
	})
}

// waiting are the letters that wait to be sent.
func (town *town) waiting(t *testing.T) (all []account.Letter) {
	t.Helper()
	for {
		job, err := town.store.Lease(t.Context(), []string{account.LetterJob}, town.now.Add(time.Hour), time.Minute)
		must(t, err)
		if job == nil {
			return all
		}
		var l account.Letter
		must(t, json.Unmarshal(job.Payload, &l))
		must(t, town.store.Finish(t.Context(), job.ID, town.now))
		all = append(all, l)
	}
}

// TestEveryDeedOfWhoLooksHasAWordForTheLog of the person they look as, in every language.
func TestEveryDeedOfWhoLooksHasAWordForTheLog(t *testing.T) {
	for _, route := range seen {
		method, _, _ := strings.Cut(route, " ")
		if method == http.MethodGet || route == "POST /verify" { // which keeps nothing
			continue
		}
		word := deedsAs[route]
		if word == "" {
			t.Errorf("%s leaves no trace", route)
		}
		for _, language := range views.Languages() {
			ctx := views.WithLanguage(t.Context(), language)
			if views.Say(ctx, "log."+account.DoneAs+"."+word, "") == "" {
				t.Errorf("%s: %s has no sentence in %s", route, word, language)
			}
		}
	}
}

// TestLookingWidensNothing tries every deed and page of the site while looking as somebody: what is not on the list is
// refused and changes nothing.
//
// ASVS: V8.2.1, V8.2.2, V8.3.1
func TestLookingWidensNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		badge := amina.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		admin.looks(t, amina)
		town.waiting(t)
		was := storetest.Contents(t, s)
		refusals := 0
		for _, key := range town.routes() {
			if slices.Contains(seen, key) || slices.Contains(besides, key) {
				continue
			}
			row := matrix[key]
			method, route, _ := strings.Cut(key, " ")
			once := admin.once(t)
			form := row.form
			if form == nil {
				form = url.Values{"visibility": {"public"}, "email": {"evil@evil.example"}, "password": {somePassword}, "reason": {"asked"}}
			}
			a := once.do(once.request(method, row.address(route, badge), strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded"))
			if a.status != http.StatusForbidden || !strings.Contains(a.body, "While you look as somebody else") {
				t.Errorf("%s: %d", key, a.status)
			}
			refusals++
		}
		for table, now := range storetest.Contents(t, s) {
			if was[table] != now && table != "sessions" {
				t.Errorf("%s was changed", table)
			}
		}
		for _, must := range []string{"POST /b/:id/visibility", "POST /you/password", "POST /you/addresses", "POST /you/leave", "GET /you/second/app", "POST /you/data/archive", "POST /sign-in", "GET /admin", "POST /admin/people/:id/promote", "GET /you/addresses", "POST /you/sessions/end-all"} {
			if slices.Contains(seen, must) || !slices.Contains(town.routes(), must) {
				t.Errorf("%s must be closed to whoever looks", must)
			}
		}
		t.Logf("%d routes are closed, %d open", refusals, len(seen)+len(besides))
	})
}

// TestLookingEndsWithItsTimeItsRightsAndItsSession in each way in which any of them can end.
//
// ASVS: V7.3.2, V7.4.1
func TestLookingEndsWithItsTimeItsRightsAndItsSession(t *testing.T) {
	storetest.Dear(t)
	for name, end := range map[string]func(t *testing.T, town *town, admin, amina *visitor){
		"half an hour is over": func(_ *testing.T, town *town, _, _ *visitor) {
			town.now = town.now.Add(account.LookingLasts + time.Second)
		},
		"the administrator is none any more": func(t *testing.T, town *town, admin, _ *visitor) {
			town.alter(t, admin, func(p *store.Person) { p.Role = "member" })
		},
		"the administrator is disabled": func(t *testing.T, town *town, admin, _ *visitor) { town.disable(t, admin) },
		"the administrator is signed out": func(t *testing.T, town *town, admin, _ *visitor) {
			must(t, town.store.DropSessions(t.Context(), admin.person.ID, ""))
		},
		"the administrator's password is another": func(t *testing.T, town *town, admin, _ *visitor) {
			town.alter(t, admin, func(p *store.Person) { p.PasswordHash = "another" })
		},
		"the person is disabled":             func(t *testing.T, town *town, _, amina *visitor) { town.disable(t, amina) },
		"the person is an administrator now": func(t *testing.T, town *town, _, amina *visitor) { town.appoint(t, amina) },
		"the person is leaving": func(t *testing.T, town *town, _, amina *visitor) {
			town.alter(t, amina, func(p *store.Person) { p.LeavingAt = &town.now })
		},
	} {
		t.Run(name, func(t *testing.T) {
			town := newTown(t, storetest.Open(t))
			town.administrator("Other", "other@savoirs.example")
			admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
			amina := town.member("Amina Diallo", "amina@savoirs.example")
			badge := amina.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
			admin.looks(t, amina)
			if a := admin.get("/b/" + badge); a.status != http.StatusOK {
				t.Fatalf("looking: %d", a.status)
			}
			end(t, town, admin, amina)
			for _, path := range []string{"/badges", "/b/" + badge, "/you"} {
				if a := admin.get(path); strings.Contains(a.body, "Gardener") || a.path == path && a.status == http.StatusOK {
					t.Errorf("GET %s: still %d at %s", path, a.status, a.path)
				}
			}
			admin.post("/b/"+badge+"/delete", nil)
			admin.post("/you/preferences", url.Values{"language": {"fr"}, "theme": {"dark"}})
			if b, err := town.store.AnyBadge(t.Context(), badge); err != nil || b.DeletedAt != nil {
				t.Errorf("the badge was deleted: %v", err)
			}
			for _, v := range []*visitor{admin, amina} {
				if p, err := town.store.Person(t.Context(), v.person.ID); err != nil || p.Theme == "dark" {
					t.Errorf("a form meant for somebody changed %s: %v", p.Name, err)
				}
			}
			if a := admin.post("/look/stop", nil); strings.Contains(a.body, `class="looking"`) {
				t.Error("the banner is still there after stopping")
			}
		})
	}
}

func TestSigningOutWhileLookingEndsBoth(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	admin.looks(t, amina)
	admin.post("/sign-out", nil)
	if a := admin.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") || a.find(t, ".looking").Length() != 0 {
		t.Errorf("after signing out: %s", a.path)
	}
	entries, _, err := town.store.AuditOf(t.Context(), amina.person.ID, "", 1)
	must(t, err)
	if len(entries) != 1 || entries[0].What != account.LookEnded {
		t.Errorf("the log says %+v", entries)
	}
}

// TestJoiningIsAsTheHouseSaysOnEveryWay walks the pages of joining in each mode.
func TestJoiningIsAsTheHouseSaysOnEveryWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
		join := func(v *visitor, email string) answer {
			return v.post("/join", url.Values{"name": {"Amina Diallo"}, "email": {email}, "password": {somePassword}})
		}
		promises := func(v *visitor) (home bool, door bool) {
			return v.get("/").find(t, "main a[href='/join']").Length() > 0, strings.Contains(v.get("/sign-in").body, "makes you one")
		}
		if home, door := promises(town.visitor()); !home || !door {
			t.Errorf("open, a passport is offered at home: %v, at the door: %v", home, door)
		}
		admin.post("/admin/sign-up", url.Values{"mode": {"closed"}})
		if home, door := promises(town.visitor()); home || door {
			t.Errorf("closed, a passport is offered at home: %v, at the door: %v", home, door)
		}
		if _, letter := town.asks("nobody@savoirs.example", ""); letter.Detail != "closed" {
			t.Error("closed, the letter says that it makes a passport")
		}
		if a := town.visitor().get("/join"); a.status != http.StatusOK || a.find(t, "form[action='/join']").Length() != 0 || !strings.Contains(a.body, "Nobody joins here") {
			t.Errorf("closed: %d %s", a.status, a.find(t, "main").Text())
		}
		if a := join(town.visitor(), "amina@savoirs.example"); a.status != http.StatusForbidden {
			t.Errorf("closed, joining: %d", a.status)
		}
		admin.post("/admin/sign-up", url.Values{"mode": {"invitation"}})
		if a := join(town.visitor(), "amina@savoirs.example"); a.status != http.StatusForbidden || !strings.Contains(a.body, "by invitation") {
			t.Errorf("uninvited: %d", a.status)
		}
		made := admin.post("/admin/invitations", url.Values{"email": {""}, "most": {"1"}, "days": {"3"}})
		link := strings.TrimPrefix(made.find(t, ".summary-good code").Text(), town.site.PublicURL)
		if made.status != http.StatusOK || !strings.HasPrefix(link, "/join/") {
			t.Fatalf("inviting: %d %q", made.status, link)
		}
		if again := admin.get("/admin/sign-up"); strings.Contains(again.body, link) {
			t.Error("the link is shown again")
		}
		invited := town.visitor()
		invited.post(link, nil)
		if home, door := promises(invited); !home || !door {
			t.Errorf("invited, a passport is offered at home: %v, at the door: %v", home, door)
		}
		guest := town.visitor()
		if a := guest.get(link); a.status != http.StatusOK || a.find(t, `form[method="post"]`).Length() == 0 {
			t.Errorf("the invitation: %d", a.status)
		}
		if a := guest.post(link, nil); a.path != "/join" {
			t.Errorf("accepting it leads to %s", a.path)
		}
		if a := join(guest, "amina@savoirs.example"); !strings.HasPrefix(a.path, "/letter-sent") {
			t.Errorf("invited: %d %s", a.status, a.path)
		}
		second := town.visitor()
		if a := second.post(link, nil); a.status != http.StatusGone {
			t.Errorf("a used invitation: %d", a.status)
		}
		for _, wrong := range []url.Values{{"email": {"x@"}, "most": {"1"}, "days": {"1"}}, {"most": {"many"}, "days": {"1"}}, {"most": {"1"}, "days": {"9999"}}} {
			if a := admin.post("/admin/invitations", wrong); a.status != http.StatusUnprocessableEntity || a.find(t, ".mistake").Length() != 1 {
				t.Errorf("%v: %d", wrong, a.status)
			}
		}
		admin.post("/admin/invitations", url.Values{"most": {"5"}, "days": {"3"}})
		withdraw, _ := admin.get("/admin/sign-up").find(t, `form[action$="/withdraw"]`).First().Attr("action")
		if a := admin.post(withdraw, nil); !strings.Contains(a.path, "done=withdrawn") {
			t.Errorf("withdrawing: %d %s", a.status, a.path)
		}
	})
}

func TestWhatIsBlockedIsRefusedWithAWordAndCanBeUndone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		file := credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")
		badge := amina.bring("gardener.json", file).imported(t)
		amina.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
		if a := town.visitor().get("/b/" + badge); a.status != http.StatusOK {
			t.Fatalf("public: %d", a.status)
		}
		held, err := s.AnyBadge(t.Context(), badge)
		must(t, err)
		for _, form := range []url.Values{{"kind": {"issuer"}, "issuer": {held.IssuerID}, "issuer-reason": {"spam"}}, {"kind": {"domain"}, "domain": {"Evil.example"}}} {
			if a := admin.post("/admin/blocked", form); !strings.Contains(a.path, "done=house-blocked") {
				t.Fatalf("blocking: %d %s", a.status, a.path)
			}
			if a := admin.post("/admin/blocked", form); a.status != http.StatusUnprocessableEntity || a.find(t, ".mistake").Length() != 1 {
				t.Errorf("twice: %d", a.status)
			}
		}
		if a := town.visitor().get("/b/" + badge); a.status != http.StatusNotFound {
			t.Errorf("a visitor sees it: %d", a.status)
		}
		if a := town.visitor().get("/@amina-diallo"); strings.Contains(a.body, "Gardener") {
			t.Error("it stands on the passport")
		}
		if a := amina.get("/b/" + badge); a.status != http.StatusOK || !strings.Contains(a.body, "issuer is blocked here") {
			t.Errorf("its holder: %d", a.status)
		}
		if a := amina.bring("again.json", strings.Replace(file, "0001\"", "0001\"", 1)); !strings.Contains(a.body, "has blocked the issuer") {
			t.Errorf("bringing it again: %d %s", a.status, a.find(t, "main").Text())
		}
		if a := town.visitor().post("/verify", url.Values{"text": {file}}); !strings.Contains(a.body, "This Carnet has blocked this issuer") || a.find(t, `[data-verdict="genuine"]`).Length() == 0 {
			t.Errorf("verifying it: %d", a.status)
		}
		if a := town.visitor().post("/join", url.Values{"name": {"X"}, "email": {"x@mail.EVIL.example"}, "password": {somePassword}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.find(t, ".mistake").Text(), "not accepted here") {
			t.Errorf("joining: %d", a.status)
		}
		page := admin.get("/admin/blocked")
		for _, kind := range []string{"issuer", "domain"} {
			form := page.find(t, `form[action$="/remove"]:has(input[value="`+kind+`"])`)
			action, _ := form.Attr("action")
			if a := admin.post(action, url.Values{"kind": {kind}}); !strings.Contains(a.path, "done=house-unblocked") {
				t.Errorf("undoing %s: %d", kind, a.status)
			}
		}
		if a := town.visitor().get("/b/" + badge); a.status != http.StatusOK {
			t.Errorf("afterwards a visitor: %d", a.status)
		}
	})
}

func TestJobsAreTriedAgainAndDeletedFromTheirPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
		town.waiting(t)
		must(t, s.Enqueue(t.Context(), store.Job{Kind: store.RecheckJob, Payload: []byte("{}"), RunAt: town.now.Add(-time.Minute), CreatedAt: town.now}))
		job, err := s.Lease(t.Context(), []string{store.RecheckJob}, town.now, time.Minute)
		must(t, err)
		must(t, s.Shelve(t.Context(), job.ID, "the <host> is away", town.now))
		must(t, s.Enqueue(t.Context(), store.Job{Kind: account.LetterJob, Payload: []byte("{}"), RunAt: town.now.Add(-time.Minute), CreatedAt: town.now}))
		letter, err := s.Lease(t.Context(), []string{account.LetterJob}, town.now, time.Minute)
		must(t, err)
		must(t, s.Bury(t.Context(), letter.ID, "refused", town.now))
		page := admin.get("/admin/jobs?state=dead")
		if page.find(t, `form[action$="/retry"]`).Length() != 1 || page.find(t, `form[action$="/delete"]`).Length() != 2 || !strings.Contains(page.body, "the &lt;host&gt; is away") {
			t.Errorf("the page: %d", page.status)
		}
		if a := admin.get("/admin"); !strings.Contains(a.body, "the &lt;host&gt; is away") || !strings.Contains(a.body, "given up") {
			t.Error("the overview does not tell")
		}
		if a := admin.post("/admin/jobs/"+letter.ID+"/retry", nil); !strings.Contains(a.path, "done=job-gone") {
			t.Errorf("a letter is tried again: %s", a.path)
		}
		if a := admin.post("/admin/jobs/"+job.ID+"/retry", nil); !strings.Contains(a.path, "done=job-retried") {
			t.Errorf("retrying: %s", a.path)
		}
		if a := admin.post("/admin/jobs/"+letter.ID+"/delete", nil); !strings.Contains(a.path, "done=job-deleted") {
			t.Errorf("deleting: %s", a.path)
		}
		if a := admin.get("/admin/jobs?state=dead"); a.find(t, `form[action$="/delete"]`).Length() != 0 {
			t.Error("it is still there")
		}
		if a := admin.get("/admin/log?what=job-retried"); a.find(t, "ol li").Length() != 1 {
			t.Errorf("the log has %d", a.find(t, "ol li").Length())
		}
	})
}

// TestTrialsTellWhatCameOfThem sends the test letter to one's own address and to nobody else's.
func TestTrialsTellWhatCameOfThem(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
	if a := admin.post("/admin/tests/mail", url.Values{"to": {"eeva@savoirs.example"}}); a.status != http.StatusOK || a.find(t, `.notice[role="status"]`).Length() != 1 {
		t.Errorf("a letter: %d", a.status)
	}
	kept, err := town.letters.Kept(t.Context(), 10)
	must(t, err)
	if len(kept) != 1 || kept[0].To != "eeva@savoirs.example" {
		t.Errorf("letters: %+v", kept)
	}
	if a := admin.post("/admin/tests/mail", url.Values{"to": {"victim@savoirs.example"}}); a.status != http.StatusNotFound {
		t.Errorf("to somebody else: %d", a.status)
	}
	if a := admin.post("/admin/tests/storage", nil); a.status != http.StatusOK || !strings.Contains(a.body, "can be written and read") {
		t.Errorf("storage: %d", a.status)
	}
}

func TestTheTextsOfTheHouseArePagesOnceTheyAreWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
		if a := town.visitor().get("/terms"); a.status != http.StatusNotFound {
			t.Errorf("unwritten: %d", a.status)
		}
		a := admin.post("/admin/settings", url.Values{"house": {"Jardins <b>"}, "terms.en": {"# Be kind\n\nand *calm* <script>alert(1)</script>"}, "privacy.fr": {"Rien."}})
		if !strings.Contains(a.path, "done=saved") {
			t.Fatalf("saving: %d %s", a.status, a.find(t, "main").Text())
		}
		page := town.visitor().get("/terms")
		if page.status != http.StatusOK || !strings.Contains(page.body, "<em>calm</em>") || page.find(t, "main script").Length() != 0 || !strings.Contains(page.find(t, ".brand").Text(), "Jardins <b>") || !strings.HasSuffix(page.find(t, "title").Text(), "Jardins <b>") {
			t.Errorf("the terms: %d %s", page.status, page.find(t, "main").Text())
		}
		if links := page.find(t, `.site-footer a[href="/terms"], .site-footer a[href="/privacy"]`).Length(); links != 2 || page.find(t, `.site-footer a[href="/imprint"]`).Length() != 0 {
			t.Errorf("%d links at the foot", links)
		}
		if lang, _ := town.visitor().get("/privacy").find(t, "article").Attr("lang"); lang != "fr" {
			t.Errorf("the only text there is is marked %q", lang)
		}
		if a := admin.post("/admin/settings", url.Values{"house": {strings.Repeat("x", 100)}}); a.status != http.StatusUnprocessableEntity || a.find(t, "#house-mistake").Length() != 1 {
			t.Errorf("a name too long: %d", a.status)
		}
		if a := admin.get("/admin/log?what=setting-set"); a.find(t, "ol li").Length() != 3 {
			t.Errorf("the log has %d", a.find(t, "ol li").Length())
		}
	})
}

// TestAdministratorsAreToldThatTidyingUpHasStopped, and what to do: it stops when a hundred files belong to nothing, which is
// hardly the database that they are of.
func TestAdministratorsAreToldThatTidyingUpHasStopped(t *testing.T) {
	s, root := storetest.Open(t), t.TempDir()
	files, err := blob.Folder(root)
	must(t, err)
	town := newTown(t, s, func(o *Options) { o.Backpack = backpack.New(backpack.Options{Store: s, Files: files}) })
	admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
	for i := range 100 {
		if i == 99 && strings.Contains(admin.get("/admin").find(t, ".notice").Text(), "CARNET_DATA/files") {
			t.Error("99 files aside are told of")
		}
		key := fmt.Sprintf("%064x", i)
		must(t, os.MkdirAll(filepath.Join(root, "astray", key[:2]), 0o700))
		must(t, os.WriteFile(filepath.Join(root, "astray", key[:2], key), nil, 0o600))
	}
	for language, want := range map[string]string{"en": "100 files belong to nothing", "fr": "100 fichiers n’appartiennent à rien"} {
		admin.post("/language", url.Values{"language": {language}})
		if said := admin.get("/admin").find(t, ".notice").Text(); !strings.Contains(said, want) {
			t.Errorf("%s: told %q", language, said)
		}
	}
}
