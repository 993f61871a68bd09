package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/web/providertest"
	"github.com/carnetbadges/carnet/store/storetest"
)

// canaries are words that people type, are sent, or carry in their browsers, each to be known again wherever it turns up.
type canaries struct {
	words map[string]string // what each is
}

// is keeps a word and gives it back.
func (c *canaries) is(what, word string) string {
	c.words[word] = what
	return word
}

// sing fails for every word that is in a text.
func (c *canaries) sing(t *testing.T, where, text string) {
	t.Helper()
	for word, what := range c.words {
		for _, spelled := range []string{word, url.QueryEscape(word), url.PathEscape(word)} {
			if strings.Contains(text, spelled) {
				at := strings.Index(text, spelled)
				t.Errorf("%s holds %s: …%s…", where, what, text[max(0, at-200):min(len(text), at+len(spelled)+40)])
				break
			}
		}
	}
}

// TestTheLogHoldsNothingOfAnybody walks the whole site, with what goes well, what is mistyped, what is not found, what
// fails and what panics: neither the log nor a page about a fault holds an address, a password, a secret, a cookie, a
// file's words or a letter's.
// ASVS: V14.2.4, V16.2.1, V16.2.2, V16.2.4, V16.2.5, V16.3.1, V16.3.2, V16.3.3, V16.3.4, V16.4.1, V16.5.1
func TestTheLogHoldsNothingOfAnybody(t *testing.T) {
	storetest.Dear(t)
	s := storetest.Open(t)
	town := newTown(t, s)
	all := &canaries{words: map[string]string{}}
	town.site.echo.GET("/a-page-that-panics", func(echo.Context) error { panic("the page panicked") })
	town.site.echo.POST("/a-deed-that-fails", func(c echo.Context) error {
		return fmt.Errorf("failing on purpose after %d fields", len(c.Request().PostForm))
	})

	email, name := all.is("an address", "canary.person@canary.example"), all.is("a name", "Canary Personname")
	password, wrong := all.is("a password", "canary vaches bleues"), all.is("a password that is wrong", "canary wrong guess")
	holder := town.visitor()
	holder.post("/join", url.Values{"name": {name}, "email": {email}, "password": {password}})
	confirm := town.newestLink("confirm")
	all.is("a letter's secret", strings.TrimPrefix(confirm, "/confirm/"))
	town.visitor().get(confirm)
	town.visitor().post(confirm, url.Values{"password": {wrong}})
	holder.post(confirm, nil)
	for range 25 { // until it is slowed down
		town.visitor().post("/sign-in", url.Values{"email": {email}, "password": {wrong}, "next": {"/b/" + wrong}})
	}
	town.forgive()
	town.now = town.now.Add(time.Hour)
	holder.post("/sign-in", url.Values{"email": {email}, "password": {password}})
	holder.post("/forgot", url.Values{"email": {email}})
	reset := town.newestLink("reset")
	all.is("a letter's secret", strings.TrimPrefix(reset, "/reset/"))
	town.visitor().get(reset)
	asking, letter := town.asks(email, "/b/"+wrong)
	all.is("a letter's secret", letter.Link[strings.LastIndex(letter.Link, "/")+1:])
	asking.post("/sign-in/code", url.Values{"code": {"12 34 56"}})
	asking.post(letter.Link, nil)
	app, recovery := holder.withApp(t)
	all.is("an app's secret", app.secret)
	for _, code := range recovery {
		all.is("a recovery code", code)
	}
	half := town.visitor()
	half.post("/sign-in", url.Values{"email": {email}, "password": {password}})
	half.post("/sign-in/second", url.Values{"code": {recovery[0] + "x"}})
	half.post("/sign-in/second", url.Values{"code": {recovery[0]}})
	holder.post("/sign-in", url.Values{"email": {email}, "password": {password}}) // the code has ended all other sessions
	holder.post("/sign-in/second", url.Values{"code": {recovery[1]}})
	here, err := url.Parse(town.server.URL)
	must(t, err)
	for _, cookie := range holder.client.Jar.Cookies(here) {
		all.is("a cookie", cookie.Value)
	}

	words := all.is("a badge's words", "Canary Badgename")
	badge := holder.bring(all.is("a file's name", "canary-file.json"), credential(t, "00000000-0000-4000-8000-000000000001", email, words)).imported(t)
	holder.post("/b/"+badge+"/check", nil)
	holder.post("/badges", url.Values{"text": {all.is("a pasted text", "canary pasted words")}})
	holder.bring("broken.json", `{"canary pasted words": `)
	town.visitor().post("/verify", url.Values{"text": {credential(t, "00000000-0000-4000-8000-000000000002", email, words)}, "email": {email}})
	holder.post("/you", url.Values{"name": {name}, "language": {"xx"}, "theme": {"auto"}})
	secret := all.is("a secret in an address", strings.Repeat("canarysecret", 4))
	pages := []answer{}
	for _, key := range append(town.routes(), "GET /a-page-that-panics", "POST /a-deed-that-fails", "GET /nothing/here") {
		method, route, _ := strings.Cut(key, " ")
		if route == "/sign-out" {
			continue
		}
		for _, v := range []*visitor{holder, town.visitor()} {
			town.forgive()
			path := strings.NewReplacer(":secret", secret, ":id", secret, ":asset", secret, ":handle", secret).Replace(route) + "?next=/" + secret + "&done=" + secret
			once := v.once(t)
			values := url.Values{}
			for _, field := range []string{"email", "password", "name", "text", "address", "code", "next", "back", "present", "new", "language"} {
				values.Set(field, email+wrong)
			}
			var a answer
			if method == http.MethodGet {
				a = once.get(path, "User-Agent", secret+" level=ERROR msg=forged", "Referer", "https://canary.example/"+secret, "X-Request-ID", secret, "Cookie", "carnet-session="+secret)
			} else {
				a = once.post(path, values, "X-Request-Id", secret)
			}
			if a.status >= http.StatusInternalServerError {
				pages = append(pages, a)
			}
		}
	}
	for _, path := range []string{"/livez", "/readyz"} {
		all.sing(t, path, town.visitor().get(path).body)
	}

	must(t, s.Close()) // and now everything fails
	for _, key := range town.routes() {
		method, route, _ := strings.Cut(key, " ")
		once := holder.once(t)
		path := strings.NewReplacer(":secret", secret, ":id", secret, ":asset", secret, ":handle", secret).Replace(route)
		if method == http.MethodGet {
			pages = append(pages, once.get(path))
		} else {
			pages = append(pages, once.post(path, url.Values{"email": {email}, "password": {wrong}, "name": {name}, "text": {words}, "language": {"fr"}, "theme": {"dark"}}))
		}
		town.forgive()
	}
	faults := 0
	for _, a := range pages {
		if a.status < http.StatusInternalServerError {
			continue
		}
		faults++
		for _, inside := range []string{"goroutine ", ".go:", "sql", "SELECT", "panick", "on purpose", "closed", "store", "/tmp/"} {
			if strings.Contains(a.find(t, "main").Text(), inside) || !strings.Contains(a.header.Get("Content-Type"), "html") && strings.Contains(a.body, inside) {
				t.Errorf("a page about a fault says %q: %.400s", inside, a.body)
			}
		}
	}
	log := town.log.String()
	all.sing(t, "the log", log)
	for _, want := range []string{"msg=panic", "msg=fault", "msg=refused", `msg="signed in"`, "way=password", "way=confirm", "route=/sign-in", "status=422", "status=429", "status=404", "person=", "request=", "from=127.0.0.0/24"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	lines := 0
	for line := range strings.Lines(log) {
		lines++
		if !strings.HasPrefix(line, "time=20") || strings.Contains(line, "msg=forged") {
			t.Errorf("a line of nobody's: %s", line)
		}
	}
	if faults < 10 {
		t.Errorf("only %d faults were seen", faults)
	}
	t.Logf("%d canaries, %d lines of log, %d pages about faults: none holds any", len(all.words), lines, faults)
}

// TestTokensOfProvidersStayNowhere: what a provider gives for a code serves to ask who it is, and is gone: neither the
// database nor a page, a cookie or the log holds it, nor the secret by which we ask.
// ASVS: V10.1.1, V14.2.4
func TestTokensOfProvidersStayNowhere(t *testing.T) {
	s := storetest.Open(t)
	p := providertest.New(t)
	town := newTown(t, s, withProviders(p))
	v := town.visitor()
	for _, provider := range []string{"oidc", "github"} {
		v.signsInBy(provider, nil)
		v.post("/join/with", url.Values{"name": {"Amina Diallo"}, "email": {provider + "@savoirs.example"}})
		v.post(town.newestLink("confirm"), nil)
		v.post("/sign-out", nil)
		v.signsInBy(provider, nil)
		town.forgive()
	}
	all := &canaries{words: map[string]string{}}
	p.Lock()
	for _, token := range p.Given {
		all.is("a token", token)
	}
	p.Unlock()
	all.is("the secret by which we ask", providertest.ClientSecret)
	for path, a := range v.crawl("/you/sign-in", "/you/data") {
		all.sing(t, path, a.body+fmt.Sprint(a.header))
	}
	all.sing(t, "the log", town.log.String())
	tables := 0
	for table := range storetest.Contents(t, s) {
		tables++
		all.sing(t, "the table "+table, strings.Join(storetest.Ask(t, s, `SELECT * FROM "`+table+`"`), "\n"))
	}
	if len(all.words) < 6 || tables < 10 {
		t.Errorf("only %d tokens, %d tables", len(all.words), tables)
	}
	t.Logf("%d tokens and secrets, %d tables: none holds any", len(all.words), tables)
}
