package web

import (
	"errors"
	"image"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestEveryRouteAnswersByRight walks every route as everybody, for a private, a members' and a public badge. A route
// without a row fails, and a row without a route.
// ASVS: V7.4.2, V8.2.1, V8.2.2, V8.3.1
func TestEveryRouteAnswersByRight(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		everybody := town.everybody(t, holder)

		routes := town.routes()
		for _, key := range slices.Sorted(maps.Keys(matrix)) {
			if !slices.Contains(routes, key) {
				t.Errorf("the row %s has no route", key)
			}
		}
		asked, right, rows := 0, 0, 0
		for _, key := range routes {
			row, ok := matrix[key]
			if !ok {
				t.Errorf("%s has no row in the matrix", key)
				continue
			}
			rows++
			visibilities := []string{"private"}
			if row.aboutABadge(key) {
				visibilities = []string{"private", "members", "public"}
			}
			for _, visibility := range visibilities {
				for _, one := range everybody {
					town.reset(t, holder, badge, visibility, key)
					want := one.want(row.of(visibility))
					if got := one.tries(t, key, badge, row); got != want {
						t.Errorf("%s, %s badge, %s: %s, want %s", key, visibility, one.who, got, want)
					} else {
						right++
					}
					asked++
				}
			}
		}
		t.Logf("%d/%d routes × %d people, those about a badge × 3 visibilities: %d/%d answers by right", rows, len(routes), len(everybody), right, asked)
	})
}

// TestWhatTheDepartedHeldIsNobodys: the badges and the passport of an account that is no more are not there, for
// anybody, whatever they were before.
// ASVS: V8.2.2
func TestWhatTheDepartedHeldIsNobodys(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		everybody := town.everybody(t, town.member("Awa Ndiaye", "awa@savoirs.example"))
		asked, silent := 0, 0
		for _, key := range town.routes() {
			if !strings.HasPrefix(key, "GET /b/:id") && !strings.HasPrefix(key, "GET /@:handle") {
				continue
			}
			for how, goes := range map[string]struct{ away, back func() }{
				"is disabled": {func() { town.disable(t, holder) }, func() { town.enable(t, holder) }},
				"is leaving": {func() {
					_, err := town.accounts.Leave(t.Context(), holder.person.ID, "")
					must(t, err)
				}, func() { must(t, town.accounts.Stay(t.Context(), holder.person.ID)) }},
			} {
				for _, visibility := range []string{"private", "members", "public"} {
					town.reset(t, holder, badge, visibility, key)
					goes.away()
					for _, one := range append(everybody, as("the departed holder", holder, visitors)) {
						if got := one.tries(t, key, badge, matrix[key]); got == open || got == "fault" {
							t.Errorf("%s, %s badge of one who %s, %s: %s", key, visibility, how, one.who, got)
						} else {
							silent++
						}
						asked++
					}
					goes.back()
				}
			}
		}
		t.Logf("%d/%d answers tell nothing", silent, asked)
	})
}

// aboutABadge says whether it matters to a route who may see the badge.
func (r rights) aboutABadge(key string) bool {
	return r.members[0] != "" || r.public[0] != "" || strings.Contains(key, " /b/") || strings.Contains(key, " /c/") || strings.Contains(key, " /@")
}

// answers are those of one row for a badge of one visibility.
type answers struct {
	rights
	visitor, member string
}

func (r rights) of(visibility string) answers {
	a := answers{rights: r, visitor: r.visitor, member: r.member}
	switch {
	case r.publicOnly && visibility == "public":
		a.visitor, a.member, a.holder = open, open, open
	case r.publicOnly:
		a.visitor, a.member, a.holder = nothing, nothing, nothing
	case visibility == "members" && r.members[0] != "":
		a.visitor, a.member = r.members[0], r.members[1]
	case visibility == "public" && r.public[0] != "":
		a.visitor, a.member = r.public[0], r.public[1]
	}
	return a
}

// Whose answer somebody gets.
func visitors(a answers) string  { return a.visitor }
func members(a answers) string   { return a.member }
func holders(a answers) string   { return a.holder }
func blockeds(a answers) string  { return orElse(a.blocked, a.member) }
func endorsers(a answers) string { return orElse(a.endorser, a.visitor) }
func shares(a answers) string    { return orElse(a.share, a.visitor) }
func reviewers(a answers) string { return orElse(a.reviewer, a.member) }
func admins(a answers) string    { return orElse(a.admin, a.member) }
func departeds(a answers) string { return orElse(a.departed, a.visitor) }

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// walker goes a route as somebody, and says what came of it.
type walker struct {
	who     string
	visitor *visitor
	want    func(answers) string
	secret  string // what their link carries, in the query of every address
}

func as(who string, v *visitor, want func(answers) string) walker {
	return walker{who: who, visitor: v, want: want}
}

// blocked is a member whom the holder has blocked.
func (town *town) blocked(t *testing.T, holder *visitor, name, email string) *visitor {
	t.Helper()
	v := town.member(name, email)
	_, err := town.accounts.BlockPerson(t.Context(), holder.person.ID, v.person.Handle)
	must(t, err)
	return v
}

// everybody is each kind of person there is, as real as this step makes them.
func (town *town) everybody(t *testing.T, holder *visitor) []walker {
	t.Helper()
	departed, disabled := town.member("Fatou Sarr", "fatou@savoirs.example"), town.member("Modou Gueye", "modou@savoirs.example")
	town.disable(t, disabled)
	_, err := town.accounts.Leave(t.Context(), departed.person.ID, "")
	must(t, err)
	must(t, town.accounts.LeaveNow(t.Context(), departed.person.ID))
	_, err = town.accounts.Erase(t.Context(), departed.person.ID)
	must(t, err)
	admin := town.member("Ibrahima Fall", "ibrahima@savoirs.example")
	town.appoint(t, admin)
	endorser := as("an endorser's link", town.visitor(), endorsers) // step 6 makes these links; today their secret is unknown
	endorser.secret = "endorse=" + strings.Repeat("e", 43)
	share := as("a share link", town.visitor(), shares) // step 8 makes these links; today their secret is unknown
	share.secret = "share=" + strings.Repeat("s", 43)
	return []walker{
		as("nobody", town.visitor(), visitors),
		as("another member", town.member("Moussa Ba", "moussa@medina.example"), members),
		as("somebody blocked", town.blocked(t, holder, "Ousmane Sy", "ousmane@medina.example"), blockeds),
		endorser,
		share,
		as("the holder", holder, holders),
		as("a reviewer", town.member("Khady Diop", "khady@medina.example"), reviewers), // step 5's communities make reviewers
		as("an administrator", admin, admins),
		as("a departed person", departed, departeds),
		as("somebody disabled", disabled, departeds),
	}
}

// disable ends an account, and leaves its browser the cookie it had.
func (town *town) disable(t *testing.T, v *visitor) {
	town.alter(t, v, func(p *store.Person) { p.DisabledAt = &town.now })
}

func (town *town) enable(t *testing.T, v *visitor) {
	town.alter(t, v, func(p *store.Person) { p.DisabledAt = nil })
}

func (town *town) appoint(t testing.TB, v *visitor) {
	town.alter(t, v, func(p *store.Person) { p.Role = "admin" })
}

func (town *town) alter(t testing.TB, v *visitor, change func(*store.Person)) {
	t.Helper()
	person, err := town.store.Person(t.Context(), v.person.ID)
	must(t, err)
	change(&person)
	must(t, town.store.UpdatePerson(t.Context(), &person))
}

// routes are all that are registered, as method and path, sorted.
func (town *town) routes() []string {
	var all []string
	for _, route := range town.site.echo.Routes() {
		if route.Method != "echo_route_not_found" {
			all = append(all, route.Method+" "+route.Path)
		}
	}
	slices.Sort(all)
	return all
}

// tries asks once, with the cookies somebody has, and keeps none it is given: who was signed in is so the next time.
func (w walker) tries(t *testing.T, key, badge string, row rights) string {
	t.Helper()
	method, route, _ := strings.Cut(key, " ")
	path := row.address(route, badge)
	if w.secret != "" {
		path += "?" + w.secret
	}
	once := w.visitor.once(t)
	var a answer
	if method == http.MethodGet {
		a = once.get(path)
	} else {
		a = once.post(path, row.form)
		w.visitor.staysIn(t, a)
	}
	switch {
	case a.status >= 500:
		t.Errorf("%s %s: %d", method, path, a.status)
		return "fault"
	case a.status == http.StatusNotFound:
		return nothing
	case a.status == http.StatusSeeOther && strings.HasPrefix(a.header.Get("Location"), "/sign-in"):
		return door
	}
	return open
}

// address is a route's path with its parameters filled in.
func (r rights) address(route, badge string) string {
	usual := []string{":id", badge, ":handle", "amina-diallo", ":secret", "no-such-secret", ":asset", "none.css"}
	if strings.HasPrefix(route, "/c/") {
		usual[1] = theCollection
	}
	return strings.NewReplacer(append(slices.Clone(r.with), usual...)...).Replace(route)
}

// once is the same browser for one request, which it does not follow.
func (v *visitor) once(t *testing.T) *visitor {
	t.Helper()
	here, err := url.Parse(v.town.server.URL)
	must(t, err)
	jar, err := cookiejar.New(nil)
	must(t, err)
	jar.SetCookies(here, v.client.Jar.Cookies(here))
	client := &http.Client{Jar: jar, Timeout: v.client.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &visitor{town: v.town, client: client, person: v.person}
}

// staysIn signs a member in again whose session a deed has ended: its answer says so to the browser.
func (v *visitor) staysIn(t *testing.T, after answer) {
	t.Helper()
	ended := slices.ContainsFunc(after.header.Values("Set-Cookie"), func(c string) bool { return strings.HasPrefix(c, "carnet-session=") })
	if v.person.ID == "" || !ended || v.once(t).get("/badges").status == http.StatusOK {
		return
	}
	person, err := v.town.store.Person(t.Context(), v.person.ID)
	if isNotFound(err) || err == nil && person.DisabledAt != nil {
		return // who has left keeps the cookie of then
	}
	must(t, err)
	if person.LeavingAt != nil {
		v.town.alter(t, v, func(p *store.Person) { p.LeavingAt = nil }) // also where their days are over
	}
	if a := v.post("/sign-in", url.Values{"email": {v.email}, "password": {somePassword}}); a.path != "/badges" {
		t.Fatalf("%s cannot sign in again: %d %s", person.Name, a.status, a.path)
	}
}

// reset puts the badge back as the matrix needs it, writing only what is otherwise, and gives everybody a fresh allowance.
func (town *town) reset(t *testing.T, holder *visitor, badge, visibility, route string) {
	t.Helper()
	town.forgive()
	ctx := t.Context()
	is, err := town.store.AnyBadge(ctx, badge)
	must(t, err)
	deleted := strings.HasSuffix(route, "/restore")
	if is.DeletedAt != nil && (!deleted || is.Visibility != visibility) {
		must(t, town.store.RestoreBadge(ctx, holder.person.ID, badge, town.now))
		is.DeletedAt = nil
	}
	if is.Visibility != visibility {
		must(t, town.store.SetVisibility(ctx, holder.person.ID, badge, visibility, town.now))
	}
	if strings.Contains(route, " /c/") {
		town.shelve(t, holder, badge, visibility, deleted)
	}
	if strings.Contains(route, "/portrait") {
		town.portray(t, holder)
	}
	if deleted && is.DeletedAt == nil {
		must(t, town.store.DeleteBadge(ctx, holder.person.ID, badge, town.now))
	}
}

// theCollection is the id of the collection that the matrix is about.
const theCollection = "01JZZZZZZZZZZZZZZZZZZZZZZZ"

// shelve puts the collection back as the matrix needs it, with the badge in it, of the same visibility.
func (town *town) shelve(t *testing.T, holder *visitor, badge, visibility string, deleted bool) {
	t.Helper()
	ctx, c := t.Context(), store.Collection{
		ID: theCollection, PersonID: holder.person.ID, Title: "For work", Cover: store.CoverPattern, Layout: store.LayoutPages, Visibility: visibility, CreatedAt: town.now,
	}
	if err := town.store.CreateCollection(ctx, &c); err != nil && !errors.Is(err, store.ErrTaken) {
		t.Fatal(err)
	}
	if deleted {
		c.DeletedAt = &town.now
	}
	must(t, town.store.UpdateCollection(ctx, &c))
	must(t, town.store.SetPlaces(ctx, []store.CollectionBadge{{CollectionID: theCollection, BadgeID: badge}}))
}

// portray gives somebody a portrait that everybody may see, and a picture they have not cut to size.
func (town *town) portray(t *testing.T, v *visitor) {
	t.Helper()
	ctx := t.Context()
	picture, err := pixels.EncodePNG(image.NewGray(image.Rect(0, 0, 40, 60)))
	must(t, err)
	must(t, town.accounts.BringPortrait(ctx, v.person.ID, picture))
	must(t, town.accounts.SetPortrait(ctx, v.person.ID, account.Whole()))
	must(t, town.accounts.BringPortrait(ctx, v.person.ID, picture))
	kept, err := town.store.Profile(ctx, v.person.ID)
	must(t, err)
	kept.PortraitShown = store.Public
	must(t, town.store.SaveProfile(ctx, kept))
}

// forgive gives every address its whole allowance back, of every kind there is.
func (town *town) forgive() {
	all := reflect.ValueOf(town.site.limits)
	for i := range all.NumField() {
		if one := all.Field(i); one.Type() == reflect.TypeFor[*allowance]() {
			(*allowance)(one.UnsafePointer()).buckets.Purge()
		}
	}
}

// TestNoFormOfAnotherSiteDoesAnything sends every deed as other sites' pages would, in every shape a page can send
// without asking first: none is done, and the database holds what it held. What comes with neither Origin nor
// Sec-Fetch-Site is no browser's, or one so old that it knows only SameSite: it brings no cookie along.
// ASVS: V3.5.1, V3.5.2
func TestNoFormOfAnotherSiteDoesAnything(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	must(t, town.store.SetVisibility(t.Context(), holder.person.ID, badge, "members", town.now))
	here := town.server.Listener.Addr().String()
	bodies := map[string]func(url.Values) io.Reader{
		"application/x-www-form-urlencoded": func(f url.Values) io.Reader { return strings.NewReader(f.Encode()) },
		"text/plain":                        func(url.Values) io.Reader { return strings.NewReader(`{"visibility":"public","x":"=y"}`) },
		"multipart/form-data; boundary=x": func(url.Values) io.Reader {
			return strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"visibility\"\r\n\r\npublic\r\n--x--\r\n")
		},
	}
	before := storetest.Contents(t, town.store)
	asked, refused, deeds := 0, 0, 0
	for _, key := range town.routes() {
		path, deed := strings.CutPrefix(key, "POST ")
		if !deed {
			continue
		}
		deeds++
		row := matrix[key]
		form := url.Values{"visibility": {"public"}, "_method": {"DELETE"}, "name": {"Forged"}, "email": {"forged@evil.example"}, "password": {"quinze vaches vertes"}}
		maps.Copy(form, row.form)
		for kind, body := range bodies {
			for _, headers := range [][]string{
				{"Sec-Fetch-Site", "cross-site"},
				{"Sec-Fetch-Site", "same-site"},
				{"Sec-Fetch-Site", "cross-site", "Origin", "http://" + here},
				{"Origin", "https://evil.example"},
				{"Origin", "null"},
				{"Origin", "http://sub." + here},
				{"Origin", "http://" + here + ".evil.example"},
				{"Origin", "http://" + strings.TrimSuffix(here, here[strings.LastIndex(here, ":"):])}, // another port
				{"Sec-Fetch-Site", "cross-site", "HX-Request", "true", "X-Requested-With", "XMLHttpRequest"},
				{"Origin", "https://evil.example", "X-HTTP-Method-Override", "GET"},
			} {
				town.forgive()
				asked++
				a := holder.straight().do(holder.request("POST", row.address(path, badge), body(form), append(headers, "Content-Type", kind)...))
				if a.status != http.StatusForbidden {
					t.Errorf("POST %s as %s with %v: %d", path, kind, headers, a.status)
					continue
				}
				refused++
			}
		}
	}
	if after := storetest.Contents(t, town.store); !maps.Equal(before, after) {
		for table := range after {
			if before[table] != after[table] {
				t.Errorf("%s was %s and is %s", table, before[table], after[table])
			}
		}
	}
	t.Logf("%d deeds: %d/%d forms of other sites refused", deeds, refused, asked)
}
