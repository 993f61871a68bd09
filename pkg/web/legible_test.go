package web

import (
	"bytes"
	"encoding/base64"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestNoRouteFallsOverTextThatIsNone sends NUL and broken UTF-8 to every route, in its path, its query and its form, as
// a visitor and as a member: it is refused, and never a fault of ours.
// ASVS: V1.1.1, V2.2.1
func TestNoRouteFallsOverTextThatIsNone(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		member := town.member("Amina Diallo", "amina@savoirs.example")
		badge := member.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		for _, route := range town.site.echo.Routes() {
			if route.Method == "echo_route_not_found" || route.Path == "/sign-out" || strings.HasSuffix(route.Path, "/delete") {
				continue
			}
			for _, v := range []*visitor{member.straight(), town.visitor().straight()} {
				says := func(want int, path string, send func(path string) answer) {
					t.Helper()
					town.reset(t, member, badge, "private", route.Path)
					if a := send(path); a.status >= http.StatusInternalServerError || want != 0 && a.status != want {
						t.Errorf("%s %s: %d, want %d", route.Method, path, a.status, want)
					}
				}
				plain := matrix[route.Method+" "+route.Path].address(route.Path, badge)
				ask := func(path string) answer { return v.do(v.request(route.Method, path, nil)) }
				for _, none := range []string{"%00", "x%00y", "%ff"} {
					if _, after, found := strings.Cut(route.Path, ":"); found {
						name, _, _ := strings.Cut(after, "/")
						name = strings.TrimSuffix(strings.TrimSuffix(name, ".png"), ".svg")
						says(http.StatusNotFound, strings.Replace(route.Path, ":"+name, none, 1), ask)
					}
					says(http.StatusBadRequest, plain+"?after="+none, ask)
					says(http.StatusBadRequest, plain+"?"+none+"=x", ask)
				}
				for _, cursor := range []string{`{"o":"newest","p":"2026-01-01T00:00:00Z","i":"\u0000"}`, `{"o":"name","p":"\u0000","i":"\u0000"}`} {
					says(0, plain+"?sort=name&after="+base64.RawURLEncoding.EncodeToString([]byte(cursor)), ask)
					says(0, plain+"?after="+base64.RawURLEncoding.EncodeToString([]byte(cursor)), ask)
				}
				if route.Method != http.MethodPost {
					continue
				}
				for _, none := range []string{"a\x00b", "\xff\xfe"} {
					form := url.Values{}
					for _, field := range []string{"name", "email", "password", "text", "next", "back", "address", "visibility", "language", "theme"} {
						form.Set(field, none)
					}
					says(http.StatusBadRequest, plain, func(path string) answer { return v.post(path, form) })
					says(http.StatusBadRequest, plain, func(path string) answer { return v.post(path, url.Values{none: {"x"}}) })
					says(0, plain, func(path string) answer { return v.parts(path, form, none) })
				}
			}
		}
		if strings.Contains(town.log.String(), "fault") {
			t.Errorf("faults: %.2000s", town.log.String())
		}
	})
}

// TestABadgeWhoseWordsAreNoTextIsTakenIn: what an issuer writes is theirs, and what is shown of it is text.
func TestABadgeWhoseWordsAreNoTextIsTakenIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		file := credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", `Gar\u0000dener`)
		a := holder.bring("gard\xffener.json", file)
		id := a.imported(t)
		if b, err := s.Badge(t.Context(), holder.person.ID, id); err != nil || b.Name != "Gardener" || string(b.Document) != file {
			t.Errorf("kept as %q: %v", b.Name, err)
		}
		if again := holder.bring("again.json", file).imported(t); again != id {
			t.Errorf("brought twice it is %s and %s", id, again)
		}
	})
}

// straight is this visitor, not following redirects.
func (v *visitor) straight() *visitor {
	client := *v.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{town: v.town, client: &client}
}

// parts sends a form in parts, with a file of this name.
func (v *visitor) parts(path string, values url.Values, name string) answer {
	v.town.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field := range values {
		must(v.town.t, form.WriteField(field, values.Get(field)))
	}
	part, err := form.CreateFormFile("file", name)
	must(v.town.t, err)
	_, err = part.Write([]byte("no badge"))
	must(v.town.t, err)
	must(v.town.t, form.Close())
	return v.do(v.request("POST", path, &body, "Content-Type", form.FormDataContentType()))
}
