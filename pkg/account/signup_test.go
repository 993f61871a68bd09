package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestTheHouseIsOpenUntilSomebodySaysOtherwise(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		h, err := d.House(t.Context())
		if err != nil || h.SignUp != SignUpOpen || h.Name != "" || h.AdminsNeedFactor || len(h.Texts) != 0 {
			t.Errorf("a new house is %+v, %v", h, err)
		}
		var m Mistakes
		if err := d.SetSignUp(t.Context(), "", "ajar"); !errors.As(err, &m) || m["sign-up"] != "unknown" {
			t.Errorf("a way to join that is none: %v", err)
		}
	})
}

func TestWhatIsSetForTheHouseHoldsAtOnceAndEachChangeIsWrittenDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		admin := settled(t, d, s, "Eeva", "eeva@example.org", "admin")
		set := House{Name: "  Jardins  ", AdminsNeedFactor: true, Texts: map[string]string{"terms.en": "# Terms\r\nBe kind.", "privacy.fr": " Rien. "}}
		for range 2 { // the second time nothing is new
			if err := d.SetHouse(t.Context(), admin.ID, set); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.SetSignUp(t.Context(), admin.ID, SignUpClosed); err != nil {
			t.Fatal(err)
		}
		h, err := d.House(t.Context())
		if err != nil || h.Name != "Jardins" || !h.AdminsNeedFactor || h.SignUp != SignUpClosed || h.Texts["terms.en"] != "# Terms\nBe kind." {
			t.Errorf("the house is %+v, %v", h, err)
		}
		for _, row := range [][4]string{{"terms", "fr", "# Terms\nBe kind.", "en"}, {"privacy", "en", "Rien.", "fr"}, {"imprint", "en", "", ""}} {
			if text, in := h.Text(row[0], row[1]); text != row[2] || in != row[3] {
				t.Errorf("%s in %s is %q in %q", row[0], row[1], text, in)
			}
		}
		if lacks, err := d.Lacks(t.Context(), admin); !lacks || err != nil {
			t.Errorf("the rule for administrators does not hold: %v", err)
		}
		entries, _, err := s.AuditAll(t.Context(), "", 50)
		if err != nil {
			t.Fatal(err)
		}
		said := []string{}
		for _, e := range entries {
			if e.PersonID == nil && e.ActorID != nil && *e.ActorID == admin.ID {
				said = append(said, e.What+":"+e.Detail)
			}
		}
		slices.Sort(said)
		if !slices.Equal(said, []string{"setting-set:admins-need-factor", "setting-set:name", "setting-set:privacy.fr", "setting-set:terms.en", "sign-up-set:closed"}) {
			t.Errorf("the log says %q", said)
		}
		var m Mistakes
		long := House{Name: strings.Repeat("x", 61), Texts: map[string]string{"terms.en": strings.Repeat("x", longestText+1)}}
		if err := d.SetHouse(t.Context(), admin.ID, long); !errors.As(err, &m) || m["house"] != "too-long" || m["terms.en"] != "too-long" {
			t.Errorf("too long: %v", err)
		}
	})
}

// TestNobodyJoinsPastTheRuleOfTheHouse tries both ways to join, in each way of joining there is.
//
// ASVS: V2.2.2, V8.2.1
func TestNobodyJoinsPastTheRuleOfTheHouse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		n := 0
		ways := map[string]func(invitation, email string) error{
			"with a password": func(invitation, email string) error {
				_, err := d.Join(t.Context(), Joining{Name: "Ada", Email: email, Password: goodPassword, Invitation: invitation})
				return err
			},
			"by a provider": func(invitation, email string) error {
				_, err := d.JoinBy(t.Context(), Identity{Provider: "x", Issuer: "https://x.example", Subject: email}, Joining{Name: "Ada", Email: email, Invitation: invitation})
				return err
			},
			"by a letter": func(invitation, email string) error {
				if _, err := d.AskByLetter(t.Context(), Asking{Email: email, Language: "en"}); err != nil {
					return err
				}
				all := letters(t, s)
				secret := all[len(all)-1].Link
				_, _, _, err := d.OpenByLink(t.Context(), secret[strings.LastIndex(secret, "/")+1:], "Ada", "en", invitation)
				return err
			},
		}
		for way, joins := range ways {
			try := func(invitation string) error {
				n++
				return joins(invitation, fmt.Sprintf("ada%d@example.org", n))
			}
			set := func(mode string) {
				t.Helper()
				if err := d.SetSignUp(t.Context(), "", mode); err != nil {
					t.Fatal(err)
				}
			}
			set(SignUpClosed)
			invited, link, err := d.Invite(t.Context(), "", Inviting{Most: 2, Days: 3})
			if err != nil {
				t.Fatal(err)
			}
			secret := link[strings.LastIndex(link, "/")+1:]
			if err := try(secret); !errors.Is(err, ErrClosed) || !errors.Is(d.MayJoin(t.Context(), secret), ErrClosed) {
				t.Errorf("%s, closed: %v", way, err)
			}
			set(SignUpInvitation)
			for _, none := range []string{"", "x", secret + "x", invited.ID, invited.Hash} {
				if err := try(none); !errors.Is(err, ErrUninvited) || !errors.Is(d.MayJoin(t.Context(), none), ErrUninvited) {
					t.Errorf("%s, invited by %q: %v", way, none, err)
				}
			}
			for range 2 {
				if err := errors.Join(d.MayJoin(t.Context(), secret), try(secret)); err != nil {
					t.Errorf("%s, invited: %v", way, err)
				}
			}
			if err := try(secret); !errors.Is(err, ErrUninvited) {
				t.Errorf("%s, a third time: %v", way, err)
			}
			set(SignUpOpen)
			if err := try(""); err != nil {
				t.Errorf("%s, open: %v", way, err)
			}
		}
	})
}

func TestAnInvitationForAnAddressIsSentThereAndIsForNobodyElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		if err := d.SetSignUp(t.Context(), "", SignUpInvitation); err != nil {
			t.Fatal(err)
		}
		invite := func() string {
			t.Helper()
			_, link, err := d.Invite(t.Context(), "", Inviting{Email: " ada@EXAMPLE.org ", Most: 7, Days: 1, Language: "fr", Name: "Eeva"})
			if err != nil {
				t.Fatal(err)
			}
			l, secret := oneLetter(t, s, LetterInvited)
			if l.Link != link || l.To != "ada@example.org" || l.Language != "fr" || l.By != "Eeva" {
				t.Errorf("the letter is %+v", l)
			}
			return secret
		}
		try := func(email, secret string) error {
			_, err := d.Join(t.Context(), Joining{Name: "Ada", Email: email, Password: goodPassword, Invitation: secret})
			return err
		}
		secret := invite()
		if err := try("bob@example.org", secret); !errors.Is(err, ErrUninvited) {
			t.Errorf("somebody else: %v", err)
		}
		if err := try("Ada@example.org", secret); err != nil {
			t.Errorf("who is meant: %v", err)
		}
		letters(t, s)
		late := invite()
		clock.pass(24 * time.Hour)
		if err := try("ada@example.org", late); !errors.Is(err, ErrUninvited) {
			t.Errorf("a day later: %v", err)
		}
		made, link, err := d.Invite(t.Context(), "", Inviting{Most: 1, Days: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Withdraw(t.Context(), "", made.ID); err != nil {
			t.Fatal(err)
		}
		if err := try("zoe@example.org", link[strings.LastIndex(link, "/")+1:]); !errors.Is(err, ErrUninvited) {
			t.Errorf("withdrawn: %v", err)
		}
		var m Mistakes
		if _, _, err := d.Invite(t.Context(), "", Inviting{Email: "x@", Most: 0, Days: 400}); !errors.As(err, &m) || m["email"] != "malformed" || m["days"] != "out-of-range" {
			t.Errorf("what cannot be: %v", err)
		}
	})
}

// TestAnInvitationTellsNobodyWhoIsKnownHere: it is used up by an address that somebody has proved theirs as by any other.
//
// ASVS: V6.3.8
func TestAnInvitationTellsNobodyWhoIsKnownHere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		confirmed(t, d, s, ada())
		if err := d.SetSignUp(t.Context(), "", SignUpInvitation); err != nil {
			t.Fatal(err)
		}
		for email, want := range map[string]error{"ada@example.org": ErrAlreadyHere, "nobody@example.org": nil} {
			_, link, err := d.Invite(t.Context(), "", Inviting{Most: 1, Days: 1})
			if err != nil {
				t.Fatal(err)
			}
			secret := link[strings.LastIndex(link, "/")+1:]
			if _, err := d.Join(t.Context(), Joining{Name: "X", Email: email, Password: goodPassword, Invitation: secret}); !errors.Is(err, want) {
				t.Errorf("%s: %v", email, err)
			}
			if err := d.MayJoin(t.Context(), secret); !errors.Is(err, ErrUninvited) {
				t.Errorf("%s: the invitation is still good: %v", email, err)
			}
		}
	})
}

func TestAnInvitationIsNotUsedOftenerByManyAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		if err := d.SetSignUp(t.Context(), "", SignUpInvitation); err != nil {
			t.Fatal(err)
		}
		_, link, err := d.Invite(t.Context(), "", Inviting{Most: 3, Days: 1})
		if err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		ends := make(chan error, 10)
		for i := range 10 {
			wait.Go(func() {
				email := fmt.Sprintf("p%d@example.org", i)
				_, err := d.JoinBy(t.Context(), Identity{Provider: "x", Issuer: "https://x.example", Subject: email}, Joining{Name: "P", Email: email, Invitation: link[strings.LastIndex(link, "/")+1:]})
				ends <- err
			})
		}
		wait.Wait()
		close(ends)
		in := 0
		for err := range ends {
			if err == nil {
				in++
			} else if !errors.Is(err, ErrUninvited) {
				t.Error(err)
			}
		}
		if in != 3 {
			t.Errorf("%d came in", in)
		}
	})
}

func TestTheFirstAdministratorComesInHoweverOneMayJoin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		if err := d.SetSignUp(t.Context(), "", SignUpClosed); err != nil {
			t.Fatal(err)
		}
		if _, err := d.BlockDomain(t.Context(), "", "evil.example", ""); err != nil {
			t.Fatal(err)
		}
		secret, _, err := d.SetupSecret(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var m Mistakes
		if _, err := d.Setup(t.Context(), secret, Joining{Name: "Eeva", Email: "eeva@evil.example", Password: goodPassword}); !errors.As(err, &m) || m["email"] != "blocked" {
			t.Errorf("with a blocked address: %v", err)
		}
		if _, err := d.Setup(t.Context(), secret, Joining{Name: "Eeva", Email: "eeva@example.org", Password: goodPassword}); err != nil {
			t.Errorf("the secret is no longer good: %v", err)
		}
	})
}

// TestABlockedDomainIsBlockedHoweverItIsWritten tries odd spellings of a block against odd spellings of addresses.
//
// ASVS: V1.1.1, V2.2.1
func TestABlockedDomainIsBlockedHoweverItIsWritten(t *testing.T) {
	blocks := []string{
		"bücher.example", "BÜCHER.example", "BÜCHER.EXAMPLE.", "xn--bcher-kva.example", "XN--BCHER-KVA.Example", "@bücher.example",
		"*.bücher.example", ".bücher.example", " bücher.example ", "bu\u0308cher.example", "bücher。example", "bücher．example",
		"ｂücher.ｅxample", "someone@bücher.example", "*@bücher.example", "b\u00adücher.example",
	}
	addresses := []string{
		"a@bücher.example", "a@BÜCHER.EXAMPLE", "a@xn--bcher-kva.example", "a@XN--BCHER-KVA.EXAMPLE", "a@bu\u0308cher.example", "a@BU\u0308CHER.example",
		"a@bücher.example.", "a@bücher。example", "a@bücher．example", "a@bücher｡example", "a@ｂücher.example", "a@mail.bücher.example",
		"a@a.b.c.bücher.example", "a@MAIL.xn--bcher-kva.example", "A.b+c@bücher.example", " a@bücher.example ", "a@b\u00adücher.example", "é@bücher.example",
	}
	others := []string{
		"a@notbücher.example", "a@bücher.example.org", "a@bucher.example", "a@example.org", "bücher.example@example.org", "a@xn--bcher-kva.example.com", "a@buecher.example",
	}
	d, _ := desk(storetest.Open(t))
	try := func(email string) string {
		var m Mistakes
		_, err := d.MakePerson(t.Context(), "", Joining{Name: "X", Email: email}, "member")
		if err != nil && !errors.As(err, &m) {
			t.Fatal(err)
		}
		return m["email"]
	}
	seen := 0
	for _, block := range blocks {
		made, err := d.BlockDomain(t.Context(), "", block, "spam")
		if err != nil {
			t.Errorf("%q cannot be blocked: %v", block, err)
			continue
		}
		if made.Name != "xn--bcher-kva.example" {
			t.Errorf("%q is kept as %q", block, made.Name)
		}
		for _, email := range addresses {
			seen++
			if got := try(email); got != "blocked" {
				t.Errorf("%q blocked, %q: %q", block, email, got)
			}
		}
		if err := d.UnblockDomain(t.Context(), "", block); err != nil {
			t.Errorf("%q cannot be unblocked: %v", block, err)
		}
	}
	if _, err := d.BlockDomain(t.Context(), "", "bücher.example", ""); err != nil {
		t.Fatal(err)
	}
	for _, email := range others {
		if got := try(email); got != "" {
			t.Errorf("%q is another domain: %q", email, got)
		}
	}
	t.Logf("%d of %d × %d spellings", seen, len(blocks), len(addresses))
}

func TestNobodyAddsAnAddressOfABlockedDomainAndWhoHasOneKeepsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ada := settled(t, d, s, "Ada", "ada@evil.example", "member")
		if _, err := d.BlockDomain(t.Context(), "", "evil.example", ""); err != nil {
			t.Fatal(err)
		}
		var m Mistakes
		if _, err := d.AddAddress(t.Context(), ada.ID, "192.0.2.1", "more@mail.evil.example"); !errors.As(err, &m) || m["email"] != "blocked" {
			t.Errorf("one more: %v", err)
		}
		if owner, err := d.Find(t.Context(), "ada@evil.example"); err != nil || owner.ID != ada.ID {
			t.Errorf("the one there was: %v", err)
		}
	})
}

func TestWhatIsNoDomainIsNotBlocked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		for typed, want := range map[string]string{
			"": "required", " * ": "required", "com": "malformed", "a b.example": "malformed", "evil.example/x": "malformed", "https://evil.example": "malformed",
			"127.0.0.1": "malformed", "[::1]": "malformed", "evil..example": "malformed", strings.Repeat("x", 300) + ".example": "malformed", "-evil.example": "malformed",
		} {
			var m Mistakes
			if _, err := d.BlockDomain(t.Context(), "", typed, ""); !errors.As(err, &m) || m["domain"] != want {
				t.Errorf("%q: %v, want %s", typed, err, want)
			}
		}
		if _, err := d.BlockDomain(t.Context(), "", "evil.example", "x"); err != nil {
			t.Fatal(err)
		}
		var m Mistakes
		if _, err := d.BlockDomain(t.Context(), "", "EVIL.example", "y"); !errors.As(err, &m) || m["domain"] != "taken" {
			t.Errorf("twice: %v", err)
		}
		if err := d.UnblockDomain(t.Context(), "", "good.example"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what is not blocked: %v", err)
		}
	})
}
