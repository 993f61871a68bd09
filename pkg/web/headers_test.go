package web

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store/storetest"
)

// TestEveryRouteCarriesItsHeaders asks every route as nobody and as a member, for a private and a public badge, and
// reads what the answer says about itself.
// ASVS: V3.2.1, V3.4.2, V3.4.3, V3.4.4, V3.4.5, V3.4.6, V3.7.1, V4.1.1, V5.4.1, V13.4.5, V14.2.2, V14.3.2
func TestEveryRouteCarriesItsHeaders(t *testing.T) {
	storetest.Dear(t)
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gar\u202edener \u201cof\u201d the year;a=b")).imported(t)
	kept := []string{"/_/", "/favicon.ico", "/robots.txt", "/.well-known/"} // the same for everybody, for ever or a day
	asked := 0
	for _, visibility := range []string{"private", "public"} {
		for who, v := range map[string]*visitor{"nobody": town.visitor(), "the holder": holder} {
			for _, key := range append(town.routes(), "GET /nothing/here", "GET /b/:id.json") {
				method, route, _ := strings.Cut(key, " ")
				if route == "/sign-out" {
					continue
				}
				town.reset(t, holder, badge, visibility, key)
				row := matrix[key]
				path := row.address(route, badge)
				once := v.once(t)
				var a answer
				if method == http.MethodGet {
					a = once.get(path)
				} else {
					a = once.post(path, row.form)
					v.staysIn(t, a)
				}
				asked++
				said := who + ", " + visibility + ", " + key
				locked(t, said, a)
				cache := a.header.Get("Cache-Control")
				feed := strings.Contains(route, "/feed.") || strings.HasSuffix(route, "/og.png") // what everybody sees, for everybody
				switch shared := slices.ContainsFunc(kept, func(beginning string) bool { return strings.HasPrefix(route, beginning) }); {
				case method == http.MethodGet && cache == "":
					t.Errorf("%s: nothing is said of keeping it (%d)", said, a.status)
				case !shared && !feed && !strings.HasPrefix(route, "/sitemap") && who == "the holder" && strings.Contains(cache, "public") && visibility == "private":
					t.Errorf("%s: anybody may keep it: %s", said, cache)
				case !shared && !strings.Contains(cache, "no-store") && !strings.Contains(cache, "must-revalidate") && method == http.MethodGet:
					t.Errorf("%s: it is kept: %s", said, cache)
				}
				if origin := a.header.Get("Access-Control-Allow-Origin"); origin != "" && (origin != "*" || visibility != "public") {
					t.Errorf("%s: other sites may read it: %s", said, origin)
				}
			}
		}
	}
	t.Logf("%d/%d answers", asked, asked)
}

// locked demands what every answer carries, and that it says what it is.
func locked(t *testing.T, said string, a answer) {
	t.Helper()
	h := a.header
	directives := strings.Split(h.Get("Content-Security-Policy"), "; ")
	framers := "frame-ancestors 'none'"
	if strings.HasSuffix(said, "/:id/embed") && a.status == http.StatusOK {
		framers = "frame-ancestors *" // the two pages that are made for frames
	}
	for _, want := range []string{"default-src 'none'", "object-src 'none'", "base-uri 'none'", framers} {
		if !slices.Contains(directives, want) {
			t.Errorf("%s: the policy lacks %s: %s", said, want, h.Get("Content-Security-Policy"))
		}
	}
	for name, want := range map[string][]string{
		"X-Content-Type-Options":       {"nosniff"},
		"Referrer-Policy":              {"same-origin", "no-referrer"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin", "cross-origin"},
	} {
		if !slices.Contains(want, h.Get(name)) {
			t.Errorf("%s: %s is %q", said, name, h.Get(name))
		}
	}
	if h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		t.Errorf("%s: the answer tells what it was made by", said)
	}
	kind, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	if len(a.body) > 0 && err != nil {
		t.Errorf("%s: %d bytes of %q", said, len(a.body), h.Get("Content-Type"))
	}
	if strings.HasPrefix(kind, "text/") && !strings.EqualFold(parameters["charset"], "utf-8") {
		t.Errorf("%s: text in which encoding? %q", said, h.Get("Content-Type"))
	}
	sandbox := slices.Contains(directives, "sandbox")
	if sandbox && kind == "text/html" {
		t.Errorf("%s: somebody's file is sent as a page", said)
	}
	if !sandbox && (strings.HasPrefix(kind, "image/") || kind == "application/zip") && !strings.Contains(said, "/_/") && !strings.Contains(said, "favicon") {
		t.Errorf("%s: somebody's file may do what pages do", said)
	}
	if disposition := h.Get("Content-Disposition"); disposition != "" {
		how, named, err := mime.ParseMediaType(disposition)
		if err != nil || how != "attachment" || named["filename"] == "" || strings.ContainsAny(named["filename"], "/\\\"\r\n\u202e") {
			t.Errorf("%s: a file called %q (%v)", said, disposition, err)
		}
	}
}

// TestFilesToTakeAwayHaveANameOfOurs: what an issuer calls a badge, or somebody a file, becomes no other header and no path.
// ASVS: V5.4.1, V5.4.2
func TestFilesToTakeAwayHaveANameOfOurs(t *testing.T) {
	for name, want := range map[string]string{
		`../../etc/passwd`: "------etc-passwd", "a\r\nSet-Cookie: x=y": "", `quo"ted;x=y`: "quo-ted;x=y", "": "badge", "Année d’été": "Année d’été",
	} {
		recorder := httptest.NewRecorder()
		c := newTown(t, storetest.Open(t)).site.echo.NewContext(httptest.NewRequest(http.MethodGet, "/", nil), recorder)
		must(t, sendFile(c, "application/zip", nil, fileName(name)+".zip"))
		_, named, err := mime.ParseMediaType(recorder.Header().Get("Content-Disposition"))
		if err != nil || strings.ContainsAny(named["filename"], "/\\\"\r\n") || want != "" && named["filename"] != want+".zip" {
			t.Errorf("%q is given away as %q (%v)", name, recorder.Header().Get("Content-Disposition"), err)
		}
	}
}

// secure is the same site as people reach it over https.
func (town *town) secure(t *testing.T) *Site {
	t.Helper()
	options := town.site.Options
	options.PublicURL, options.SecurityContact = "https://carnet.example", "mailto:security@carnet.example"
	site, err := New(options)
	must(t, err)
	return site
}

// asks sends one request to a site, past the network.
func asks(site *Site, method, path, body string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	site.Handler().ServeHTTP(recorder, r)
	return recorder.Result()
}

// TestOverHTTPSEveryAnswerInsistsOnIt, subdomains included, and none leads from http to https: what a program asks by
// mistake in the clear must fail, not be put right in silence.
// ASVS: V3.4.1, V4.1.2
func TestOverHTTPSEveryAnswerInsistsOnIt(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	site := town.secure(t)
	for _, path := range []string{"/", "/sign-in", "/badges", "/b/none", "/b/none.json", "/livez", "/robots.txt", "/nothing", "/_/none.css"} {
		a := asks(site, "GET", path, "")
		if got := a.Header.Get("Strict-Transport-Security"); got != "max-age=63072000; includeSubDomains" {
			t.Errorf("%s: %q", path, got)
		}
		if to := a.Header.Get("Location"); strings.HasPrefix(to, "http") {
			t.Errorf("%s leads to %s", path, to)
		}
	}
	if got := asks(town.site, "GET", "/", "").Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("over http it insists on https: %q", got)
	}
}

// TestCookiesAreBoundToTheirHost signs in over https, and reads every cookie that is set on the way.
// ASVS: V3.3.1, V3.3.2, V3.3.3, V3.3.4, V3.5.4, V7.2.2, V7.2.3, V7.2.4, V14.3.3
func TestCookiesAreBoundToTheirHost(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.member("Amina Diallo", "amina@savoirs.example")
	site := town.secure(t)
	session := map[string]bool{}
	before := ""
	for _, deed := range [][2]string{
		{"/join", "name=Awa&email=awa@savoirs.example&password=quinze+vaches+bleues"},
		{"/language", "language=fr"},
		{"/theme", "theme=dark"},
		{"/sign-in", "email=amina@savoirs.example&password=quinze+vaches+bleues"},
		{"/sign-in", "email=amina@savoirs.example&password=quinze+vaches+bleues"},
	} {
		headers := []string{"Sec-Fetch-Site", "same-origin"}
		if before != "" {
			headers = append(headers, "Cookie", before)
		}
		a := asks(site, "POST", deed[0], deed[1], headers...)
		if len(a.Cookies()) == 0 {
			t.Errorf("%s sets no cookie (%d)", deed[0], a.StatusCode)
		}
		for _, c := range a.Cookies() {
			if !strings.HasPrefix(c.Name, "__Host-carnet-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite == http.SameSiteNoneMode || c.SameSite == http.SameSiteDefaultMode {
				t.Errorf("%s sets %s", deed[0], c)
			}
			if c.Name != "__Host-carnet-session" {
				continue
			}
			if len(c.Value) < 32 || session[c.Value] { // 32 characters of base64url are 192 bits
				t.Errorf("%s: the session %q was there before, or is short", deed[0], c.Value)
			}
			session[c.Value] = true
			if deed[0] == "/sign-in" && before != "" {
				if was := asks(site, "GET", "/badges", "", "Cookie", before); was.StatusCode == http.StatusOK {
					t.Error("the session from before signing in is still good")
				}
			}
			before = c.Name + "=" + c.Value
		}
	}
	if in := asks(site, "GET", "/badges", "", "Cookie", before); in.StatusCode != http.StatusOK {
		t.Errorf("signed in, the wall answers %d", in.StatusCode)
	}
	if len(session) != 3 {
		t.Errorf("%d sessions for one joining and two signings in", len(session))
	}
}

// TestSecurityTxtNamesWhomToTell as RFC 9116 says, where somebody is named.
func TestSecurityTxtNamesWhomToTell(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	a := asks(town.secure(t), "GET", "/.well-known/security.txt", "")
	body := make([]byte, 1000)
	n, _ := a.Body.Read(body)
	for _, line := range []string{"Contact: mailto:security@carnet.example\n", "Expires: 20", "Canonical: https://carnet.example/.well-known/security.txt\n"} {
		if !strings.Contains(string(body[:n]), line) {
			t.Errorf("%d: %q lacks %q", a.StatusCode, body[:n], line)
		}
	}
	if a := asks(town.site, "GET", "/.well-known/security.txt", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("with nobody named: %d", a.StatusCode)
	}
}
