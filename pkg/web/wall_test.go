package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// walled is somebody with thirty badges of three issuers.
func walled(t *testing.T) (*town, *visitor) {
	t.Helper()
	town := newTown(t, storetest.Open(t))
	v := town.member("Amina Diallo", "amina@savoirs.example")
	other := town.member("Moussa", "moussa@savoirs.example")
	for i := range 31 {
		at := time.Date(2020+i%5, 3, 4, 0, 0, 0, 0, time.UTC)
		b := store.Badge{
			PersonID: town.id(t, v), CredentialKey: fmt.Sprint(i), State: store.Accepted, Visibility: []string{store.Private, store.Public}[i%2],
			Name: fmt.Sprintf("Été %02d", i), IssuerName: []string{"École", "Lab", "Straße"}[i%3], Verdict: "genuine", IssuedAt: &at,
			CreatedAt: at.AddDate(0, 0, i), Document: []byte("{}"), DocumentType: "application/json",
		}
		switch i {
		case 7:
			b.Verdict, b.VerdictReason = "not-current", "expired"
		case 30:
			b.PersonID, b.Visibility = town.id(t, other), store.Public
		}
		must(t, town.store.CreateBadge(t.Context(), &b))
	}
	return town, v
}

func (town *town) id(t *testing.T, v *visitor) string {
	t.Helper()
	p, err := town.store.PersonByHandle(t.Context(), v.handle())
	must(t, err)
	return p.ID
}

func (v *visitor) handle() string {
	return strings.TrimPrefix(v.get("/you").findOr(`input[name="handle"]`, "value"), "@")
}

func (a answer) findOr(selector, attribute string) string {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		return ""
	}
	return doc.Find(selector).First().AttrOr(attribute, "")
}

func namesIn(t *testing.T, a answer) (all []string) {
	t.Helper()
	a.find(t, "[data-cards] h3 a").Each(func(_ int, s *goquery.Selection) { all = append(all, s.Text()) })
	return all
}

func TestAWallIsSoughtFilteredAndSortedByItsAddress(t *testing.T) {
	_, v := walled(t)
	for path, want := range map[string]int{
		"/badges":                                 24,
		"/badges?q=ete":                           24,
		"/badges?q=ETE+07":                        1,
		"/badges?q=strasse&show=private":          5,
		"/badges?issuer=ecole":                    10,
		"/badges?state=expired":                   1,
		"/badges?state=attention":                 1,
		"/badges?show=attention":                  1,
		"/badges?state=revoked":                   0,
		"/badges?year=2021&show=public":           3,
		"/badges?year=2021&view=timeline":         6,
		"/badges?q=xyz":                           0,
		"/badges?favourite=yes":                   0,
		"/badges?sort=nothing&view=x&year=-1":     24,
		"/badges?q=" + strings.Repeat("x", 10000): 24,
	} {
		a := v.get(path)
		if got := namesIn(t, a); a.status != http.StatusOK || len(got) != want {
			t.Errorf("%.80s: %d, %d badges, want %d", path, a.status, len(got), want)
		}
		if want == 0 && a.find(t, `#wall-found .empty a[href="/badges"]`).Length() != 1 {
			t.Errorf("%s: no way out", path)
		}
	}
	if got := namesIn(t, v.get("/badges?sort=name&q=lab")); !slices.IsSorted(got) || len(got) != 10 {
		t.Errorf("by name: %q", got)
	}
	first := v.get("/badges?view=timeline")
	second := v.get(first.findOr(".more a", "href"))
	all := append(namesIn(t, first), namesIn(t, second)...)
	if len(all) != 30 || first.find(t, ".year").Length()+second.find(t, ".year").Length() != 5 {
		t.Errorf("timeline: %d badges, %d and %d years", len(all), first.find(t, ".year").Length(), second.find(t, ".year").Length())
	}
	page := v.get("/badges?q=ete&issuer=ECOLE")
	if said := page.find(t, "#wall-count[role=status]").Text(); said != "10 badges" {
		t.Errorf("it says %q", said)
	}
	if link := page.find(t, "#wall-found .chips a").First().AttrOr("href", ""); link != "/badges?issuer=%C3%89cole" {
		t.Errorf("without the search: %q", link)
	}
	if n := page.find(t, `select[name="tag"], select[name="lang"], input[name="self"], input[name="endorsed"]`).Length(); n != 0 {
		t.Errorf("%d filters are offered that would leave nothing", n)
	}
}

func TestAFavouriteIsOneTouchAway(t *testing.T) {
	town, v := walled(t)
	star := v.get("/badges?q=ete+03").find(t, `button.star[aria-pressed="false"]`)
	a := v.post("/badges/favourite", url.Values{"on": {star.AttrOr("value", "")}, "back": {"/badges?q=ete+03"}})
	if a.path != "/badges?q=ete+03" || a.find(t, `button.star[aria-pressed="true"][name="off"]`).Length() != 1 {
		t.Errorf("at %s, not starred", a.path)
	}
	if got := namesIn(t, v.get("/badges?favourite=yes")); !slices.Equal(got, []string{"Été 03"}) {
		t.Errorf("favourites: %q", got)
	}
	for _, back := range []string{"https://evil.example/badges", "//evil.example/badges", "/admin", "javascript:alert(1)", `\\evil.example`} {
		if a := v.post("/badges/favourite", url.Values{"off": {star.AttrOr("value", "")}, "back": {back}}); a.path != "/badges" {
			t.Errorf("%s leads to %s", back, a.path)
		}
	}
	if a := town.member("Kofi", "kofi@savoirs.example").post("/badges/favourite", url.Values{"on": {star.AttrOr("value", "")}}); a.status != http.StatusNotFound {
		t.Errorf("somebody else: %d", a.status)
	}
}

// undo presses the button of a notice.
func (v *visitor) undo(t *testing.T, a answer) answer {
	t.Helper()
	form := a.find(t, `.notice form[action="/badges/undo"]`)
	fields := url.Values{}
	form.Find("input").Each(func(_ int, s *goquery.Selection) { fields.Set(s.AttrOr("name", ""), s.AttrOr("value", "")) })
	if form.Length() != 1 {
		t.Fatalf("at %s: no way back", a.path)
	}
	return v.post("/badges/undo", fields)
}

func TestManyBadgesAreChangedAtOnceAndTakenBack(t *testing.T) {
	town, v := walled(t)
	picking := v.get("/badges?issuer=Lab&pick=page&sort=name")
	ids := []string{}
	picking.find(t, `.pick[form="pick"][checked]`).Each(func(_ int, s *goquery.Selection) { ids = append(ids, s.AttrOr("value", "")) })
	if len(ids) != 10 {
		t.Fatalf("%d can be picked", len(ids))
	}
	before := storetest.Ask(t, town.store, "SELECT id || visibility || COALESCE(CAST(deleted_at AS text), '') FROM badges ORDER BY id")
	in := url.Values{"issuer": {"Lab"}, "sort": {"name"}}
	with := func(more url.Values) url.Values {
		form := url.Values{}
		for _, some := range []url.Values{in, more} {
			for name, values := range some {
				form[name] = values
			}
		}
		return form
	}
	asked := v.post("/badges/change", with(url.Values{"do": {"public"}, "badge": ids}))
	if said := asked.find(t, "h1").Text(); said != "Show 10 badges?" || asked.find(t, `form[action="/badges/change"] input[name="badge"]`).Length() != 10 {
		t.Errorf("before ten become public it says %q", said)
	}
	if now := storetest.Ask(t, town.store, "SELECT id || visibility || COALESCE(CAST(deleted_at AS text), '') FROM badges ORDER BY id"); !slices.Equal(now, before) {
		t.Error("asking changed something")
	}
	all := v.post("/badges/change", with(url.Values{"do": {"public"}, "all": {"yes"}}))
	which := all.find(t, `input[name="which"]`).AttrOr("value", "")
	must(t, town.store.DeleteBadge(t.Context(), v.person.ID, ids[0], town.now))
	if a := v.post("/badges/change", with(url.Values{"do": {"public"}, "all": {"yes"}, "sure": {"yes"}, "which": {which}})); a.find(t, "h1").Text() != "Show 9 badges?" {
		t.Errorf("others are found than it was asked about, and it says %q at %s", a.find(t, "h1").Text(), a.path)
	}
	must(t, town.store.RestoreBadge(t.Context(), v.person.ID, ids[0], town.now))
	for _, deed := range []struct {
		form url.Values
		path string // where what was done can be seen
		want int
	}{
		{url.Values{"do": {"public"}, "badge": ids, "sure": {"yes"}}, "/badges?issuer=Lab&show=public", 10},
		{url.Values{"do": {"public"}, "all": {"yes"}, "sure": {"yes"}, "which": {which}}, "/badges?issuer=Lab&show=public", 10},
		{url.Values{"do": {"private"}, "all": {"yes"}}, "/badges?issuer=Lab&show=private", 10},
		{url.Values{"do": {"tag"}, "with": {"#Été à  Dakar"}, "badge": ids[:3]}, "/badges?tag=ete+a+dakar", 3},
		{url.Values{"do": {"favourite"}, "all": {"yes"}}, "/badges?favourite=yes", 10},
		{url.Values{"do": {"delete"}, "badge": ids[:4]}, "/badges?issuer=Lab", 6},
	} {
		was := len(namesIn(t, v.get(deed.path)))
		a := v.post("/badges/change", with(deed.form))
		if got := len(namesIn(t, v.get(deed.path))); got != deed.want {
			t.Errorf("%v: %s has %d, want %d", deed.form["do"], deed.path, got, deed.want)
		}
		back := v.undo(t, a)
		if !strings.HasPrefix(back.path, "/badges?done=undone&issuer=Lab") {
			t.Errorf("undone, at %s", back.path)
		}
		if got := len(namesIn(t, v.get(deed.path))); got != was {
			t.Errorf("%v undone: %s has %d, had %d", deed.form["do"], deed.path, got, was)
		}
		if again := v.undo(t, a); !strings.Contains(again.path, "undone-late") {
			t.Errorf("undone twice, at %s", again.path)
		}
	}
	if now := storetest.Ask(t, town.store, "SELECT id || visibility || COALESCE(CAST(deleted_at AS text), '') FROM badges ORDER BY id"); !slices.Equal(now, before) {
		t.Error("not all is as it was")
	}
	for form, want := range map[string]string{
		"do=tag&with=&all=yes":           "bulk-no-tag",
		"do=tag&with=%20%23&all=yes":     "bulk-no-tag",
		"do=favourite":                   "bulk-none",
		"do=untag&with=nothing&all=yes":  "bulk-nothing",
		"do=private&badge=01HZZZZZZZZZZ": "bulk-nothing",
	} {
		fields, _ := url.ParseQuery(form)
		if a := v.post("/badges/change", fields); !strings.Contains(a.path, want) {
			t.Errorf("%s ends at %s, want %s", form, a.path, want)
		}
	}
	if a := v.post("/badges/change", url.Values{"do": {"evil"}, "all": {"yes"}}); a.status != http.StatusBadRequest {
		t.Errorf("a deed there is none of: %d", a.status)
	}
	stranger := town.member("Kofi", "kofi@savoirs.example")
	if a := stranger.post("/badges/change", url.Values{"do": {"delete"}, "badge": ids}); !strings.Contains(a.path, "bulk-nothing") {
		t.Errorf("somebody else, at %s", a.path)
	}
}

func TestTagsAreTheirHoldersAlone(t *testing.T) {
	town, v := walled(t)
	link := v.get("/badges?q=ete+01").findOr("[data-cards] h3 a", "href")
	for _, tag := range []string{"canary-tag", "Work"} {
		if a := v.post(link+"/tag", url.Values{"tag": {tag}}); !strings.Contains(a.find(t, ".own-marks").Text(), tag) {
			t.Errorf("%s is not shown", tag)
		}
	}
	v.post("/badges/favourite", url.Values{"on": {strings.TrimPrefix(link, "/b/")}})
	handle := v.handle()
	for _, who := range []*visitor{town.visitor(), town.member("Kofi", "kofi@savoirs.example")} {
		for _, path := range []string{link, link + ".json", "/@" + handle} {
			if a := who.get(path); a.status != http.StatusOK || strings.Contains(a.body, "canary-tag") || strings.Contains(a.body, "aria-pressed=\"true\" aria-label=\"Fav") {
				t.Errorf("%s: %d, or the tags are told", path, a.status)
			}
		}
	}
	renamed := v.post("/badges/tags", url.Values{"do": {"rename"}, "tag": {"Work"}, "name": {"Canary-Tag"}})
	if got := renamed.find(t, ".tag-list .tag bdi").Text(); got != "canary-tag" {
		t.Errorf("both became %q", got)
	}
	if a := v.undo(t, renamed); a.status != http.StatusOK {
		t.Errorf("undone: %d", a.status)
	}
	if n := v.get("/badges/tags").find(t, ".tag-list > li").Length(); n != 2 {
		t.Errorf("%d tags after that was taken back", n)
	}
	v.post("/badges/tags", url.Values{"do": {"delete"}, "tag": {"work"}})
	if a := v.post(link+"/untag", url.Values{"tag": {"CANARY-tag"}}); a.find(t, ".own-marks .tag").Length() != 0 {
		t.Error("a tag is still there")
	}
}

func TestManyBadgesComeBackOutOfTheTrash(t *testing.T) {
	_, v := walled(t)
	v.post("/badges/change", url.Values{"do": {"delete"}, "all": {"yes"}, "issuer": {"Lab"}})
	trash := v.get("/badges/deleted")
	some := url.Values{}
	trash.find(t, ".pick").Each(func(i int, s *goquery.Selection) {
		if i < 3 {
			some.Add("badge", s.AttrOr("value", ""))
		}
	})
	a := v.post("/badges/deleted/restore", some)
	if n := a.find(t, ".pick").Length(); n != 7 {
		t.Errorf("%d are left", n)
	}
	if n := v.undo(t, a); n.status != http.StatusOK || v.get("/badges/deleted").find(t, ".pick").Length() != 10 {
		t.Error("not taken back")
	}
	v.post("/badges/deleted/restore", url.Values{"all": {"yes"}})
	if n := v.get("/badges/deleted").find(t, ".pick").Length(); n != 0 {
		t.Errorf("%d are left", n)
	}
}

func TestASmallPictureIsSeenByWhoSeesTheBadge(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	id := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	for _, path := range []string{"/picture?w=160", "/picture?w=320", "/picture?w=99999", "/picture?w=-1"} {
		if a := holder.get("/b/" + id + path); a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "image/") || a.header.Get("Content-Security-Policy") != sandboxed {
			t.Errorf("%s: %d %s", path, a.status, a.header.Get("Content-Type"))
		}
		if a := town.visitor().get("/b/" + id + path); a.status != http.StatusNotFound {
			t.Errorf("a stranger sees %s: %d", path, a.status)
		}
	}
}
