package web

import (
	"net/http"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/store/storetest"
)

// crawled is every page that somebody reaches by following links from the first one, by path.
type crawled map[string]answer

// crawl follows every link of the site a person may follow; files are not opened.
func (v *visitor) crawl(begin ...string) crawled {
	v.town.t.Helper()
	pages := crawled{}
	queue := append([]string{"/"}, begin...)
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if _, seen := pages[path]; seen || len(pages) > 300 {
			continue
		}
		v.town.forgive()
		a := v.get(path, "Accept", "text/html")
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			continue
		}
		pages[path] = a
		a.find(v.town.t, "a[href^='/']").Each(func(_ int, link *goquery.Selection) {
			next, _, _ := strings.Cut(link.AttrOr("href", ""), "#")
			if _, file := link.Attr("download"); !file && !strings.HasPrefix(next, "/_/") {
				queue = append(queue, next)
			}
		})
	}
	return pages
}

// form is a form of some page: where it is sent, and its fields as they are filled in.
type form struct {
	page, method, action string
	fields               map[string]string // to the type of each
}

// forms are all forms of the pages, each once, by where they are sent.
func (pages crawled) forms(t *testing.T) []form {
	t.Helper()
	seen := map[string]bool{}
	var all []form
	for page, a := range pages {
		a.find(t, "form").Each(func(_ int, f *goquery.Selection) {
			one := form{page: page, method: strings.ToUpper(f.AttrOr("method", "get")), action: f.AttrOr("action", page), fields: map[string]string{}}
			f.Find("input[name], textarea[name], select[name], button[name]").Each(func(_ int, field *goquery.Selection) {
				one.fields[field.AttrOr("name", "")] = field.AttrOr("type", goquery.NodeName(field))
			})
			names := make([]string, 0, len(one.fields))
			for name := range one.fields {
				names = append(names, name)
			}
			sort.Strings(names)
			if key := one.method + one.action + strings.Join(names, ","); !seen[key] {
				seen[key] = true
				all = append(all, one)
			}
		})
	}
	slices.SortFunc(all, func(a, b form) int { return strings.Compare(a.action+a.page, b.action+b.page) })
	return all
}

// TestEveryPageAPersonReachesIsThere follows all links, signed out and in: none is broken, none carries what is secret,
// every page of a member has its way out, and every password is masked and can be pasted and filled in by a program.
// ASVS: V6.2.6, V6.2.7, V6.4.2, V7.4.4, V14.2.1
func TestEveryPageAPersonReachesIsThere(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	must(t, town.store.SetVisibility(t.Context(), holder.person.ID, badge, "public", town.now))
	admin := town.member("Ibrahima Fall", "ibrahima@savoirs.example")
	town.appoint(t, admin)

	public := []string{"/b/" + badge, "/@amina-diallo"}
	letter := town.visitor()
	letter.post("/forgot", map[string][]string{"email": {"amina@savoirs.example"}})
	reset := town.newestLink("reset")
	for who, walk := range map[string]crawled{
		"a visitor": town.visitor().crawl(append(public, "/verify", reset)...), "a member": holder.crawl(public...), "an administrator": admin.crawl(public...),
	} {
		for path, a := range walk {
			if a.status != http.StatusOK {
				t.Errorf("%s, %s: %d", who, path, a.status)
			}
			if who != "a visitor" && a.find(t, `form[action="/sign-out"]`).Length() == 0 {
				t.Errorf("%s, %s: no way out", who, path)
			}
			a.find(t, "a[href], form[action], img[src]").Each(func(_ int, s *goquery.Selection) {
				address := s.AttrOr("href", s.AttrOr("action", s.AttrOr("src", "")))
				if strings.Contains(address, "@savoirs.example") && !strings.HasPrefix(address, "mailto:") || strings.Contains(address, somePassword) {
					t.Errorf("%s, %s: the address %s holds what is somebody's", who, path, address)
				}
			})
		}
		passwords := 0
		for _, f := range walk.forms(t) {
			for name, kind := range f.fields {
				word := strings.ToLower(name)
				if strings.Contains(word, "password") && kind == "password" {
					passwords++
				}
				if strings.Contains(word, "password") && kind != "password" && kind != "hidden" {
					t.Errorf("%s, %s: the field %s is shown while typed", who, f.page, name)
				}
				if strings.Contains(word, "hint") || strings.Contains(word, "question") {
					t.Errorf("%s, %s: the field %s asks for what others know", who, f.page, name)
				}
				if kind == "password" && f.method != http.MethodPost {
					t.Errorf("%s, %s: a password is sent in the address", who, f.page)
				}
			}
		}
		for path, a := range walk {
			a.find(t, "input[type=password]").Each(func(_ int, s *goquery.Selection) {
				if s.AttrOr("autocomplete", "off") == "off" || s.AttrOr("onpaste", "") != "" || s.AttrOr("readonly", "no") != "no" {
					t.Errorf("%s, %s: a password cannot be filled in by a program", who, path)
				}
			})
		}
		t.Logf("%s: %d pages, %d fields for passwords", who, len(walk), passwords)
	}
}
