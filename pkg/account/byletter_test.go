package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// asked asks for a letter to an address and is what the browser and the mailbox have then.
func asked(t *testing.T, d *Desk, s *store.Store, email string) (request, code, secret string) {
	t.Helper()
	request, err := d.AskByLetter(t.Context(), Asking{Email: email, From: "192.0.2.1", Onward: "/badges", Browser: "Firefox", System: "Linux"})
	if err != nil {
		t.Fatalf("ask: %v", err)
	}
	l, secret := oneLetter(t, s, LetterSignIn)
	if len(l.Code) != codeDigits || strings.Trim(l.Code, "0123456789") != "" || !strings.HasPrefix(l.Link, "https://carnet.example/sign-in/letter/") {
		t.Fatalf("letter is %+v", l)
	}
	return request, l.Code, secret
}

// wrong is a code that is not this one.
func wrong(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}

// ASVS: V6.5.1, V6.5.5, V6.6.2
func TestALetterLetsInOnceByItsLinkOrByItsCode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		ctx := t.Context()
		p := confirmed(t, d, s, ada())
		for name, row := range map[string]struct {
			wait    time.Duration
			byLink  bool
			letsIn  bool
			another string
		}{
			"link":             {byLink: true, letsIn: true},
			"code":             {letsIn: true},
			"link, late":       {byLink: true, wait: byLetterLasts - time.Second, letsIn: true},
			"link, too late":   {byLink: true, wait: byLetterLasts + time.Second},
			"code, too late":   {wait: byLetterLasts + time.Second},
			"in another place": {another: "a request that another browser made"},
		} {
			d.mailings, d.floods = newTries(d.now, d.mailings.pace), newTries(d.now, d.floods.pace)
			request, code, secret := asked(t, d, s, "Ada@Example.org")
			if arrival, err := d.Arrive(ctx, secret); err != nil || arrival.Person.ID != p.ID || !arrival.AskedBy(request) || arrival.AskedBy("another") || arrival.Browser != "Firefox" {
				t.Fatalf("%s: the link would do %+v, %v", name, arrival, err)
			}
			clock.pass(row.wait)
			if row.another != "" {
				request = row.another
			}
			open := func() (store.Person, error) {
				if row.byLink {
					who, _, _, err := d.OpenByLink(ctx, secret, "", "en", "")
					return who, err
				}
				who, _, _, err := d.OpenByCode(ctx, request, " "+code[:3]+"\u00a0"+code[3:])
				return who, err
			}
			who, err := open()
			if row.letsIn != (err == nil && who.ID == p.ID) || !row.letsIn && !errors.Is(err, ErrSecret) {
				t.Errorf("%s: %v, %v", name, who.ID, err)
			}
			if _, err := open(); !errors.Is(err, ErrSecret) {
				t.Errorf("%s, a second time: %v", name, err)
			}
			if _, _, _, err := d.OpenByLink(ctx, secret, "", "en", ""); row.letsIn && !errors.Is(err, ErrSecret) {
				t.Errorf("%s, then the link: %v", name, err)
			}
		}
	})
}

func TestALetterToAnUnknownAddressMakesAPassport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ctx := t.Context()
		_, _, secret := asked(t, d, s, "new@example.org")
		if arrival, err := d.Arrive(ctx, secret); err != nil || arrival.Person.ID != "" || arrival.Email != "new@example.org" {
			t.Fatalf("the link would do %+v, %v", arrival, err)
		}
		var mistakes Mistakes
		if _, _, _, err := d.OpenByLink(ctx, secret, " ", "fr", ""); !errors.As(err, &mistakes) || mistakes["name"] != "required" {
			t.Fatalf("without a name: %v", err)
		}
		p, _, made, err := d.OpenByLink(ctx, secret, "Newcomer", "fr", "")
		if err != nil || !made || p.Handle != "newcomer" || p.Language != "fr" || p.PasswordHash != "" || p.Role != "member" {
			t.Fatalf("made %v %+v, %v", made, p, err)
		}
		if a, err := s.VerifiedAddress(ctx, "new@example.org"); err != nil || a.PersonID != p.ID || !a.Primary {
			t.Errorf("the address is %+v, %v", a, err)
		}

		request, code, _ := asked(t, d, s, "other@example.org")
		_, _, link, err := d.OpenByCode(ctx, request, code)
		if err != nil || link == "" {
			t.Fatalf("by code: %q, %v", link, err)
		}
		if _, _, _, err := d.OpenByCode(ctx, request, code); !errors.Is(err, ErrSecret) {
			t.Errorf("the code again: %v", err)
		}
		if p, _, made, err := d.OpenByLink(ctx, link, "Other", "en", ""); err != nil || !made || p.Name != "Other" {
			t.Errorf("made %v %+v, %v", made, p, err)
		}
	})
}

// TestALetterOpensNobodysMereClaim: whoever joined with somebody else's address is not who reads the letter.
func TestALetterOpensNobodysMereClaim(t *testing.T) {
	d, _ := desk(storetest.Open(t))
	thief := join(t, d, ada())
	letters(t, d.store)
	_, _, secret := asked(t, d, d.store, "ada@example.org")
	p, _, made, err := d.OpenByLink(t.Context(), secret, "Ada herself", "en", "")
	if err != nil || !made || p.ID == thief.ID {
		t.Fatalf("made %v %+v, %v", made, p, err)
	}
	if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); !errors.Is(err, ErrWrong) {
		t.Errorf("the thief's password: %v", err)
	}
}

func TestTheDisabledAreNotLetInByLetter(t *testing.T) {
	d, clock := desk(storetest.Open(t))
	p := confirmed(t, d, d.store, ada())
	request, code, secret := asked(t, d, d.store, "ada@example.org")
	now := clock.Now()
	p.DisabledAt = &now
	if err := d.store.UpdatePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := d.OpenByCode(t.Context(), request, code); !errors.Is(err, ErrSecret) {
		t.Errorf("by code: %v", err)
	}
	if _, _, _, err := d.OpenByLink(t.Context(), secret, "Somebody", "en", ""); !errors.Is(err, ErrSecret) {
		t.Errorf("by link: %v", err)
	}
}

func TestALetterSentBeforeAChangeOfTheWaysInOpensNothing(t *testing.T) {
	d, _ := desk(storetest.Open(t))
	p := confirmed(t, d, d.store, ada())
	_, _, secret := asked(t, d, d.store, "ada@example.org")
	if _, err := d.SetPassword(t.Context(), p.ID, "", "another walk by the sea"); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := d.OpenByLink(t.Context(), secret, "", "en", ""); !errors.Is(err, ErrSecret) {
		t.Errorf("it opens: %v", err)
	}
}

func TestCodesAreKeptAsHashesThatOnlyTheAskingBrowserCouldTry(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	request, code, secret := asked(t, d, s, "ada@example.org")
	for table, rows := range storetest.Contents(t, s) {
		if table == "jobs" {
			continue // until it is sent; then the payload is erased
		}
		for _, hidden := range []string{request, code, secret, hashed(code)} {
			if strings.Contains(rows, hidden) {
				t.Errorf("%s holds %q", table, hidden)
			}
		}
	}
}

// TestSEC_AUTH4_OfTenThousandGuessesTwentyAreChecked: of passwords, and of codes by somebody who sits in many networks and
// asks for a new letter whenever one is spent. Meanwhile the owner is not kept out.
//
// ASVS: V6.3.1, V6.5.4, V6.6.3
func TestSEC_AUTH4_OfTenThousandGuessesTwentyAreChecked(t *testing.T) {
	s := storetest.Open(t)
	d, clock := desk(s)
	d.hasher.cost = cost{memory: 8, passes: 1, lanes: 1} // what is counted here is not what a guess costs
	ctx := t.Context()
	p := confirmed(t, d, s, ada())

	checked := 0
	for i := range 10_000 {
		_, err := d.SignIn(ctx, "ada@example.org", fmt.Sprintf("guess number %d", i))
		if errors.Is(err, ErrWrong) {
			checked++
		}
	}
	t.Logf("passwords: %d of 10,000 were checked", checked)
	if checked == 0 || checked > 20 {
		t.Errorf("%d of 10,000 passwords were checked", checked)
	}

	checked = 0
	request, mailbox := "", []Letter{}
	for i := range 10_000 {
		if request == "" {
			r, err := d.AskByLetter(ctx, Asking{Email: "ada@example.org", From: fmt.Sprintf("198.51.%d.0", i), Onward: "/badges"})
			var slow *SlowDown
			if errors.As(err, &slow) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			request = r
			mailbox = append(mailbox, letters(t, s)...)
		}
		_, _, _, err := d.OpenByCode(ctx, request, wrong(mailbox[len(mailbox)-1].Code))
		switch {
		case errors.Is(err, ErrWrong):
			checked++
		default:
			request = "" // slowed or spent: another letter
		}
	}
	t.Logf("codes: %d of 10,000 were checked, with %d letters", checked, len(mailbox))
	if checked == 0 || checked > 20 {
		t.Errorf("%d of 10,000 codes were checked", checked)
	}

	// The owner comes in by any of the letters that lie in her mailbox, whoever asked for them,
	newest := mailbox[len(mailbox)-1]
	if who, _, _, err := d.OpenByLink(ctx, strings.TrimPrefix(newest.Link, "https://carnet.example/sign-in/letter/"), "", "en", ""); err != nil || who.ID != p.ID {
		t.Errorf("the owner cannot come in by letter: %v", err)
	}
	// and by her password, a minute later.
	clock.pass(time.Minute)
	if _, err := d.SignIn(ctx, "ada@example.org", goodPassword); err != nil {
		t.Errorf("the owner cannot come in by password: %v", err)
	}
}

func TestFiveWrongCodesEndACodeAndNotTheLink(t *testing.T) {
	d, clock := desk(storetest.Open(t))
	p := confirmed(t, d, d.store, ada())
	request, code, secret := asked(t, d, d.store, "ada@example.org")
	for i := range mostCodeTries {
		clock.pass(20 * time.Second)
		if _, _, _, err := d.OpenByCode(t.Context(), request, wrong(code)); !errors.Is(err, ErrWrong) {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	clock.pass(time.Minute)
	if _, _, _, err := d.OpenByCode(t.Context(), request, code); !errors.Is(err, ErrSecret) {
		t.Errorf("the sixth try: %v", err)
	}
	if who, _, _, err := d.OpenByLink(t.Context(), secret, "", "en", ""); err != nil || who.ID != p.ID {
		t.Errorf("the link: %v", err)
	}
}

func TestOfManyUsesOfOneLetterOneCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		_, _, secret := asked(t, d, s, "new@example.org")
		var all sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for range 8 {
			all.Go(func() {
				if _, _, _, err := d.OpenByLink(context.WithoutCancel(t.Context()), secret, "Newcomer", "en", ""); err == nil {
					mu.Lock()
					made++
					mu.Unlock()
				} else if !errors.Is(err, ErrSecret) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		people, err := s.CountPersons(t.Context())
		if err != nil || made != 1 || people != 1 {
			t.Errorf("made %d, people %d, %v", made, people, err)
		}
	})
}

func TestACodeProvesAgainWhoOneIsAndLetsNobodyIn(t *testing.T) {
	d, _ := desk(storetest.Open(t))
	ctx := t.Context()
	p := confirmed(t, d, d.store, ada())
	bob := confirmed(t, d, d.store, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})
	request, err := d.AskToProve(ctx, p, Asking{Language: "en", From: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	l, _ := oneLetter(t, d.store, LetterProve)
	if l.To != "ada@example.org" || l.Link != "https://carnet.example/sign-in/again" {
		t.Errorf("letter is %+v", l)
	}
	if _, _, _, err := d.OpenByCode(ctx, request, l.Code); !errors.Is(err, ErrSecret) {
		t.Errorf("it lets in: %v", err)
	}
	if err := d.ProveByCode(ctx, p, request, wrong(l.Code)); !errors.Is(err, ErrWrong) {
		t.Errorf("a wrong code: %v", err)
	}
	if err := d.ProveByCode(ctx, bob, request, l.Code); !errors.Is(err, ErrSecret) {
		t.Errorf("for somebody else: %v", err)
	}
	if err := d.ProveByCode(ctx, p, request, l.Code); err != nil {
		t.Errorf("the code: %v", err)
	}
	if err := d.ProveByCode(ctx, p, request, l.Code); !errors.Is(err, ErrSecret) {
		t.Errorf("used again: %v", err)
	}
	other, _, _ := asked(t, d, d.store, "ada@example.org")
	if err := d.ProveByCode(ctx, p, other, "000000"); !errors.Is(err, ErrSecret) {
		t.Errorf("the code of a letter for signing in: %v", err)
	}
}

func TestJoiningTakesNoPasswordFromWhoeverWantsNone(t *testing.T) {
	d, _ := desk(storetest.Open(t))
	without := ada()
	without.Password = ""
	p := confirmed(t, d, d.store, without)
	if p.PasswordHash != "" {
		t.Error("there is a password")
	}
	for _, password := range []string{"", " ", goodPassword} {
		if _, err := d.SignIn(t.Context(), "ada@example.org", password); !errors.Is(err, ErrWrong) {
			t.Errorf("the password %q: %v", password, err)
		}
	}
	if _, err := d.SetPassword(t.Context(), p.ID, "", goodPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); err != nil {
		t.Errorf("the password set later: %v", err)
	}
}

func TestReadingACodeForgivesHowItIsWritten(t *testing.T) {
	for _, typed := range []string{"123456", " 123 456 ", "123-456", "123\u00a0456", "１２３４５６", "12 34 56\t"} {
		if got := readCode(typed); got != "123456" {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}

// TestLettersThatRanOutAreForgotten with the addresses they were asked for, also those of people who never came.
func TestLettersThatRanOutAreForgotten(t *testing.T) {
	s := storetest.Open(t)
	d, clock := desk(s)
	for _, email := range []string{"ada@example.org", "nobody@example.org"} {
		if _, err := d.AskByLetter(t.Context(), Asking{Email: email, Language: "en"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		after time.Duration
		want  int
	}{{0, 2}, {byLetterLasts + time.Minute, 0}} {
		clock.pass(row.after)
		if err := d.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if left := storetest.Ask(t, s, "SELECT email FROM sign_in_letters"); len(left) != row.want {
			t.Errorf("after %s: %q", row.after, left)
		}
	}
}

// TestWhoeverClaimsAnAddressAgainAndAgainKeepsNobodyOut: those letters let its owner in nowhere, so they are counted apart.
func TestWhoeverClaimsAnAddressAgainAndAgainKeepsNobodyOut(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	confirmed(t, d, s, ada())
	var slow *SlowDown
	for i := 0; !errors.As(slowed(d, t, i), &slow); i++ {
		if i > 100 {
			t.Fatal("nothing slows a stranger down")
		}
	}
	if _, err := d.AskByLetter(t.Context(), Asking{Email: "ada@example.org", Language: "en", From: "her own"}); err != nil {
		t.Errorf("the owner cannot come in: %v", err)
	}
	if err := d.ForgotPassword(t.Context(), "her own", "ada@example.org", "en"); err != nil {
		t.Errorf("the owner cannot choose another password: %v", err)
	}
}

// slowed is how a stranger's next claim of Ada's address ends, each from a network of its own.
func slowed(d *Desk, t *testing.T, i int) error {
	other := ada()
	other.Password, other.From = "", fmt.Sprint("network ", i)
	_, err := d.Join(t.Context(), other)
	return err
}
