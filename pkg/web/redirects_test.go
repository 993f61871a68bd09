package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/carnetbadges/carnet/store/storetest"
)

// elsewhere are eighty ways to name another site where a path of this one is meant.
func elsewhere() []string {
	var all []string
	for _, begin := range []string{
		"//", `/\`, `\\`, `\/`, "///", "////", "/\t/", "/%09/", "/%2F/", "/%2f%2f", "/%5C", "/ /", "/\u2028/", "/.//", "/..//", "/;//", "/?//", "/#//",
		"https://", "http://", "https:", "http:", "https:/", `https:\\`, "https:///", "HTTPS://", "hTtp://", " //", "\t//", "\n//", "\x00//", "\r\n//",
		"/\r\n\r\n//", "/\r\nLocation: //", "/\nLocation: https://", "https://localhost@", "https://localhost:8080@", "//localhost@", "//localhost%00.",
		"javascript:alert(1)//", "javascript://%0aalert(1)//", "java\tscript:alert(1)//", "data:text/html,//", "vbscript:x//", "file:///", "ftp://", "ws://",
		"mailto:a@", "//%00", "//%0a", "//0x7f.1/", "//①②⑦.⓪.⓪.①/", "／／", "/／", "//。", "⁄⁄", "∕∕", "/%E2%81%84/", "//[::ffff:7f00:1]/", "//user:pass@",
		"?next=//", "&next=//", "@", ".", "..//", "./\\", "x://", "blob:https://", "view-source:https://", "filesystem:https://", "//evil.example%2f@",
		"/%5c%5c", "/%0d%0aLocation:%20https://", "/%09%2f", "http:\t//", "https:%2f%2f", "//\u202e", "/\u00a0/", "///\\;@", "//localhost#@",
	} {
		all = append(all, begin+"evil.example/x")
	}
	return all
}

// leadsAway says where a browser would go: what begins with one slash, and no second of either kind, stays here.
func leadsAway(location string) bool {
	cleaned := strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(location)
	return location != "" && !regexp.MustCompile(`^/([^/\\]|$)`).MatchString(cleaned)
}

// TestNothingLeadsToAnotherSite asks every route, in its address and in its form, to lead on to eighty other sites.
// ASVS: V1.2.2, V3.7.2
func TestNothingLeadsToAnotherSite(t *testing.T) {
	storetest.Dear(t)
	all := elsewhere()
	if len(all) != 80 {
		t.Fatalf("%d ways", len(all))
	}
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	names := []string{"next", "back", "return", "redirect", "redirect_uri", "url", "to", "from", "done"}
	led, asked := 0, 0
	for _, key := range town.routes() {
		method, route, _ := strings.Cut(key, " ")
		row := matrix[key]
		path := row.address(route, badge)
		for who, v := range map[string]*visitor{"nobody": town.visitor(), "the holder": holder} {
			ask := func(to string) answer {
				town.reset(t, holder, badge, "private", key)
				values := url.Values{}
				for _, name := range names {
					values.Set(name, to)
				}
				for name := range row.form {
					values[name] = row.form[name]
				}
				asked++
				if method == http.MethodGet {
					return v.once(t).get(path + "?" + values.Encode())
				}
				a := v.once(t).post(path, values)
				v.staysIn(t, a)
				return a
			}
			heeds := func(a answer, to string) bool {
				return strings.Contains(a.header.Get("Location"), to) || strings.Contains(a.body, `value="`+to+`"`) || strings.Contains(a.body, `href="`+to+`"`)
			}
			those := all[:4] // of a route that heeds no such word a few will do
			if heeds(ask("/robots.txt"), "/robots.txt") {
				those = all
			}
			for _, to := range those {
				a := ask(to)
				if leadsAway(a.header.Get("Location")) {
					t.Errorf("%s, %s with %q leads to %q", key, who, to, a.header.Get("Location"))
					led++
				}
				if len(a.header.Values("Location")) > 1 || strings.Contains(a.header.Get("Refresh"), "evil.example/x") {
					t.Errorf("%s, %s with %q: more than one way on: %v", key, who, to, a.header)
				}
				a.find(t, `input[name=next], input[name=back]`).Each(func(_ int, s *goquery.Selection) {
					if leadsAway(s.AttrOr("value", "")) {
						t.Errorf("%s, %s with %q: the form would lead to %q", key, who, to, s.AttrOr("value", ""))
						led++
					}
				})
			}
		}
	}
	for i, to := range all { // and through the door itself, with the right password
		if i%10 != 0 && !strings.ContainsAny(to, "\\\t\r\n") {
			continue
		}
		a := town.visitor().straight().post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}, "next": {to}})
		town.forgive()
		asked++
		if a.status >= http.StatusInternalServerError || leadsAway(a.header.Get("Location")) {
			t.Errorf("signing in with %q: %d to %q", to, a.status, a.header.Get("Location"))
			led++
		}
	}
	t.Logf("%d of %d led elsewhere (%d ways, %d requests)", led, len(all), len(all), asked)
}

// TestLinksAreOfThePublicAddress: whatever a request says its host is, no letter and no page names it.
func TestLinksAreOfThePublicAddress(t *testing.T) {
	storetest.Dear(t)
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
	lie := []string{"X-Forwarded-Host", "evil.example", "Forwarded", "host=evil.example;proto=https", "X-Original-URL", "/you", "X-Rewrite-URL", "/you", "X-Forwarded-Prefix", "//evil.example", "X-HTTP-Method-Override", "DELETE"}
	for _, key := range town.routes() {
		method, route, _ := strings.Cut(key, " ")
		if method != http.MethodGet {
			continue
		}
		town.forgive()
		once := town.visitor().straight()
		r := once.request(method, matrix[key].address(route, badge), nil, lie...)
		r.Host = "evil.example"
		if a := once.do(r); strings.Contains(a.body+fmt.Sprint(a.header), "evil.example") {
			t.Errorf("%s names the host it was told: %v %.300s", key, a.header, a.body)
		}
	}
	r := town.visitor().request("POST", "/forgot", strings.NewReader("email=amina@savoirs.example"), append(lie, "Content-Type", "application/x-www-form-urlencoded")...)
	r.Host = "evil.example"
	town.visitor().do(r)
	job, err := town.store.Lease(t.Context(), []string{"letter"}, town.now.Add(1e12), 1e9)
	must(t, err)
	for ; job != nil; job, err = town.store.Lease(t.Context(), []string{"letter"}, town.now.Add(1e12), 1e9) {
		must(t, err)
		if strings.Contains(string(job.Payload), "evil.example") || strings.Contains(string(job.Payload), `/reset/`) && !strings.Contains(string(job.Payload), town.server.URL+"/reset/") {
			t.Errorf("a letter links to %s", job.Payload)
		}
		must(t, town.store.Finish(t.Context(), job.ID, town.now))
	}
}
