package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// holds brings badges of these names, and tells their ids.
func (v *visitor) holds(names ...string) (ids []string) {
	v.town.t.Helper()
	for i, name := range names {
		id := fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1)
		ids = append(ids, v.bring(name+".json", credential(v.town.t, id, v.email, name)).imported(v.town.t))
	}
	return ids
}

// collects makes a collection of badges, and tells its address.
func (v *visitor) collects(title, visibility string, badges ...string) string {
	v.town.t.Helper()
	a := v.post("/collections", url.Values{"title": {title}, "cover": {"pattern"}, "layout": {"wall"}, "visibility": {visibility}, "badge": badges})
	if a.status != 200 || !strings.HasPrefix(a.path, "/c/") {
		v.town.t.Fatalf("no collection: %d at %s", a.status, a.path)
	}
	return strings.TrimSuffix(a.page(), "/add")
}

// page is the path one was led to, without what is asked of it.
func (a answer) page() string {
	path, _, _ := strings.Cut(a.path, "?")
	return path
}

func (a answer) texts(t *testing.T, selector string) string {
	t.Helper()
	var all []string
	a.find(t, selector).Each(func(_ int, s *goquery.Selection) { all = append(all, strings.Join(strings.Fields(s.Text()), " ")) })
	return strings.Join(all, ", ")
}

// TestCollectionIsMadeOrderedAndShownWithoutScripts walks the whole way by forms and links alone.
func TestCollectionIsMadeOrderedAndShownWithoutScripts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		ids := holder.holds("Gardener", "Baker", "Weaver")
		if a := holder.post("/collections", url.Values{"title": {" "}, "note": {"My note"}, "cover": {"none"}, "layout": {"pages"}, "visibility": {"members"}}); a.status != 422 ||
			a.find(t, "#note").Text() != "My note" || a.find(t, `[value="members"][checked]`).Length() != 1 || a.find(t, "#title-mistake").Length() != 1 {
			t.Errorf("a form with a mistake does not come back as it was typed: %d", a.status)
		}
		at := holder.collects("For work", "private")
		pick := holder.get(at + "/add")
		if got := pick.find(t, ".picks input:not([disabled])").Length(); got != 3 {
			t.Fatalf("%d badges to choose from", got)
		}
		a := holder.post(at+"/add", url.Values{"badge": ids})
		if a.page() != at+"/edit" || a.texts(t, ".ordered .what > a") != "Gardener, Baker, Weaver" {
			t.Fatalf("added: %s: %s", a.path, a.texts(t, ".ordered .what > a"))
		}
		for _, move := range []struct{ badge, where, want string }{
			{ids[2], "up", "Gardener, Weaver, Baker"},
			{ids[0], "down", "Weaver, Gardener, Baker"},
			{ids[1], "first", "Baker, Weaver, Gardener"},
		} {
			if got := holder.post(at+"/order", url.Values{"badge": {move.badge}, "move": {move.where}}).texts(t, ".ordered .what > a"); got != move.want {
				t.Errorf("%s: %s, want %s", move.where, got, move.want)
			}
		}
		if got := holder.post(at+"/order", url.Values{"order": ids}).texts(t, ".ordered .what > a"); got != "Gardener, Baker, Weaver" {
			t.Errorf("dragged: %s", got)
		}
		holder.post(at+"/text", url.Values{"badge": {ids[1]}, "text": {"I **bake**."}})
		out := holder.post(at+"/remove", url.Values{"badge": {ids[0]}})
		if out.texts(t, ".ordered .what > a") != "Baker, Weaver" {
			t.Errorf("taken out: %s", out.texts(t, ".ordered .what > a"))
		}
		undo := out.find(t, `main .notice form, main form[action$="put-back"]`).First()
		badge, _ := undo.Find(`[name="badge"]`).Attr("value")
		if back := holder.post(undo.AttrOr("action", "none"), url.Values{"badge": {badge}}); back.texts(t, ".ordered .what > a") != "Gardener, Baker, Weaver" {
			t.Errorf("put back: %s", back.texts(t, ".ordered .what > a"))
		}
		saved := holder.post(at, url.Values{"title": {"For work"}, "note": {"See *this*"}, "cover": {"badge"}, "cover-badge": {ids[1]}, "layout": {"pages"}, "visibility": {"public"}, "in-passport": {"yes"}})
		if saved.page() != at || saved.find(t, ".leaf .prose strong").Text() != "bake" || saved.find(t, ".collection-head em").Text() != "this" {
			t.Errorf("saved: %s %s", saved.path, saved.texts(t, ".leaf"))
		}
		if !strings.Contains(saved.texts(t, ".notice"), "3 of 3 are private: nobody but you sees them here.") {
			t.Errorf("it does not say what others do not see: %s", saved.texts(t, ".notice"))
		}
		if got := town.visitor().get(at); got.status != 200 || got.find(t, ".leaf").Length() != 0 || got.find(t, ".collection-head img").Length() != 0 {
			t.Errorf("a visitor sees private badges: %d", got.status)
		}
		holder.post(at+"/raise", nil)
		if got := town.visitor().get(at); got.texts(t, ".leaf h3") != "Gardener, Baker, Weaver" || got.header.Get("Cache-Control") != mayBeKept {
			t.Errorf("raised, a visitor sees %s", got.texts(t, ".leaf h3"))
		}
		gone := holder.post(at+"/delete", nil)
		if got := town.visitor().get(at); got.status != 404 || gone.page() != "/collections" {
			t.Errorf("deleted: %d, %s", got.status, gone.path)
		}
		if got := holder.post(gone.find(t, `main .notice form`).First().AttrOr("action", "none"), nil); got.page() != at || town.visitor().get(at).status != 200 {
			t.Errorf("restored: %s", got.path)
		}
	})
}

// TestHolderIsAskedBeforeAddressesAreJoined on the page, which names them to nobody else.
func TestHolderIsAskedBeforeAddressesAreJoined(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	ids := holder.holds("Gardener", "Baker")
	other := store.Address{PersonID: holder.person.ID, Email: "amina@home.example", VerifiedAt: &town.now, CreatedAt: town.now}
	must(t, town.store.AddAddress(t.Context(), &other))
	b, err := town.store.Badge(t.Context(), holder.person.ID, ids[1])
	must(t, err)
	b.AddressID = &other.ID
	must(t, town.store.UpdateBadge(t.Context(), &b))
	for _, id := range ids {
		holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})
	}
	at := holder.collects("Both", "private", ids...)
	form := url.Values{"title": {"Renamed"}, "note": {"typed"}, "cover": {"none"}, "layout": {"wall"}, "visibility": {"public"}}
	asked := holder.post(at, form)
	if asked.status != 422 || asked.texts(t, "[role=alert] li") != "amina@home.example, amina@savoirs.example" || asked.find(t, "#note").Text() != "typed" {
		t.Fatalf("not asked: %d %s", asked.status, asked.texts(t, "[role=alert]"))
	}
	if town.visitor().get(at).status != 404 {
		t.Error("it was shown before the answer")
	}
	form.Set("knowing", "yes")
	if got := holder.post(at, form); got.page() != at || !strings.Contains(got.texts(t, ".notice"), "amina@home.example") {
		t.Errorf("gone on: %s", got.path)
	}
	seen := town.visitor().get(at)
	if seen.find(t, ".badge-card").Length() != 2 || strings.Contains(seen.body, "home.example") {
		t.Errorf("a visitor sees %d badges, or an address", seen.find(t, ".badge-card").Length())
	}
	alone := holder.collects("One", "public", ids[0])
	if got := holder.post("/b/"+ids[1]+"/collect", url.Values{"collection": {strings.TrimPrefix(alone, "/c/")}}); got.status != 422 || town.visitor().get(alone).find(t, ".badge-card").Length() != 1 {
		t.Errorf("added without asking: %d", got.status)
	}
	if got := holder.post(alone+"/add", url.Values{"badge": {ids[1]}, "knowing": {"yes"}}); got.page() != alone+"/edit" {
		t.Errorf("added: %d %s", got.status, got.path)
	}
}

// TestPuttingBackAsksBeforeAddressesAreJoined where the collection was made public while the badge was out of it.
func TestPuttingBackAsksBeforeAddressesAreJoined(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	ids := holder.holds("Gardener", "Baker")
	other := store.Address{PersonID: holder.person.ID, Email: "amina@home.example", VerifiedAt: &town.now, CreatedAt: town.now}
	must(t, town.store.AddAddress(t.Context(), &other))
	b, err := town.store.Badge(t.Context(), holder.person.ID, ids[1])
	must(t, err)
	b.AddressID, b.Visibility = &other.ID, store.Public
	must(t, town.store.UpdateBadge(t.Context(), &b))
	at := holder.collects("Both", "private", ids...)
	holder.post(at+"/remove", url.Values{"badge": {ids[1]}})
	if got := holder.post(at, url.Values{"title": {"Both"}, "cover": {"none"}, "layout": {"wall"}, "visibility": {"public"}}); got.page() != at {
		t.Fatalf("not made public: %d", got.status)
	}
	asked := holder.post(at+"/put-back", url.Values{"badge": {ids[1]}})
	if asked.status != 422 || asked.texts(t, "[role=alert] li") != "amina@home.example, amina@savoirs.example" || strings.Contains(town.visitor().get(at).body, "Baker") {
		t.Fatalf("not asked: %d %s", asked.status, asked.path)
	}
	form := asked.find(t, `form[action="`+at+`/put-back"]`)
	answer := url.Values{"badge": {form.Find(`[name="badge"]`).AttrOr("value", "")}, "knowing": {form.Find(`[name="knowing"]`).AttrOr("value", "")}}
	if got := holder.post(at+"/put-back", answer); got.page() != at+"/edit" || !strings.Contains(town.visitor().get(at).body, "Baker") {
		t.Errorf("gone on: %d %s", got.status, got.path)
	}
}

// TestBadgesToCollectAreFound among all of one's own, by what one types.
func TestBadgesToCollectAreFound(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	holder.holds("Gardener", "Baker")
	at := holder.collects("For work", "private")
	if got := holder.get(at+"/add?q=+baker").texts(t, ".picks b"); got != "Baker" {
		t.Errorf("found: %s", got)
	}
	if got := holder.get(at + "/add?q=sailor"); got.find(t, ".picks").Length() != 0 || !strings.Contains(got.texts(t, ".empty"), "sailor") {
		t.Errorf("what is not there: %s", got.texts(t, "main"))
	}
}

// TestSharedCollectionShowsWhatLinksShowAndNothingElse: its page, each of its badges, their files and all of them at once.
// ASVS: V8.2.2, V14.2.1
func TestSharedCollectionShowsWhatLinksShowAndNothingElse(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		ids := holder.holds("Gardener", "Baker", "Weaver", "Smith")
		for i, visibility := range []string{"link", "public", "private", "members"} {
			holder.post("/b/"+ids[i]+"/visibility", url.Values{"visibility": {visibility}})
		}
		at := holder.collects("For the job", "private", ids...)
		made := holder.post(at+"/share", url.Values{"label": {"Only mine"}, "password": {"tulip"}, "expires": {"week"}})
		link := strings.TrimPrefix(made.find(t, "#give #link").AttrOr("value", ""), town.server.URL)
		if !strings.HasPrefix(link, "/s/") {
			t.Fatalf("no link: %d %s", made.status, made.path)
		}
		anybody := town.visitor()
		if a := anybody.get(link); a.find(t, "#password").Length() != 1 || strings.Contains(a.body, "For the job") || anybody.get(link+"/badges.zip").status != 404 || anybody.post(link+"/check", nil).status != 404 {
			t.Fatalf("it opens without its password: %d", a.status)
		}
		a := anybody.post(link, url.Values{"password": {"tulip"}})
		if a.path != link || a.texts(t, ".badge-card h3") != "Gardener, Baker, Smith" || a.find(t, "h1").Text() != "For the job" || !strings.Contains(a.body, "Amina Diallo") {
			t.Fatalf("%s: %s", a.path, a.texts(t, ".badge-card h3"))
		}
		for header, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s is %q", header, got)
			}
		}
		for _, secret := range append(slices.Clone(ids), "Only mine", "/@amina", strings.TrimPrefix(at, "/c/"), "Weaver") {
			if strings.Contains(a.body, secret) {
				t.Errorf("the page tells %q", secret)
			}
		}
		var within []string
		a.find(t, ".badge-card h3 a").Each(func(_ int, s *goquery.Selection) { within = append(within, s.AttrOr("href", "")) })
		for i, page := range within {
			got := anybody.get(page)
			if got.status != 200 || !strings.Contains(got.find(t, "h1").Text(), []string{"Gardener", "Baker", "Smith"}[i]) || strings.Contains(got.body, "/@amina") {
				t.Errorf("%s: %d", page, got.status)
			}
			for _, file := range []string{"/picture", "/baked.png", "/baked.svg", "/certificate.pdf", ".json"} {
				if got := anybody.get(page + file); got.status != 200 || got.header.Get("Cache-Control") != "private, no-store" {
					t.Errorf("%s: %d %s", page+file, got.status, got.header.Get("Cache-Control"))
				}
			}
			for _, ours := range ids {
				if strings.Contains(got.body, ours) {
					t.Errorf("the page of a badge tells its own address")
				}
			}
		}
		shares, err := s.ShareLinksTo(t.Context(), holder.person.ID, strings.TrimPrefix(at, "/c/"))
		must(t, err)
		hidden := link + "/b/" + underLink(shares[0], ids[2])
		for _, path := range []string{hidden, hidden + "/picture", hidden + ".json", link + "/b/" + ids[0], link + "/picture", link + "/baked.png", link + ".json", at, at + "/badges.zip", at + "/qr.svg"} {
			if got := anybody.get(path); got.status != 404 {
				t.Errorf("%s: %d", path, got.status)
			}
		}
		file := anybody.get(link + "/badges.zip")
		content, err := zip.NewReader(strings.NewReader(file.body), int64(len(file.body)))
		must(t, err)
		kept := map[string]string{}
		for _, one := range content.File {
			kept[one.Name] = zipped(t, one)
			if one.Modified.Unix() != town.now.Unix() {
				t.Errorf("%s is of %s", one.Name, one.Modified)
			}
		}
		for i, name := range []string{"001-Gardener", "002-Baker", "003-Smith"} {
			b, err := s.Badge(t.Context(), holder.person.ID, []string{ids[0], ids[1], ids[3]}[i])
			if err != nil || kept[name+".json"] != string(b.Document) || !strings.HasPrefix(kept[name+".png"], "\x89PNG") {
				t.Errorf("%s is not in the file as it should be (%v)", name, err)
			}
		}
		if len(kept) != 6 {
			t.Errorf("%d files", len(kept))
		}
		if got := anybody.post(link+"/check", nil); got.page() != link || !strings.Contains(got.path, "checked-") {
			t.Errorf("verify all: %d %s", got.status, got.path)
		}
		town.now = town.now.Add(time.Hour)
		if got := anybody.post(link+"/check", nil); !strings.Contains(got.path, "done=checked-all&n=3") {
			t.Errorf("verify all an hour later: %d %s", got.status, got.path)
		}
		must(t, town.site.Passports.WriteOpens(t.Context(), town.now))
		if got := holder.get(at+"/share").texts(t, ".share-links .marks"); !strings.Contains(got, "Opened") || strings.Contains(got, "Opened 0") {
			t.Errorf("opens: %s", got)
		}
		holder.post(at, url.Values{"title": {"For the job"}, "cover": {"none"}, "layout": {"wall"}, "visibility": {"private"}})
		if got := anybody.get(link); got.status != 410 || strings.Contains(got.body, "For the job") {
			t.Errorf("private again: %d", got.status)
		}
		holder.post(at, url.Values{"title": {"For the job"}, "cover": {"none"}, "layout": {"wall"}, "visibility": {"link"}})
		town.now = town.now.Add(8 * 24 * time.Hour)
		if got := anybody.get(link); got.status != 410 {
			t.Errorf("a week later: %d", got.status)
		}
	})
}

// interrupted is an answer during which something happens as soon as it begins.
type interrupted struct {
	*httptest.ResponseRecorder
	do    func()
	fault error // of all writing after that
}

func (i *interrupted) WriteHeader(status int) {
	i.do()
	i.ResponseRecorder.WriteHeader(status)
}

func (i *interrupted) Write(some []byte) (int, error) {
	if i.fault != nil {
		return 0, i.fault
	}
	return i.ResponseRecorder.Write(some)
}

// TestWhatIsWithdrawnWhileAllFilesAreSentIsNotSent, and the file says that something is missing.
// ASVS: V8.2.2, V14.2.1
func TestWhatIsWithdrawnWhileAllFilesAreSentIsNotSent(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	ids := holder.holds("Gardener", "Baker", "Weaver")
	for _, id := range ids {
		holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})
	}
	hides := func() {
		must(t, town.store.SetVisibility(t.Context(), holder.person.ID, ids[2], "private", town.now))
	}
	opens := func() {
		must(t, town.store.SetVisibility(t.Context(), holder.person.ID, ids[2], "public", town.now))
	}
	at := holder.collects("For all", "public", ids...)
	made := holder.post(at+"/share", nil)
	link := strings.TrimPrefix(made.find(t, "#give #link").AttrOr("value", ""), town.server.URL)
	shares, err := town.store.ShareLinksTo(t.Context(), holder.person.ID, strings.TrimPrefix(at, "/c/"))
	must(t, err)
	id := strings.TrimPrefix(at, "/c/")
	for _, row := range []struct {
		name, path, missing string
		files               int
		do                  func()
	}{
		{"nothing", at, "", 6, func() {}},
		{"a badge", at, "1 badge is missing", 5, hides},
		{"a badge of a link", link, "1 badge is missing", 5, hides},
		{"one taken out", at, "1 badge is missing", 5, func() {
			must(t, town.site.Passports.RemoveBadge(t.Context(), holder.person.ID, id, ids[2], town.now))
		}},
		{"a picture", at, "002-Baker.png is missing", 6, func() {
			b, err := town.store.Badge(t.Context(), holder.person.ID, ids[1])
			must(t, err)
			b.PictureKey = strings.Repeat("0", 64)
			must(t, town.store.UpdateBadge(t.Context(), &b))
		}},
		{"the link", link, "2 badges are missing", 3, func() {
			must(t, town.site.Passports.WithdrawLink(t.Context(), holder.person.ID, shares[0].ID, town.now))
		}},
	} {
		w := &interrupted{ResponseRecorder: httptest.NewRecorder(), do: row.do}
		town.site.Handler().ServeHTTP(w, town.visitor().request("GET", row.path+"/badges.zip", nil))
		content, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
		if err != nil {
			t.Fatalf("%s: %d %v", row.name, w.Code, err)
		}
		said := ""
		if last := content.File[len(content.File)-1]; last.Name == "MISSING.txt" {
			said = zipped(t, last)
		}
		if len(content.File) != row.files || !strings.Contains(said, row.missing) || (said == "") != (row.missing == "") {
			t.Errorf("%s is withdrawn: %d files, %q", row.name, len(content.File), said)
		}
		opens()
		_, err = town.site.Passports.AddBadges(t.Context(), holder.person.ID, id, passport.Adding{Badges: ids}, town.now)
		must(t, err)
	}
	if len(town.site.limits.bundles) != 0 {
		t.Error("a turn was not given back")
	}
}

// TestAZipThatIsBrokenOffDoesNotSeemWhole: the connection is.
func TestAZipThatIsBrokenOffDoesNotSeemWhole(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	ids := holder.holds("Gardener")
	holder.post("/b/"+ids[0]+"/visibility", url.Values{"visibility": {"public"}})
	at := holder.collects("For all", "public", ids...)
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("%v", got)
		}
	}()
	w := &interrupted{ResponseRecorder: httptest.NewRecorder(), do: func() {}, fault: errors.New("no room")}
	town.site.Handler().ServeHTTP(w, town.visitor().request("GET", at+"/badges.zip", nil))
	t.Errorf("it ended with %d", w.Code)
}

// TestFilesOfACollectionLeaveOutWhatOthersDoNotSee, unless its maker asks for that; the page says so.
func TestFilesOfACollectionLeaveOutWhatOthersDoNotSee(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	ids := holder.holds("Gardener", "Baker")
	holder.post("/b/"+ids[0]+"/visibility", url.Values{"visibility": {"public"}})
	at := holder.collects("For all", "public", ids...)
	files := func(v *visitor, path string) int {
		a := v.get(path)
		content, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
		if err != nil {
			t.Fatalf("%s: %d %v", path, a.status, err)
		}
		return len(content.File)
	}
	said := holder.get(at).find(t, "#files-all")
	if got := files(holder, at+"/badges.zip"); got != 2 || !strings.Contains(said.Text(), "leave out 1 badge that others do not see") {
		t.Errorf("%d files of their own collection; %s", got, said.Text())
	}
	whole := said.Find("a").First().AttrOr("href", "")
	if got := files(holder, whole); got != 4 || files(town.visitor(), whole) != 2 || town.visitor().get(at).find(t, "#files-all").Length() != 0 {
		t.Errorf("%d files, asked for all", got)
	}
	private := holder.collects("Mine", "private", ids...)
	if got := files(holder, private+"/badges.zip"); got != 4 {
		t.Errorf("%d files of a collection that is nobody else's", got)
	}
}

// TestACollectionIsCheckedByOneRunAtATime in its turn among all verifications of the house.
func TestACollectionIsCheckedByOneRunAtATime(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	at := holder.collects("For all", "public", holder.holds("Gardener")...)
	town.now = town.now.Add(time.Hour)
	town.site.checking.Store(strings.TrimPrefix(at, "/c/"), true)
	if got := holder.post(at+"/check", nil); got.find(t, ".notice").Length() == 0 || !strings.Contains(got.path, "done=checking") {
		t.Errorf("while others have it checked: %d %s", got.status, got.path)
	}
	town.site.checking.Clear()
	if got := holder.post(at+"/check", nil); !strings.Contains(got.path, "done=checked-all&n=1") || len(town.site.limits.turns) != 0 {
		t.Errorf("afterwards: %d %s", got.status, got.path)
	}
	turns := make(chan struct{}, 1)
	done, err := turn(t.Context(), turns, time.Minute)
	must(t, err)
	if _, err := turn(t.Context(), turns, time.Millisecond); !errors.Is(err, errBusy) {
		t.Errorf("two at once: %v", err)
	}
	done()
	if _, err := turn(t.Context(), turns, time.Millisecond); err != nil {
		t.Errorf("after the first: %v", err)
	}
}

func zipped(t *testing.T, f *zip.File) string {
	t.Helper()
	from, err := f.Open()
	must(t, err)
	content, err := io.ReadAll(from)
	must(t, err)
	return string(content)
}

// TestPassportHasTabsColoursAndAnOrder, all by links and forms.
func TestPassportHasTabsColoursAndAnOrder(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	ids := holder.holds("Gardener", "Baker")
	holder.post("/b/"+ids[0]+"/visibility", url.Values{"visibility": {"public"}})
	at := holder.collects("For work", "public", ids...)
	anybody := town.visitor()
	if got := anybody.get("/@amina-diallo"); got.find(t, ".tabs").Length() != 0 || got.find(t, ".visa").Length() != 1 {
		t.Errorf("a passport without collections has %d sections", got.find(t, ".visa").Length())
	}
	holder.post("/you/passport/show", url.Values{"collection": {strings.TrimPrefix(at, "/c/")}, "place": {"yes"}})
	holder.post("/you/passport", url.Values{"look": {"moss"}})
	holder.post("/you/passport/order", url.Values{"section": {"badges"}, "move": {"first"}})
	got := anybody.get("/@amina-diallo")
	if got.texts(t, ".visa h2") != "All badges, For work" || got.find(t, `html[data-look="moss"]`).Length() != 1 {
		t.Errorf("sections: %s", got.texts(t, ".visa h2"))
	}
	if strings.Contains(got.body, "Baker") || got.find(t, ".on-paper img").AttrOr("src", "") != "/@amina-diallo/qr.svg" {
		t.Error("it tells of a private badge, or has no code for paper")
	}
	tab := anybody.get(got.find(t, `.tabs a:not([aria-current])`).First().AttrOr("href", "none"))
	if tab.texts(t, ".collection h3") != "For work" || tab.find(t, ".visa").Length() != 0 || !strings.Contains(tab.texts(t, ".collection .marks"), "1 badge") {
		t.Errorf("collections: %s", tab.texts(t, ".collection"))
	}
	if a := anybody.get("/@amina-diallo?tab=about"); a.status != 200 || a.find(t, ".visa").Length() != 0 {
		t.Errorf("about: %d", a.status)
	}
	page := holder.get("/you/passport")
	if page.texts(t, ".ordered b") != "All badges, About me, Favourites, For work" || page.find(t, `[value="moss"][checked]`).Length() != 1 {
		t.Errorf("laid out: %s", page.texts(t, ".ordered b"))
	}
}
