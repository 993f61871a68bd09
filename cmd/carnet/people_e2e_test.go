//go:build e2e

package main

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// somebody uses the site by plain requests, where a browser would only take longer; each has an address of their own
// behind the proxy the site trusts, so that no allowance is in the way.
type somebody struct {
	t      *testing.T
	site   site
	client *http.Client
	from   int
}

func (s site) somebody(t *testing.T) *somebody {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &somebody{t: t, site: s, client: &http.Client{Jar: jar, Timeout: time.Minute}}
}

// behindProxy is the setting by which the site believes what somebody says of their address.
const behindProxy = "CARNET_TRUSTED_PROXIES=127.0.0.1,::1"

func (p *somebody) do(method, path, kind string, body io.Reader) (*http.Response, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.site.url+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		p.from++
		r.Header.Set("X-Forwarded-For", address(p.from))
	}
	answer, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer, string(page)
}

// address is one of many networks.
func address(n int) string {
	return "198." + string(rune('0'+n/10000%10)) + "." + string(rune('0'+n/1000%10)) + string(rune('0'+n/100%10)) + "." + string(rune('1'+n/10%9)) + string(rune('0'+n%10))
}

func (p *somebody) get(path string) string {
	p.t.Helper()
	_, page := p.do("GET", path, "", nil)
	return page
}

func (p *somebody) post(path string, form url.Values) (where, page string) {
	p.t.Helper()
	answer, page := p.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	return answer.Request.URL.RequestURI(), page
}

// bring imports files, as name and content in turn, and gives where that led.
func (p *somebody) bring(files ...string) (where, page string) {
	p.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(files); i += 2 {
		part, err := form.CreateFormFile("file", files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		p.t.Fatal(err)
	}
	answer, page := p.do("POST", "/badges", form.FormDataContentType(), &body)
	return answer.Request.URL.RequestURI(), page
}

// through waits until an import that goes on at an address is through.
func (p *somebody) through(where string) {
	p.t.Helper()
	where, _, _ = strings.Cut(where, "?")
	for range 600 {
		if !strings.Contains(p.get(where), `hx-get="/badges/imports/`) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.t.Fatalf("the import at %s does not end", where)
}

// joins makes a passport and confirms its address by the letter that the site keeps.
func (p *somebody) joins(name, email, language string) {
	p.t.Helper()
	p.post("/language", url.Values{"language": {language}})
	p.post("/join", url.Values{"name": {name}, "email": {email}, "password": {journeyPassword}})
	p.confirms(email)
}

var keptLetter = regexp.MustCompile(`/dev/mail/[^"]+`)

// confirms presses the button that the newest letter to an address leads to.
func (p *somebody) confirms(email string) {
	p.t.Helper()
	link := regexp.MustCompile(`/confirm/[A-Za-z0-9_-]{20,}`)
	for range 100 {
		for _, letter := range keptLetter.FindAllString(p.get("/dev/mail"), 20) {
			page := p.get(letter)
			if found := link.FindString(page); found != "" && strings.Contains(page, email) {
				if where, said := p.post(found, nil); !strings.HasPrefix(where, "/badges") && !strings.HasPrefix(where, "/you/addresses?done=") {
					p.t.Fatalf("confirming %s leads to %s: %.600s", email, where, said)
				}
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("no letter came to %s", email)
}

// lends the browser somebody's session.
func (p *somebody) lends(b *browser) {
	p.t.Helper()
	here, err := url.Parse(p.site.url)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, cookie := range p.client.Jar.Cookies(here) {
		b.do(chromedp.ActionFunc(network.SetCookie(cookie.Name, cookie.Value).WithURL(p.site.url).WithHTTPOnly(true).WithSameSite(network.CookieSameSiteLax).Do))
	}
}

// setupLink is the link that makes the first administrator, as the program said it when it began.
func (s site) setupLink(t *testing.T) string {
	t.Helper()
	for {
		select {
		case line := <-s.out.said:
			if _, path, found := strings.Cut(line, s.url+"/setup/"); found {
				return "/setup/" + path
			}
		case <-time.After(5 * time.Second):
			t.Fatal("no link for an administrator was said")
		}
	}
}
