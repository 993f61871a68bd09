package account

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/carnetbadges/carnet/pkg/account/passkeytest"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// quick is a desk whose hashes cost next to nothing: every recovery code is one.
func quick(s *store.Store) (*Desk, *clock) {
	d, c := desk(s)
	d.hasher.cost = cost{memory: 8, passes: 1, lanes: 1}
	return d, c
}

// phone is an authenticator app.
type phone struct{ secret string }

func (p phone) shows(t *testing.T, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(p.secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// withApp turns the second step on by an app, and waits until its next code.
func withApp(t *testing.T, d *Desk, c *clock, person store.Person) (phone, []string) {
	t.Helper()
	app, err := d.NewApp(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	p := phone{app.Secret}
	codes, err := d.KeepApp(t.Context(), person, "here", app.Sealed, p.shows(t, c.Now()))
	if err != nil {
		t.Fatal(err)
	}
	c.pass(time.Minute)
	return p, codes
}

// TestCodesAreThoseOfRFC6238: the values of its appendix B for SHA-1, in six digits.
func TestCodesAreThoseOfRFC6238(t *testing.T) {
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		d := New(Options{Now: func() time.Time { return time.Unix(at, 0) }})
		if step, right := d.stepOf([]byte("12345678901234567890"), code, 0); !right || step != at/30 {
			t.Errorf("at %d: %d %v", at, step, right)
		}
	}
}

// ASVS: V6.5.1, V6.5.5
func TestACodeIsGoodForItsTimeAndOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := quick(s)
		ctx := t.Context()
		ada := confirmed(t, d, s, ada())
		p, _ := withApp(t, d, c, ada)
		now := c.Now()
		wrong := func(name, code string) {
			t.Helper()
			if _, err := d.OpenSecond(ctx, ada.ID, code); !errors.Is(err, ErrCode) {
				t.Errorf("%s: %v", name, err)
			}
			d.seconds.forget(keyFor("app " + ada.ID))
		}
		wrong("two steps old", p.shows(t, now.Add(-time.Minute)))
		wrong("two steps early", p.shows(t, now.Add(time.Minute)))
		wrong("another's", phone{"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}.shows(t, now))
		first := p.shows(t, now.Add(-30*time.Second))
		if way, err := d.OpenSecond(ctx, ada.ID, " "+first[:3]+" "+first[3:]+" "); err != nil || way != "app" {
			t.Errorf("the code before: %q %v", way, err)
		}
		wrong("once more", first)
		if _, err := d.OpenSecond(ctx, ada.ID, p.shows(t, now.Add(30*time.Second))); err != nil {
			t.Errorf("the code after: %v", err)
		}
		wrong("the present one after a later one", p.shows(t, now))

		c.pass(5 * time.Minute)
		code := p.shows(t, c.Now())
		var heard atomic.Int64
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				if _, err := d.OpenSecond(ctx, ada.ID, code); err == nil {
					heard.Add(1)
				}
			})
		}
		wait.Wait()
		if heard.Load() != 1 {
			t.Errorf("a code sent twenty times at once opens %d times", heard.Load())
		}
	})
}

func TestTheCodeThatSetAnAppUpOpensNothing(t *testing.T) {
	s := storetest.Open(t)
	d, c := quick(s)
	ada := confirmed(t, d, s, ada())
	app, err := d.NewApp(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	code := phone{app.Secret}.shows(t, c.Now())
	if _, err := d.KeepApp(t.Context(), ada, "", app.Sealed, code); err != nil {
		t.Fatal(err)
	}
	if _, err := d.OpenSecond(t.Context(), ada.ID, code); !errors.Is(err, ErrCode) {
		t.Errorf("overheard while it was set up, it opens: %v", err)
	}
}

// ASVS: V7.4.3
func TestAnAppIsKeptOnceItHasShownACodeAndItsSecretLiesSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := quick(s)
		ctx := t.Context()
		ada, bob := confirmed(t, d, s, ada()), confirmed(t, d, s, bob())
		app, err := d.NewApp(ctx, ada)
		if err != nil {
			t.Fatal(err)
		}
		key, err := otp.NewKeyFromURL(app.URI)
		if err != nil || key.Secret() != app.Secret || key.Issuer() != "Carnet carnet.example" || key.AccountName() != "ada@example.org" || len(app.Secret) != 32 {
			t.Errorf("an app reads %q: %v", app.URI, err)
		}
		p := phone{app.Secret}
		if _, err := d.KeepApp(ctx, ada, "", app.Sealed, "000000"); !errors.Is(err, ErrCode) {
			t.Errorf("a wrong code: %v", err)
		}
		for name, sealed := range map[string]string{"": "", "nonsense": "1!", "short": "AA", "flipped": flipped(app.Sealed)} {
			if _, err := d.KeepApp(ctx, ada, "", sealed, p.shows(t, c.Now())); !errors.Is(err, ErrSecret) {
				t.Errorf("%s seal: %v", name, err)
			}
		}
		if _, err := d.KeepApp(ctx, bob, "", app.Sealed, p.shows(t, c.Now())); !errors.Is(err, ErrSecret) {
			t.Errorf("another's secret: %v", err)
		}
		if again, err := d.UnfinishedApp(ctx, ada, app.Sealed); err != nil || again.Secret != app.Secret {
			t.Errorf("shown again while it is set up: %v", err)
		}
		if on, err := d.AsksSecond(ctx, ada.ID); err != nil || on {
			t.Fatalf("on before it is: %v", err)
		}
		here, elsewhere := browser(t, s, ada.ID, "here"), browser(t, s, ada.ID, "elsewhere")
		codes, err := d.KeepApp(ctx, ada, "here", app.Sealed, p.shows(t, c.Now()))
		if err != nil || len(codes) != recoveryCodes {
			t.Fatalf("%d codes, %v", len(codes), err)
		}
		if !isOpen(t, s, here) || isOpen(t, s, elsewhere) {
			t.Error("the wrong sessions ended")
		}
		if told := letters(t, s); len(told) != 1 || told[0].What != SecondOn || told[0].Detail != "app" {
			t.Errorf("told: %+v", told)
		}
		factor, err := s.SecondFactor(ctx, ada.ID)
		secret, _ := base32Text().DecodeString(app.Secret)
		if err != nil || bytes.Contains(factor.AppSecret, secret) || len(secret) != appSecret {
			t.Errorf("the secret itself is kept: %v", err)
		}
		if _, err := d.apps.open(bob.ID, factor.AppSecret); !errors.Is(err, errSealed) {
			t.Errorf("moved to another's row it opens: %v", err)
		}
		c.pass(time.Minute)
		other, err := d.NewApp(ctx, ada)
		if err != nil {
			t.Fatal(err)
		}
		if codes, err := d.KeepApp(ctx, ada, "", other.Sealed, phone{other.Secret}.shows(t, c.Now())); err != nil || codes != nil {
			t.Errorf("another app: %v %v", codes, err)
		}
		c.pass(time.Minute)
		if _, err := d.OpenSecond(ctx, ada.ID, p.shows(t, c.Now())); !errors.Is(err, ErrCode) {
			t.Errorf("the app before opens: %v", err)
		}
		d.seconds.forget(keyFor("app " + ada.ID))
		if _, err := d.OpenSecond(ctx, ada.ID, phone{other.Secret}.shows(t, c.Now())); err != nil {
			t.Errorf("the app now: %v", err)
		}
	})
}

// ASVS: V6.4.4, V6.5.1, V6.5.2, V6.5.3, V6.5.4
func TestARecoveryCodeOpensOnceAndEndsEverySession(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := quick(s)
		ctx := t.Context()
		ada, bob := confirmed(t, d, s, ada()), confirmed(t, d, s, bob())
		_, codes := withApp(t, d, c, ada)
		_, his := withApp(t, d, c, bob)
		letters(t, s)
		seen := map[string]bool{}
		for _, code := range codes {
			if seen[code] || len(code) != 19 || strings.Trim(code, crockford+"-") != "" {
				t.Errorf("the code %q", code)
			}
			seen[code] = true
		}
		kept, err := s.RecoveryCodes(ctx, ada.ID)
		if err != nil || len(kept) != recoveryCodes || !strings.HasPrefix(kept[0].Hash, "$argon2id$") {
			t.Fatalf("kept %d, %v", len(kept), err)
		}
		for name, code := range map[string]string{"another's": his[0], "none": "", "long": strings.Repeat("a", 1000), "half": codes[0][:9]} {
			if _, err := d.OpenSecond(ctx, ada.ID, code); !errors.Is(err, ErrCode) {
				t.Errorf("%s: %v", name, err)
			}
		}
		elsewhere := browser(t, s, ada.ID, "elsewhere")
		typed := strings.ToUpper(strings.ReplaceAll(codes[3], "-", " – "))
		if way, err := d.OpenSecond(ctx, ada.ID, strings.NewReplacer("0", "O", "1", "l").Replace(typed)); err != nil || way != "recovery" {
			t.Fatalf("%q: %q %v", typed, way, err)
		}
		if isOpen(t, s, elsewhere) {
			t.Error("a session on what was lost is still open")
		}
		if told := letters(t, s); len(told) != 1 || told[0].What != RecoveryUsed || told[0].Detail != "9" {
			t.Errorf("told: %+v", told)
		}
		if _, err := d.OpenSecond(ctx, ada.ID, codes[3]); !errors.Is(err, ErrCode) {
			t.Errorf("twice: %v", err)
		}
		d.seconds.forget(keyFor("recovery " + ada.ID))
		fresh, err := d.RenewCodes(ctx, ada.ID, "")
		if err != nil || len(fresh) != recoveryCodes {
			t.Fatal(err)
		}
		if _, err := d.OpenSecond(ctx, ada.ID, codes[0]); !errors.Is(err, ErrCode) {
			t.Errorf("one of those before: %v", err)
		}
		if _, err := d.OpenSecond(ctx, ada.ID, fresh[0]); err != nil {
			t.Errorf("a new one: %v", err)
		}
	})
}

// TestTenThousandCodesAreTwentyAtMost: guesses spread over ten minutes, while the other ways stay open.
// ASVS: V6.3.1
func TestTenThousandCodesAreTwentyAtMost(t *testing.T) {
	const guesses, window = 10_000, 10 * time.Minute
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := quick(s)
		ctx := t.Context()
		ada := confirmed(t, d, s, ada())
		device := passkeytest.New(home, passkeytest.ES256)
		adds(t, d, ada, device)
		p, codes := withApp(t, d, c, ada)
		letters(t, s)
		heard := 0
		for range guesses {
			var slow *SlowDown
			switch _, err := d.OpenSecond(ctx, ada.ID, "000 000"); {
			case errors.Is(err, ErrCode):
				heard++
			case !errors.As(err, &slow):
				t.Fatal(err)
			}
			c.pass(window / guesses)
		}
		t.Logf("%d of %d codes in %s were checked", heard, guesses, window)
		if heard > 20 {
			t.Errorf("%d codes in ten minutes were checked", heard)
		}
		if told := letters(t, s); len(told) != 1 || told[0].Kind != LetterGuessed {
			t.Errorf("told: %+v", told)
		}
		if _, err := opens(t, d, device, passkeytest.Lie{}); err != nil {
			t.Errorf("by passkey meanwhile: %v", err)
		}
		if _, err := d.OpenSecond(ctx, ada.ID, codes[0]); err != nil {
			t.Errorf("by recovery code meanwhile: %v", err)
		}
		c.pass(15 * time.Minute)
		if _, err := d.OpenSecond(ctx, ada.ID, p.shows(t, c.Now())); err != nil {
			t.Errorf("by the app a quarter of an hour later: %v", err)
		}
	})
}

func TestWithTheLastFactorTheSecondStepGoesOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := quick(s)
		ctx := t.Context()
		ada := confirmed(t, d, s, ada())
		if _, err := d.UsePasskeysAsSecond(ctx, ada.ID, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("by no passkey: %v", err)
		}
		key := adds(t, d, ada, passkeytest.New(home, passkeytest.ES256))
		if codes, err := d.UsePasskeysAsSecond(ctx, ada.ID, ""); err != nil || len(codes) != recoveryCodes {
			t.Fatal(err)
		}
		if _, err := d.UsePasskeysAsSecond(ctx, ada.ID, ""); !errors.Is(err, store.ErrTaken) {
			t.Errorf("on twice: %v", err)
		}
		withApp(t, d, c, ada)
		state := func(on bool, passkeys int, app bool, codes int) {
			t.Helper()
			step, err := d.SecondStep(ctx, ada)
			if err != nil || step.On != on || step.Passkeys != passkeys || (step.AppAt != nil) != app || step.Codes != codes || step.Needed {
				t.Errorf("%+v %v", step, err)
			}
		}
		state(true, 1, true, 10)
		if err := d.RemovePasskey(ctx, ada.ID, "", key.ID); err != nil {
			t.Fatal(err)
		}
		state(true, 0, true, 10)
		letters(t, s)
		if err := d.RemoveApp(ctx, ada.ID, ""); err != nil {
			t.Fatal(err)
		}
		state(false, 0, false, 0)
		if told := letters(t, s); len(told) != 2 || told[0].What != AppRemoved || told[1].What != SecondOff {
			t.Errorf("told: %+v", told)
		}
		if err := d.TurnOffSecond(ctx, ada.ID, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("off twice: %v", err)
		}
		if _, err := d.RenewCodes(ctx, ada.ID, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("codes for nothing: %v", err)
		}
		withApp(t, d, c, ada)
		if err := d.TurnOffSecond(ctx, ada.ID, ""); err != nil {
			t.Fatal(err)
		}
		state(false, 0, false, 0)
	})
}

func TestAdministratorsWhoMustHaveAFactorKeepOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		must := true
		c := newClock()
		d := New(Options{Store: s, Now: c.Now, PublicURL: home, AdminsNeedFactor: func(context.Context) (bool, error) { return must, nil }})
		d.hasher.cost = cost{memory: 8, passes: 1, lanes: 1}
		ctx := t.Context()
		ada, bob := confirmed(t, d, s, ada()), confirmed(t, d, s, bob())
		ada.Role = "admin"
		if err := s.UpdatePerson(ctx, &ada); err != nil {
			t.Fatal(err)
		}
		lacks := func(p store.Person) bool {
			t.Helper()
			lacks, err := d.Lacks(ctx, p)
			if err != nil {
				t.Fatal(err)
			}
			return lacks
		}
		if !lacks(ada) || lacks(bob) {
			t.Error("the rule is for administrators")
		}
		key := adds(t, d, ada, passkeytest.New(home, passkeytest.ES256))
		if !lacks(ada) {
			t.Error("a password alone would still let her in")
		}
		if _, err := d.UsePasskeysAsSecond(ctx, ada.ID, ""); err != nil || lacks(ada) {
			t.Errorf("she has one: %v", err)
		}
		if err := d.RemovePasskey(ctx, ada.ID, "", key.ID); !errors.Is(err, ErrNeeded) {
			t.Errorf("the last passkey: %v", err)
		}
		if err := d.TurnOffSecond(ctx, ada.ID, ""); !errors.Is(err, ErrNeeded) {
			t.Errorf("all of it: %v", err)
		}
		withApp(t, d, c, ada)
		if err := d.RemovePasskey(ctx, ada.ID, "", key.ID); err != nil {
			t.Errorf("with an app beside it: %v", err)
		}
		if err := d.RemoveApp(ctx, ada.ID, ""); !errors.Is(err, ErrNeeded) {
			t.Errorf("the last app: %v", err)
		}
		if step, err := d.SecondStep(ctx, ada); err != nil || !step.Needed || step.AppAt == nil {
			t.Errorf("refused, it is kept: %+v %v", step, err)
		}
		must = false
		if err := d.TurnOffSecond(ctx, ada.ID, ""); err != nil || lacks(ada) {
			t.Errorf("where it is not needed: %v", err)
		}
	})
}

// flipped is a text with another first character.
func flipped(text string) string {
	if text[0] == 'A' {
		return "B" + text[1:]
	}
	return "A" + text[1:]
}
