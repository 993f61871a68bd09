package web

import (
	"net/http"
	"net/url"
	"sort"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// What an address answers to somebody: the page or deed itself, the door, or that there is no such thing.
const (
	open    = "open"
	door    = "door"
	nothing = "nothing"
)

// rights is one row of the matrix: what a route answers to nobody signed in, to another member, and to the holder of
// the badge it is about; for a private, a members' and a public badge where it is about one.
type rights struct {
	visitor, member, holder string
	members, public         [2]string // visitor and other member; empty: as for a private badge
	form                    url.Values
}

var matrix = map[string]rights{
	"GET /":                  {visitor: open, member: open, holder: open},
	"GET /join":              {visitor: open, member: open, holder: open},
	"POST /join":             {visitor: open, member: open, holder: open},
	"GET /letter-sent":       {visitor: open, member: open, holder: open},
	"GET /sign-in":           {visitor: open, member: open, holder: open},
	"POST /sign-in":          {visitor: open, member: open, holder: open},
	"POST /sign-out":         {visitor: open, member: open, holder: open},
	"GET /forgot":            {visitor: open, member: open, holder: open},
	"POST /forgot":           {visitor: open, member: open, holder: open, form: url.Values{"email": {"x@y.example"}}},
	"GET /reset/:secret":     {visitor: open, member: open, holder: open},
	"POST /reset/:secret":    {visitor: open, member: open, holder: open},
	"GET /confirm/:secret":   {visitor: open, member: open, holder: open},
	"POST /confirm/:secret":  {visitor: open, member: open, holder: open},
	"GET /setup/:secret":     {visitor: open, member: open, holder: open},
	"POST /setup/:secret":    {visitor: open, member: open, holder: open},
	"GET /verify":            {visitor: open, member: open, holder: open},
	"POST /verify":           {visitor: open, member: open, holder: open, form: url.Values{"text": {"no badge"}}},
	"GET /badges":            {visitor: door, member: open, holder: open},
	"POST /badges":           {visitor: door, member: open, holder: open},
	"GET /badges/add":        {visitor: door, member: open, holder: open},
	"GET /badges/deleted":    {visitor: door, member: open, holder: open},
	"GET /b/:id":             {visitor: nothing, member: nothing, holder: open, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/picture":     {visitor: nothing, member: nothing, holder: open, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/baked.png":   {visitor: nothing, member: nothing, holder: open, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/baked.svg":   {visitor: nothing, member: nothing, holder: open, members: [2]string{nothing, open}, public: [2]string{open, open}},
	"GET /b/:id/original":    {visitor: door, member: nothing, holder: open},
	"GET /b/:id/archive":     {visitor: door, member: nothing, holder: open},
	"POST /b/:id/visibility": {visitor: door, member: nothing, holder: open, form: url.Values{"visibility": {"private"}}},
	"POST /b/:id/check":      {visitor: door, member: nothing, holder: open},
	"POST /b/:id/delete":     {visitor: door, member: nothing, holder: open},
	"POST /b/:id/restore":    {visitor: door, member: nothing, holder: open},
	"GET /@:handle":          {visitor: open, member: open, holder: open},
	"GET /you":               {visitor: door, member: open, holder: open},
	"POST /you":              {visitor: door, member: open, holder: open, form: url.Values{"name": {"Amina Diallo"}, "language": {"en"}, "theme": {"auto"}}},
	"POST /you/confirm":      {visitor: door, member: nothing, holder: nothing, form: url.Values{"address": {"01HZZZZZZZZZZZZZZZZZZZZZZZ"}}},
	"POST /language":         {visitor: open, member: open, holder: open, form: url.Values{"language": {"en"}}},
	"POST /theme":            {visitor: open, member: open, holder: open, form: url.Values{"theme": {"auto"}}},
	"GET /_/:asset":          {visitor: nothing, member: nothing, holder: nothing},
	"GET /favicon.ico":       {visitor: open, member: open, holder: open},
	"GET /robots.txt":        {visitor: open, member: open, holder: open},
	"GET /livez":             {visitor: open, member: open, holder: open},
	"GET /readyz":            {visitor: open, member: open, holder: open},
	"GET /dev/mail":          {visitor: open, member: open, holder: open},
	"GET /dev/mail/:id":      {visitor: nothing, member: nothing, holder: nothing},
}

// TestEveryRouteAnswersByRight walks every route as everybody, for a private, a members' and a public badge.
func TestEveryRouteAnswersByRight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		other := town.member("Moussa Ba", "moussa@medina.example")
		badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)

		seen := 0
		for _, route := range town.site.echo.Routes() {
			if route.Method == "echo_route_not_found" {
				continue
			}
			key := route.Method + " " + route.Path
			row, ok := matrix[key]
			if !ok {
				t.Errorf("%s has no row in the matrix", key)
				continue
			}
			seen++
			for _, visibility := range []string{"private", "members", "public"} {
				visitor, member := row.visitor, row.member
				if visibility == "members" && row.members[0] != "" {
					visitor, member = row.members[0], row.members[1]
				}
				if visibility == "public" && row.public[0] != "" {
					visitor, member = row.public[0], row.public[1]
				}
				for _, one := range []struct {
					who  string
					want string
					as   *visitorOf
				}{{"a visitor", visitor, nobody(town)}, {"another member", member, as(other)}, {"the holder", row.holder, as(holder)}} {
					town.reset(t, holder, badge, visibility, route.Path)
					if got := one.as.tries(t, route.Method, route.Path, badge, row.form); got != one.want {
						t.Errorf("%s, %s badge, %s: %s, want %s", key, visibility, one.who, got, one.want)
					}
				}
			}
		}
		if seen != len(matrix) {
			t.Errorf("%d routes seen, %d rows", seen, len(matrix))
		}
		t.Logf("%d routes × 3 visibilities × 3 people", seen)
	})
}

// visitorOf walks a route and says what came of it.
type visitorOf struct{ *visitor }

func as(v *visitor) *visitorOf     { return &visitorOf{v} }
func nobody(town *town) *visitorOf { return &visitorOf{town.visitor()} }

func (v *visitorOf) tries(t *testing.T, method, route, badge string, form url.Values) string {
	t.Helper()
	path := strings.NewReplacer(":id", badge, ":handle", "amina-diallo", ":secret", "no-such-secret", ":asset", "none.css").Replace(route)
	if route == "/dev/mail/:id" {
		path = "/dev/mail/none"
	}
	client := *v.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	walker := &visitor{town: v.town, client: &client}
	if route == "/sign-out" {
		walker.client.Jar = nil // the session is still wanted
	}
	var a answer
	if method == http.MethodGet {
		a = walker.get(path)
	} else {
		a = walker.post(path, form)
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

// reset puts the badge back as the matrix needs it, and gives everybody a fresh allowance.
func (town *town) reset(t *testing.T, holder *visitor, badge, visibility, route string) {
	t.Helper()
	town.site.limits.doors.buckets.Purge()
	town.site.limits.joins.buckets.Purge()
	town.site.limits.imports.buckets.Purge()
	town.site.limits.verifies.buckets.Purge()
	ctx := t.Context()
	if b, err := town.store.AnyBadge(ctx, badge); err == nil && b.DeletedAt != nil {
		must(t, town.store.RestoreBadge(ctx, holder.person.ID, badge, town.now))
	}
	must(t, town.store.SetVisibility(ctx, holder.person.ID, badge, visibility, town.now))
	if strings.HasSuffix(route, "/restore") {
		must(t, town.store.DeleteBadge(ctx, holder.person.ID, badge, town.now))
	}
}

// TestNoFormOfAnotherSiteDoesAnything sends every deed as other sites' pages would.
func TestNoFormOfAnotherSiteDoesAnything(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	var deeds []string
	for key := range matrix {
		if path, ok := strings.CutPrefix(key, "POST "); ok {
			deeds = append(deeds, strings.NewReplacer(":id", badge, ":secret", "x").Replace(path))
		}
	}
	sort.Strings(deeds)
	for _, path := range deeds {
		for _, headers := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
			{"Origin", "null"},
			{"Sec-Fetch-Site", "cross-site", "HX-Request", "true"},
			{"Origin", "https://evil.example", "Content-Type", "text/plain"},
		} {
			a := holder.post(path, url.Values{"visibility": {"public"}, "_method": {"DELETE"}}, headers...)
			if a.status != http.StatusForbidden {
				t.Errorf("POST %s with %v: %d", path, headers, a.status)
			}
		}
	}
	b, err := town.store.Badge(t.Context(), holder.person.ID, badge)
	must(t, err)
	if b.Visibility != "private" || b.DeletedAt != nil {
		t.Errorf("the badge is %s, deleted at %v", b.Visibility, b.DeletedAt)
	}
}
