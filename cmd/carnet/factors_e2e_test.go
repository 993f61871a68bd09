//go:build e2e

package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

// TestE2EPasskey: join, take the offer, make a passkey with the browser's own authenticator, sign out and in with it.
func TestE2EPasskey(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "fr"} {
		t.Run(language, func(t *testing.T) {
			s := serve(t)
			b := open(t, s, language)
			device := b.authenticator()
			b.joins("Amina Diallo", journeyEmail)
			b.visit("/badges")
			b.look("passkey-offer-" + language)
			b.press(`.invite a.button`)
			b.look("signinways-" + language)
			b.do(chromedp.WaitVisible(`[data-passkey-new] button`), chromedp.SetValue(`#passkey-name`, "Clé de voûte"))
			b.press(`[data-passkey-new] button`)
			if !strings.HasPrefix(b.path(), "/you/sign-in?done=passkey-added") || !strings.Contains(b.text("#passkeys"), "Clé de voûte") {
				t.Fatalf("making one leads to %s: %s", b.path(), b.text("#passkeys"))
			}
			b.look("signinways-passkey-" + language)
			b.do(chromedp.Click(`#passkeys details summary`))
			b.look("signinways-change-" + language)
			b.do(chromedp.Click(`[data-passkey-new] button`), chromedp.WaitVisible(`[data-passkey-says]`))
			b.look("signinways-there-" + language)
			b.press(`form[action="/sign-out"] button`)

			b.do(webauthn.SetAutomaticPresenceSimulation(device, false)) // nobody answers what the address field suggests
			b.visit("/sign-in?next=/you")
			b.do(chromedp.WaitVisible(`[data-passkey-open] button`))
			b.look("sign-in-passkey-" + language)
			b.do(webauthn.SetAutomaticPresenceSimulation(device, true))
			b.press(`[data-passkey-open] button`)
			if b.path() != "/you" {
				t.Fatalf("the passkey leads to %s: %s", b.path(), b.text("main"))
			}
			b.finish()
		})
	}
}

// TestE2EPasskeyByAutofill: the address field suggests it, nothing is pressed.
func TestE2EPasskeyByAutofill(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := open(t, s, "en")
	b.authenticator()
	b.joins("Amina Diallo", journeyEmail)
	b.visit("/you/sign-in")
	b.do(chromedp.WaitVisible(`[data-passkey-new] button`))
	b.press(`[data-passkey-new] button`)
	b.press(`form[action="/sign-out"] button`)
	b.visit("/sign-in")
	for range 50 {
		if strings.HasPrefix(b.path(), "/badges") {
			b.finish()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("still at %s", b.path())
}

// TestE2ESecondStep: an authenticator app, a recovery code, and no way around them.
func TestE2ESecondStep(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "fr"} {
		t.Run(language, func(t *testing.T) {
			s := serve(t)
			b := open(t, s, language)
			b.joins("Amina Diallo", journeyEmail)
			b.visit("/you/sign-in")
			b.press(`form[action="/you/second/app"] button`)
			b.look("app-" + language)
			secret := strings.ReplaceAll(b.text(".secret-text"), " ", "")
			b.do(chromedp.SetValue(`main [name="code"]`, "000000"))
			b.press(`form[action="/you/second/app/keep"] button`)
			b.look("app-wrong-" + language)
			used := code(t, secret)
			b.do(chromedp.SetValue(`main [name="code"]`, used))
			b.pressTwice(`form[action="/you/second/app/keep"] button`) // the recovery codes are shown once
			b.look("codes-" + language)
			var recovery string
			b.do(chromedp.Text(`.recovery-codes li code`, &recovery))
			b.press(`main .button.primary`)
			b.look("signinways-second-" + language)

			b.press(`form[action="/sign-out"] button`)
			b.signsIn(journeyEmail)
			b.look("second-door-" + language)
			b.fill(map[string]string{"code": used})
			if b.path() == "/badges" || !strings.HasPrefix(b.path(), "/sign-in/second") {
				t.Fatalf("the code that set the app up opens: %s", b.path())
			}
			b.look("second-door-wrong-" + language)
			b.fill(map[string]string{"code": next(t, secret)})
			if b.path() != "/badges" {
				t.Fatalf("the next code leads to %s: %s", b.path(), b.text("main"))
			}
			b.press(`form[action="/sign-out"] button`)
			b.signsIn(journeyEmail)
			b.press(`a[href="/sign-in/second?with=recovery"]`)
			b.look("second-door-recovery-" + language)
			b.fill(map[string]string{"code": strings.ToUpper(recovery)})
			if b.path() != "/badges" {
				t.Fatalf("a recovery code leads to %s: %s", b.path(), b.text("main"))
			}
			b.finish()
		})
	}
}

// authenticator gives the browser one of its own, which finds its user there and verified every time.
func (b *browser) authenticator() webauthn.AuthenticatorID {
	b.t.Helper()
	var id webauthn.AuthenticatorID
	b.do(webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		id, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true,
			HasUserVerification: true, AutomaticPresenceSimulation: true, IsUserVerified: true,
		}).Do(ctx)
		return err
	}))
	return id
}

// signsIn takes the first step, by password.
func (b *browser) signsIn(email string) {
	b.t.Helper()
	b.visit("/sign-in")
	b.do(chromedp.Click(`details summary`), chromedp.SetValue(`main [name="email"]`, email), chromedp.SetValue(`main [name="password"]`, journeyPassword))
	b.press(`details .button`)
}

// code is what an authenticator app shows now, next what it will show in half a minute.
func code(t *testing.T, secret string) string { return shown(t, secret, 0) }
func next(t *testing.T, secret string) string { return shown(t, secret, 30*time.Second) }

func shown(t *testing.T, secret string, in time.Duration) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(in))
	if err != nil {
		t.Fatal(err)
	}
	return code
}
