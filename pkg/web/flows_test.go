package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestHostileFilesAreAnsweredWithASentence brings more than two hundred files made to do harm through the front door.
// ASVS: V1.4.2, V5.2.1, V5.2.2, V5.2.6, V15.2.2
func TestHostileFilesAreAnsweredWithASentence(t *testing.T) {
	storetest.Dear(t)
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	before := runtime.NumGoroutine()
	all := hostiles()
	forgetPeak(t)
	own := peak() // of an idle house about 64 MiB; after other tests in this process, more
	if len(all) < 200 {
		t.Fatalf("only %d hostile files", len(all))
	}
	slowest, slow := time.Duration(0), ""
	for _, one := range all {
		town.site.limits.imports.buckets.Purge()
		begin := time.Now()
		var a answer
		if link, ok := strings.CutPrefix(one.name, "link "); ok {
			a = holder.post("/badges", url.Values{"text": {link}})
		} else {
			a = holder.bring(one.name, string(one.data))
		}
		if took := time.Since(begin); took > slowest {
			slowest, slow = took, one.name
		}
		said := strings.TrimSpace(a.find(t, ".results tbody, .summary, [role=alert]").Text())
		if a.status >= 500 || a.status == http.StatusOK && strings.HasPrefix(a.path, "/b/") && !strings.Contains(a.body, "data-verdict") || a.status != http.StatusOK && len(said) < 20 {
			t.Errorf("%s: %d at %s says %q", one.name, a.status, a.path, said)
		}
		if strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: the page holds its script", one.name)
		}
	}
	if strings.Contains(town.log.String(), "panic") {
		t.Errorf("panics: %.2000s", town.log.String())
	}
	town.server.CloseClientConnections()
	for range 50 {
		if runtime.NumGoroutine() <= before+8 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before+8 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	if taken := peak() - own; taken > 192<<10 && !raced {
		t.Errorf("up to %d KiB of memory more than before", taken)
	}
	t.Logf("%d files; slowest %s in %s; up to %d KiB of memory", len(all), slow, slowest.Round(time.Millisecond), peak())
}

// forgetPeak has the peak begin anew: what tests before this one in the same process took is not what this one measures
// (proc(5), clear_refs).
func forgetPeak(t *testing.T) {
	t.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil {
		t.Logf("the peak is that of the whole process: %v", err)
	}
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	if idle := uint64(64 << 20); now.HeapAlloc > idle { // as much again may gather before any is swept: no more than beside an idle house
		former := debug.SetGCPercent(int(100 * idle / now.HeapAlloc))
		t.Cleanup(func() { debug.SetGCPercent(former) })
	}
}

// peak is the largest resident memory of this process so far, in KiB, as Linux counts it; 0 where it does not.
func peak() (kib int) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(status), "\n") {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Sscan(value, &kib)
		}
	}
	return kib
}

func TestTheSameBadgeTwiceIsOneBadge(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	file := credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")
	first := holder.bring("a.json", file).imported(t)
	again := holder.bring("b.json", file)
	if again.imported(t) != first || !strings.Contains(again.path, "done=already") {
		t.Errorf("the second import ended at %s", again.path)
	}
}

func TestABadgeForSomebodyElseIsRefusedWithTheReason(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	a := holder.bring("theirs.json", credential(t, "00000000-0000-4000-8000-000000000002", "somebody@else.example", "Gardener"))
	said := a.find(t, ".results").Text()
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(said, "somebody@else.example") {
		t.Errorf("%d: %s", a.status, said)
	}
	if n := holder.get("/badges").find(t, ".badge-card").Length(); n != 0 {
		t.Errorf("%d badges on the wall", n)
	}
}

func TestABadgeForAnUnconfirmedAddressWaitsAndArrives(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	must(t, town.store.AddAddress(t.Context(), &store.Address{PersonID: v.person.ID, Email: "amina@ecole.example", CreatedAt: town.now}))
	a := v.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@ecole.example", "Gardener"))
	id := a.imported(t)
	if !strings.Contains(a.path, "done=waiting") || a.find(t, `form[action="/you/confirm"]`).Length() == 0 {
		t.Fatalf("at %s the page offers no letter", a.path)
	}
	if got := v.get("/badges").find(t, ".offer").Length(); got != 1 {
		t.Errorf("%d offers on the wall", got)
	}
	v.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})
	if a := town.visitor().get("/b/" + id); a.status != http.StatusNotFound {
		t.Errorf("a waiting badge answers %d to a visitor", a.status)
	}
	offer := v.get("/badges").find(t, `.offer form[action="/you/confirm"] input[name="address"]`)
	v.post("/you/confirm", url.Values{"address": {offer.AttrOr("value", "")}})
	if landed := v.confirm(); !strings.HasPrefix(landed.path, "/badges?done=confirmed-badges") {
		t.Errorf("confirming ends at %s", landed.path)
	}
	if got := v.get("/badges").find(t, ".badge-card").Length(); got != 1 {
		t.Errorf("%d badges on the wall after confirming", got)
	}
}

// TestConfirmingInAStrangeBrowserTakesThePassword: who joined with somebody else's address must not be let in by them.
// ASVS: V2.3.1
func TestConfirmingInAStrangeBrowserTakesThePassword(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	thief := town.visitor()
	thief.post("/join", url.Values{"name": {"Amina Diallo"}, "email": {"amina@savoirs.example"}, "password": {"the thief knows this"}})
	link := town.newestLink("confirm")
	victim := town.visitor()
	if n := victim.get(link).find(t, `input[name="password"]`).Length(); n != 1 {
		t.Error("the page does not ask for the password")
	}
	if a := victim.post(link, url.Values{"password": {"what the victim would type"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong password confirms: %d %s", a.status, a.path)
	}
	if a := victim.post(link, nil); a.status != http.StatusUnprocessableEntity {
		t.Errorf("no password confirms: %d %s", a.status, a.path)
	}
	if a := thief.post(link, nil); !strings.HasPrefix(a.path, "/badges") {
		t.Errorf("the browser that joined cannot confirm: %d %s", a.status, a.path)
	}
}

// ASVS: V2.3.1, V6.4.1
func TestALinkIsWorthNothingTwice(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.visitor()
	v.post("/join", url.Values{"name": {"Amina Diallo"}, "email": {"amina@savoirs.example"}, "password": {somePassword}})
	link := town.newestLink("confirm")
	if a := v.get(link); a.status != http.StatusOK {
		t.Fatalf("the link answers %d", a.status)
	}
	if a := v.get(link); a.status != http.StatusOK {
		t.Fatal("looking at the link used it up")
	}
	v.post(link, nil)
	if a := town.visitor().post(link, nil); a.status != http.StatusGone {
		t.Errorf("the link works again: %d", a.status)
	}
}

// ASVS: V7.4.3
func TestAForgottenPasswordIsReplacedAndEndsOtherSessions(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	elsewhere := town.member("Amina Diallo", "amina@savoirs.example")
	here := town.visitor()
	here.post("/forgot", url.Values{"email": {"Amina@Savoirs.example"}})
	link := town.newestLink("reset")
	if a := here.get(link); a.status != http.StatusOK || a.find(t, `input[name="password"]`).Length() != 1 {
		t.Errorf("the link leads to %d", a.status)
	}
	if a := here.post(link, url.Values{"password": {"password1234"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a breached password is taken: %d", a.status)
	}
	if a := here.post(link, url.Values{"password": {"seize chevres vertes"}}); !strings.HasPrefix(a.path, "/badges") {
		t.Fatalf("%d at %s", a.status, a.path)
	}
	for _, stale := range []string{link, "/setup/none"} {
		if a := town.visitor().get(stale); a.status != http.StatusGone || a.find(t, `input[name="password"]`).Length() != 0 {
			t.Errorf("%s asks for a password it will not take: %d", stale, a.status)
		}
	}
	if a := elsewhere.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") {
		t.Errorf("the other session still answers %s", a.path)
	}
	old := town.visitor().post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}})
	if old.status != http.StatusUnprocessableEntity {
		t.Errorf("the old password still opens: %d", old.status)
	}
}

// ASVS: V6.3.8
func TestKnownAndUnknownAddressesAreAnsweredAlike(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.member("Amina Diallo", "amina@savoirs.example")
	for _, path := range []string{"/forgot", "/sign-in", "/join"} {
		form := func(email string) url.Values {
			return url.Values{"email": {email}, "name": {"Somebody"}, "password": {"dix-sept chats gris"}}
		}
		known, unknown := town.visitor().post(path, form("amina@savoirs.example")), town.visitor().post(path, form("nobody@savoirs.example"))
		same := strings.ReplaceAll(unknown.body, "nobody@", "amina@")
		if known.status != unknown.status || known.path != unknown.path || known.body != same {
			t.Errorf("%s: %d %s and %d %s differ", path, known.status, known.path, unknown.status, unknown.path)
		}
	}
}

// TestJoiningTellsNobodyWhetherAnAddressIsKnown: not by the passport that was made, nor by whether its password opens it.
// ASVS: V6.3.8
func TestJoiningTellsNobodyWhetherAnAddressIsKnown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		town.member("Amina Diallo", "amina@savoirs.example")
		var answers [2][]answer
		for i, email := range []string{"amina@savoirs.example", "nobody@savoirs.example"} {
			town.site.limits.doors.buckets.Purge()
			v, password := town.visitor(), "dix-sept chats gris"
			answers[i] = append(answers[i],
				v.post("/join", url.Values{"name": {"Never Used"}, "email": {email}, "password": {password}}),
				v.get("/@never-used"),
				v.post("/sign-in", url.Values{"email": {email}, "password": {password}}),
				v.get("/badges"),
			)
			for range 5 {
				answers[i] = append(answers[i], v.post("/join", url.Values{"name": {"Never Used"}, "email": {email}, "password": {password}}))
			}
		}
		said := regexp.MustCompile(`(amina|nobody)@|<code>[A-Z0-9]{12}</code>|[A-Z2-7]{12}`)
		for i, known := range answers[0] {
			unknown := answers[1][i]
			if known.status != unknown.status || known.path != unknown.path || said.ReplaceAllString(known.body, "") != said.ReplaceAllString(unknown.body, "") {
				t.Errorf("answer %d: %d %s and %d %s differ", i, known.status, known.path, unknown.status, unknown.path)
			}
		}
		last := answers[1][len(answers[1])-1]
		if word := last.find(t, "#email-mistake").Text(); last.status != http.StatusTooManyRequests || len(strings.TrimSpace(word)) < 20 || last.header.Get("Retry-After") == "" {
			t.Errorf("a letter that was not sent is answered %d %q", last.status, word)
		}
	})
}

// TestPassportsWithoutABadgeToSeeAreNotIndexed: a name alone is no page for the world.
func TestPassportsWithoutABadgeToSeeAreNotIndexed(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	const noindex = `meta[name="robots"][content="noindex"]`
	if a := town.visitor().get("/@amina-diallo"); a.status != http.StatusOK || a.find(t, noindex).Length() != 1 {
		t.Errorf("an empty passport: %d, may be indexed", a.status)
	}
	id := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})
	if a := town.visitor().get("/@amina-diallo"); a.find(t, noindex).Length() != 0 {
		t.Error("a passport with a public badge may not be indexed")
	}
}

// TestThePublicBadgePageIsLight holds the budget of a page that is opened on a telephone, far from a tower.
func TestThePublicBadgePageIsLight(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	id := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})
	page := town.visitor().get("/b/"+id, "Accept", "text/html")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, page.body)
	w.Close()
	if packed.Len() > 8<<10 {
		t.Errorf("%d bytes of HTML", packed.Len())
	}
	asked := map[string]bool{"the page": true}
	page.find(t, "link[rel=stylesheet], link[rel=icon], script[src], img[src], use[href]").Each(func(_ int, s *goquery.Selection) {
		address := s.AttrOr("href", s.AttrOr("src", ""))
		asked[strings.Split(address, "#")[0]] = true
	})
	if len(asked) > 8 {
		t.Errorf("%d requests: %v", len(asked), asked)
	}
	t.Logf("%d bytes of HTML packed, %d requests", packed.Len(), len(asked))
}

// ASVS: V2.4.1, V4.1.3, V6.3.1, V15.3.4
func TestGuessingIsSlowedDown(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.member("Amina Diallo", "amina@savoirs.example")
	town.site.limits.doors.buckets.Purge()
	checked := 0
	guesser := town.visitor()
	for i := range 200 {
		a := guesser.post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {fmt.Sprintf("guess number %d", i)}}, "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i))
		if a.status == http.StatusUnprocessableEntity {
			checked++
		}
	}
	if checked == 0 || checked > 20 {
		t.Errorf("%d of 200 guesses were checked", checked)
	}
}

// ASVS: V1.1.2, V2.2.2
func TestFormsGiveBackWhatWasTyped(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.visitor()
	a := v.post("/join", url.Values{"name": {`Amina "Mina" <Diallo>`}, "email": {"no address"}, "password": {"short"}})
	name, _ := a.find(t, `input[name="name"]`).Attr("value")
	email, _ := a.find(t, `input[name="email"]`).Attr("value")
	password, _ := a.find(t, `input[name="password"]`).Attr("value")
	if a.status != http.StatusUnprocessableEntity || name != `Amina "Mina" <Diallo>` || email != "no address" || password != "" {
		t.Errorf("%d: name %q, email %q, password %q", a.status, name, email, password)
	}
	for _, field := range []string{"email", "password"} {
		input := a.find(t, `input[name="`+field+`"]`)
		about, _ := input.Attr("aria-describedby")
		if said := a.find(t, "#"+strings.Fields(about + " x")[0]).Text(); len(strings.TrimSpace(said)) < 5 {
			t.Errorf("nothing is said beside %s", field)
		}
	}
	holder := town.member("Moussa Ba", "moussa@medina.example")
	typed := "this is no badge, only words"
	b := holder.post("/badges", url.Values{"text": {typed}})
	if got := b.find(t, `textarea[name="text"]`).Text(); got != typed {
		t.Errorf("the pasted text comes back as %q", got)
	}
}

// ASVS: V8.3.2
func TestAPublicBadgeAnswersPeopleAndPrograms(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	file := credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")
	id := holder.bring("gardener.json", file).imported(t)
	holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})

	page := town.visitor().get("/b/"+id, "Accept", "text/html")
	if title, _ := page.find(t, `meta[property="og:title"]`).Attr("content"); title != "Gardener" {
		t.Errorf("og:title is %q", title)
	}
	if !strings.Contains(strings.Join(page.header.Values("Vary"), ", "), "Accept,") || !strings.Contains(page.header.Get("Link"), `rel="alternate"`) {
		t.Errorf("Vary %q, Link %q", page.header.Values("Vary"), page.header.Get("Link"))
	}
	for _, accept := range []string{"application/json", "application/vc+ld+json", "application/ld+json"} {
		if got := town.visitor().get("/b/"+id, "Accept", accept); got.body != file {
			t.Errorf("%s: %d, not the bytes that were brought", accept, got.status)
		}
	}
	if got := town.visitor().get("/b/" + id + ".json"); got.body != file {
		t.Errorf(".json: %d", got.status)
	}
	if got := town.visitor().get("/b/" + id + ".jwt"); got.status != http.StatusNotFound {
		t.Errorf(".jwt: %d", got.status)
	}
	tag := page.header.Get("ETag")
	if again := town.visitor().get("/b/"+id, "Accept", "text/html", "If-None-Match", tag); tag == "" || again.status != http.StatusNotModified {
		t.Errorf("asking again with %q: %d", tag, again.status)
	}
	holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"private"}})
	for _, path := range []string{"/b/" + id, "/b/" + id + ".json", "/b/" + id + "/picture", "/b/" + id + "/baked.png", "/b/" + id + "/baked.svg"} {
		if got := town.visitor().get(path, "If-None-Match", tag); got.status != http.StatusNotFound {
			t.Errorf("%s after it was made private: %d", path, got.status)
		}
	}
}

func TestDeletingCanBeUndone(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	id := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	a := holder.post("/b/"+id+"/delete", nil)
	undo, _ := a.find(t, `form[action="/b/`+id+`/restore"]`).Attr("method")
	if undo != "post" || a.find(t, ".badge-card").Length() != 0 {
		t.Fatalf("after deleting, at %s: no way back", a.path)
	}
	if holder.get("/badges/deleted").find(t, `form[action="/b/`+id+`/restore"]`).Length() != 1 {
		t.Error("the trash does not hold it")
	}
	if back := holder.post("/b/"+id+"/restore", nil); !strings.HasPrefix(back.path, "/b/"+id) {
		t.Errorf("restoring ends at %s", back.path)
	}
}

// ASVS: V13.4.2, V13.4.5, V15.2.3
func TestKeptLettersAreOnlyShownHere(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	r := town.visitor().request("GET", "/dev/mail", nil)
	r.Host = "rebound.example"
	if a := town.visitor().do(r); a.status != http.StatusNotFound {
		t.Errorf("under another name: %d", a.status)
	}
	if a := town.visitor().get("/dev/mail"); a.status != http.StatusOK {
		t.Errorf("here: %d", a.status)
	}
}

func TestEveryAnswerIsLockedUp(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	id := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	for _, path := range []string{"/", "/join", "/sign-in", "/badges", "/badges/add", "/you", "/@amina-diallo", "/b/" + id, "/b/" + id + "/picture", "/b/" + id + "/original", "/b/" + id + "/baked.svg", "/b/" + id + ".json", "/nothing", "/livez"} {
		a := holder.get(path)
		if p := a.header.Get("Content-Security-Policy"); !strings.HasPrefix(p, "default-src 'none'") {
			t.Errorf("%s: policy %q", path, p)
		}
		if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Cache-Control") == "" {
			t.Errorf("%s: %v", path, a.header)
		}
		if strings.Contains(a.body, "style=\"") || strings.Contains(a.body, "<script>") || strings.Contains(a.body, "onclick=") {
			t.Errorf("%s holds what its policy forbids", path)
		}
	}
	picture := holder.get("/b/" + id + "/picture")
	if !strings.Contains(picture.header.Get("Content-Security-Policy"), "sandbox") || strings.HasPrefix(picture.header.Get("Content-Type"), "text/html") {
		t.Errorf("a picture is sent as %v", picture.header)
	}
}

// confirm opens the newest letter's link and presses its button.
func (v *visitor) confirm() answer {
	v.town.t.Helper()
	return v.post(v.town.newestLink("confirm"), nil)
}
