//go:build e2e

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/pkg/web/providertest"
)

// TestE2ESignInByAProvider walks to an OpenID Connect server of its own host and back, in a real browser: a passport is
// made by it and opened by it, an account is linked to another passport, and at last the provider is down.
func TestE2ESignInByAProvider(t *testing.T) {
	t.Parallel()
	byProvider(t, "en")
}

// TestE2ESignInByAProviderInFrench is the same way in French.
func TestE2ESignInByAProviderInFrench(t *testing.T) {
	t.Parallel()
	byProvider(t, "fr")
}

func byProvider(t *testing.T, language string) {
	idp := providertest.New(t)
	idp.Asks = true
	s := serve(t, "CARNET_OIDC_ISSUER="+idp.URL, "CARNET_OIDC_ID="+providertest.ClientID, "CARNET_OIDC_SECRET="+providertest.ClientSecret,
		"CARNET_OIDC_NAME=Savoirs", "CARNET_GITHUB_ID=x", "CARNET_GITHUB_SECRET=y", "CARNET_GOOGLE_ID=x", "CARNET_GOOGLE_SECRET=y",
		"CARNET_GITLAB_URL=http://127.0.0.1:1", "CARNET_GITLAB_ID=x", "CARNET_GITLAB_SECRET=y") // nobody answers at the last
	b := open(t, s, language)
	b.visit("/join")
	b.look("join-providers-" + language)
	b.visit("/sign-in")
	b.look("sign-in-providers-" + language)
	b.onTheWay("provider-on-the-way-" + language)

	b.visit("/sign-in")
	b.goesBy("/sign-in/with/oidc")
	if b.path() != "/join/with" {
		t.Fatalf("a newcomer comes to %s", b.path())
	}
	b.look("newcomer-" + language)
	b.fill(map[string]string{"name": "Amina Diallo", "email": "amina@home"})
	b.look("newcomer-mistakes-" + language)
	b.fill(map[string]string{"name": "Amina Diallo", "email": journeyEmail})
	b.openLetter()
	b.press("main .button.primary")
	if b.path() != "/badges?done=confirmed" {
		t.Fatalf("confirming leads to %s", b.path())
	}

	again := open(t, s, language)
	again.visit("/sign-in?next=/badges/add")
	again.goesBy("/sign-in/with/oidc")
	if again.path() != "/badges/add" {
		t.Fatalf("coming back leads to %s", again.path())
	}

	idp.Lock()
	idp.Who = map[string]any{"sub": "moussa", "name": "Moussa Ba", "email": "moussa@elsewhere.example"}
	idp.Unlock()
	moussa := open(t, s, language)
	moussa.joins("Moussa Ba", "moussa@medina.example")
	moussa.visit("/you/sign-in")
	moussa.look("signinways-providers-" + language)
	moussa.goesBy("/you/sign-in/with/oidc")
	if moussa.path() != "/you/sign-in?done=provider-linked" || !strings.Contains(moussa.text("main"), "moussa@elsewhere.example") {
		t.Fatalf("linking leads to %s: %s", moussa.path(), moussa.text("main"))
	}
	moussa.look("signinways-linked-" + language)

	stranger := open(t, s, language)
	idp.Lock()
	idp.Who = map[string]any{"sub": "fatou", "name": "Fatou Sow", "email": "fatou@elsewhere.example"}
	idp.Unlock()
	stranger.visit("/sign-in")
	stranger.goesBy("/sign-in/with/oidc")
	stranger.fill(map[string]string{"name": "Fatou Sow", "email": "fatou@savoirs.example"})
	phone := open(t, s, language)
	phone.openLetterTo("fatou@savoirs.example")
	phone.look("confirm-by-provider-" + language)
	phone.goesBy("/sign-in/with/oidc")
	phone.press("main .button.primary")
	if phone.path() != "/badges?done=confirmed" {
		t.Fatalf("confirming in another browser leads to %s", phone.path())
	}

	idp.Stop()
	b.visit("/badges")
	late := open(t, s, language)
	late.visit("/sign-in")
	late.press(`button[formaction="/sign-in/with/gitlab"]`)
	if late.path() != "/sign-in?done=provider-away" {
		t.Fatalf("a provider that is down leads to %s", late.path())
	}
	late.look("provider-away-" + language)
	for _, one := range []*browser{b, again, moussa, stranger, phone, late} {
		one.onlyTo(idp.URL)
		one.finish()
	}
}

// goesBy presses a button that leads to the provider, says there who one is, and waits to be back.
func (b *browser) goesBy(formaction string) {
	b.t.Helper()
	b.do(chromedp.Click(`button[formaction="`+formaction+`"]`), chromedp.WaitVisible(`//h1[text()="Who are you?"]`, chromedp.BySearch))
	b.press(`form button`)
}

// onTheWay shows the page that is seen for a moment only.
func (b *browser) onTheWay(name string) {
	b.t.Helper()
	b.do(chromedp.EvaluateAsDevTools(`(async () => { const page = await (await fetch("/sign-in/with/oidc", {method: "POST"})).text(); document.open(); document.write(page); document.close(); })()`, nil),
		chromedp.WaitVisible(`a.button.primary[rel="noreferrer"]`))
	b.look(name)
}

// onlyTo allows requests to one other place.
func (b *browser) onlyTo(place string) {
	b.t.Helper()
	var others []string
	for _, one := range b.foreign {
		if !strings.HasPrefix(one, place) {
			others = append(others, one)
		}
	}
	b.foreign = others
}
