package account

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

const network = "192.0.2.0/24"

// added claims an address for a person and is the claim and its letter.
func added(t *testing.T, d *Desk, s *store.Store, person, email string) (store.Address, Letter) {
	t.Helper()
	claim, err := d.AddAddress(t.Context(), person, network, email)
	if err != nil {
		t.Fatalf("add %s: %v", email, err)
	}
	letter, _ := oneLetter(t, s, LetterAddress)
	return claim, letter
}

// provedMore adds an address and types the code of its letter.
func provedMore(t *testing.T, d *Desk, s *store.Store, person, email string) store.Address {
	t.Helper()
	claim, letter := added(t, d, s, person, email)
	if _, err := d.ConfirmByCode(t.Context(), person, claim.ID, letter.Code); err != nil {
		t.Fatalf("prove %s: %v", email, err)
	}
	letters(t, s)
	return claim
}

// logged is what a person's log says last.
func logged(t *testing.T, s *store.Store, person string) string {
	t.Helper()
	log, _, err := s.AuditOf(t.Context(), person, "", 1)
	if err != nil || len(log) == 0 {
		t.Fatalf("no log: %v", err)
	}
	return log[0].What
}

// ASVS: V6.6.2, V6.6.3
func TestOneMoreAddressIsProvedByTheCodeOfItsLetterOnceAndAllOthersAreTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		p := confirmed(t, d, s, ada())
		claim, letter := added(t, d, s, p.ID, " Ada@Work.example ")
		if letter.To != "Ada@work.example" || len(letter.Code) != 6 || !strings.Contains(letter.Link, "/confirm/") || claim.VerifiedAt != nil {
			t.Errorf("%+v", letter)
		}
		badge := store.Badge{PersonID: p.ID, CredentialKey: "k", State: store.Pending, Visibility: "private", AddressID: &claim.ID, Document: []byte("{}")}
		if err := s.CreateBadge(t.Context(), &badge); err != nil {
			t.Fatal(err)
		}
		if _, err := d.ConfirmByCode(t.Context(), p.ID, claim.ID, wrongCode(letter.Code)); !errors.Is(err, ErrSecret) {
			t.Errorf("a wrong code: %v", err)
		}
		accepted, err := d.ConfirmByCode(t.Context(), p.ID, claim.ID, letter.Code[:3]+" "+letter.Code[3:])
		if err != nil || accepted != 1 {
			t.Fatalf("%d %v", accepted, err)
		}
		told := map[string]string{}
		for _, l := range letters(t, s) {
			told[l.To] = l.Kind + " " + l.What
		}
		if len(told) != 2 || told["ada@example.org"] != "told address-added" || logged(t, s, p.ID) != AddressAdded {
			t.Errorf("told %v, logged %s", told, logged(t, s, p.ID))
		}
		job, err := s.Lease(t.Context(), []string{store.MatchJob}, clock.Now(), time.Minute)
		if err != nil || job == nil {
			t.Errorf("nobody looks through the badges: %v", err)
		}
		if _, err := d.SignIn(t.Context(), "ada@work.example", goodPassword); err != nil {
			t.Errorf("it opens nothing: %v", err)
		}
	})
}

func wrongCode(right string) string {
	if right == "000000" {
		return "000001"
	}
	return "000000"
}

// ASVS: V6.3.1, V6.6.3
func TestACodeIsTriedAFewTimesAndForAnHourOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		p := confirmed(t, d, s, ada())
		claim, letter := added(t, d, s, p.ID, "ada@work.example")
		for range 5 {
			if _, err := d.ConfirmByCode(t.Context(), p.ID, claim.ID, wrongCode(letter.Code)); !errors.Is(err, ErrSecret) {
				t.Fatal(err)
			}
		}
		var slow *SlowDown
		if _, err := d.ConfirmByCode(t.Context(), p.ID, claim.ID, letter.Code); !errors.As(err, &slow) {
			t.Errorf("the sixth try: %v", err)
		}
		if err := d.ResendConfirmation(t.Context(), p.ID, claim.ID); err != nil {
			t.Fatal(err)
		}
		newer, _ := oneLetter(t, s, LetterAddress)
		if newer.Code != letter.Code {
			if _, err := d.ConfirmByCode(t.Context(), p.ID, claim.ID, letter.Code); !errors.Is(err, ErrSecret) {
				t.Errorf("the code before the newest: %v", err)
			}
		}
		clock.pass(codeLasts)
		if _, err := d.ConfirmByCode(t.Context(), p.ID, claim.ID, newer.Code); !errors.Is(err, ErrSecret) {
			t.Errorf("after an hour: %v", err)
		}
		if _, _, _, err := d.ConfirmAddress(t.Context(), newer.Link[strings.LastIndex(newer.Link, "/")+1:]); err != nil {
			t.Errorf("the link is good for a day: %v", err)
		}
	})
}

func TestACodeProvesNobodyElsesClaim(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		bob := confirmed(t, d, s, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})
		hers, letter := added(t, d, s, p.ID, "shared@work.example")
		his, other := added(t, d, s, bob.ID, "shared@work.example")
		if _, err := d.ConfirmByCode(t.Context(), bob.ID, hers.ID, letter.Code); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("her claim by him: %v", err)
		}
		if letter.Code != other.Code {
			if _, err := d.ConfirmByCode(t.Context(), bob.ID, his.ID, letter.Code); !errors.Is(err, ErrSecret) {
				t.Errorf("his claim by her code: %v", err)
			}
		}
		if _, err := d.ConfirmByCode(t.Context(), bob.ID, his.ID, other.Code); err != nil {
			t.Fatal(err)
		}
		if _, err := d.ConfirmByCode(t.Context(), p.ID, hers.ID, letter.Code); !errors.Is(err, ErrSecret) {
			t.Errorf("an address that is somebody's now: %v", err)
		}
		if owner, err := s.VerifiedAddress(t.Context(), "shared@work.example"); err != nil || owner.PersonID != bob.ID {
			t.Errorf("it went over to %s: %v", owner.PersonID, err)
		}
	})
}

// TestAddingTellsNobodyWhoHasAnAddress: not by the answer, by what is written, or by any code there is.
//
// ASVS: V6.3.8
func TestAddingTellsNobodyWhoHasAnAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		confirmed(t, d, s, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})
		p := confirmed(t, d, s, ada())
		var counts [2]string
		for i, email := range []string{"bob@example.org", "nobody@example.org"} {
			claim, err := d.AddAddress(t.Context(), p.ID, network, email)
			if err != nil || claim.VerifiedAt != nil {
				t.Fatalf("%s: %+v %v", email, claim, err)
			}
			all := letters(t, s)
			want := []string{LetterAddressHeld, LetterAddress}[i]
			if len(all) != 1 || all[0].Kind != want || all[0].To != email {
				t.Errorf("%s: %+v", email, all)
			}
			if want == LetterAddressHeld && (all[0].Code != "" || all[0].Name != "Bob" || strings.Contains(all[0].Link, "confirm")) {
				t.Errorf("the owner's letter proves something: %+v", all[0])
			}
			if err := d.ResendConfirmation(t.Context(), p.ID, claim.ID); err != nil {
				t.Errorf("%s again: %v", email, err)
			}
			if again := letters(t, s); len(again) != 1 || again[0].Kind != want {
				t.Errorf("%s again: %+v", email, again)
			}
			_, err = d.ConfirmByCode(t.Context(), p.ID, claim.ID, "123456")
			counts[i] = fmt.Sprint(err, storetest.Ask(t, s, "SELECT COUNT(*) FROM tokens WHERE kind = 'address-code' AND used_at IS NULL"))
			if err := s.RemoveAddress(t.Context(), p.ID, claim.ID, d.now()); err != nil {
				t.Fatal(err)
			}
			if err := s.DropAddressTokens(t.Context(), tokenCode, claim.ID); err != nil {
				t.Fatal(err)
			}
		}
		if counts[0] != counts[1] {
			t.Errorf("known %s, unknown %s", counts[0], counts[1])
		}
	})
}

func TestAddressesAreCheckedAndCountedAndWrittenToAFewTimes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		wants := func(email, reason string) {
			t.Helper()
			var mistakes Mistakes
			if _, err := d.AddAddress(t.Context(), p.ID, network, email); !errors.As(err, &mistakes) || mistakes["email"] != reason {
				t.Errorf("%q: %v, want %s", email, err, reason)
			}
		}
		wants(" ", "required")
		wants("ada@", "malformed")
		wants("ada@example.org", "yours")
		for i := range MostAddresses - 1 {
			added(t, d, s, p.ID, fmt.Sprintf("ada%d@work.example", i))
		}
		wants("more@work.example", "too-many")
		added(t, d, s, p.ID, "ada0@work.example")
		added(t, d, s, p.ID, "ada0@work.example")
		var slow *SlowDown
		if _, err := d.AddAddress(t.Context(), p.ID, network, "ada0@work.example"); !errors.As(err, &slow) {
			t.Errorf("the fourth letter: %v", err)
		}
		if mine, err := s.Addresses(t.Context(), p.ID); err != nil || len(mine) != MostAddresses {
			t.Errorf("%d addresses, %v", len(mine), err)
		}
	})
}

func TestAnotherSpellingOfAnAddressIsKeptWhereNoneIsLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		if a, err := d.AddAddress(t.Context(), p.ID, network, "Ada@example.org"); err != nil || a.VerifiedAt == nil {
			t.Fatal(err)
		}
		mine, err := s.Addresses(t.Context(), p.ID)
		if err != nil || len(mine) != 1 || mine[0].Email != "Ada@example.org" || len(letters(t, s)) != 0 {
			t.Errorf("%+v %v", mine, err)
		}
		var mistakes Mistakes
		if _, err := d.AddAddress(t.Context(), p.ID, network, "ADA@example.org"); !errors.As(err, &mistakes) {
			t.Errorf("a third spelling takes the place of the second: %v", err)
		}
	})
}

// ASVS: V6.3.7, V7.4.3
func TestChoosingAnotherPrimaryAddressTellsTheFormerOneAndEndsOtherSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		work := provedMore(t, d, s, p.ID, "ada@work.example")
		here, elsewhere := browser(t, s, p.ID, "here"), browser(t, s, p.ID, "elsewhere")
		if _, err := d.ChoosePrimary(t.Context(), p.ID, work.ID, "here"); err != nil {
			t.Fatal(err)
		}
		told := map[string]string{}
		for _, l := range letters(t, s) {
			told[l.To] = l.Kind + " " + l.What
		}
		if told["ada@example.org"] != "changed primary-changed" || told["ada@work.example"] != "changed primary-changed" || logged(t, s, p.ID) != PrimaryChanged {
			t.Errorf("told %v", told)
		}
		if !isOpen(t, s, here) || isOpen(t, s, elsewhere) {
			t.Error("the sessions did not end as they should")
		}
		if _, err := d.ChoosePrimary(t.Context(), p.ID, work.ID, "here"); err != nil || len(letters(t, s)) != 0 {
			t.Errorf("chosen already: %v", err)
		}
		open, _ := added(t, d, s, p.ID, "ada@open.example")
		bob := confirmed(t, d, s, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})
		for name, deed := range map[string]func() error{
			"unproved":   func() error { return second(d.ChoosePrimary(t.Context(), p.ID, open.ID, "here")) },
			"not theirs": func() error { return second(d.ChoosePrimary(t.Context(), bob.ID, work.ID, "here")) },
		} {
			if err := deed(); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if mine, _ := s.Addresses(t.Context(), p.ID); !mine[0].Primary || mine[0].ID != work.ID {
			t.Errorf("the primary one is %+v", mine[0])
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestAnAddressIsRemovedAndTakenBackButNeverTheLastOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		p := confirmed(t, d, s, ada())
		first := func() store.Address { all, _ := s.Addresses(t.Context(), p.ID); return all[0] }()
		remove := func(id string) error { return second(d.RemoveAddress(t.Context(), p.ID, id, "here")) }
		if err := remove(first.ID); !errors.Is(err, ErrAddressNeeded) {
			t.Errorf("the only one: %v", err)
		}
		work := provedMore(t, d, s, p.ID, "ada@work.example")
		if err := remove(first.ID); !errors.Is(err, ErrAddressNeeded) {
			t.Errorf("the primary one: %v", err)
		}
		if err := remove(work.ID); err != nil {
			t.Fatal(err)
		}
		if all := letters(t, s); len(all) != 2 || all[0].What != AddressRemoved || logged(t, s, p.ID) != AddressRemoved {
			t.Errorf("told %+v", all)
		} else if gone := slices.IndexFunc(all, func(l Letter) bool { return l.To == "ada@work.example" }); gone < 0 || all[gone].Detail != RemovedHere || all[1-gone].Detail != "" {
			t.Errorf("the address that opens nothing any more is told as the other: %+v", all)
		}
		if _, err := d.SignIn(t.Context(), "ada@work.example", goodPassword); !errors.Is(err, ErrWrong) {
			t.Errorf("a removed address opens the passport: %v", err)
		}
		if err := d.ForgotPassword(t.Context(), network, "ada@work.example", "en"); err != nil || len(letters(t, s)) != 0 {
			t.Errorf("a removed address gets a letter: %v", err)
		}
		clock.pass(UndoRemoval)
		if err := d.RestoreAddress(t.Context(), p.ID, work.ID); err != nil || logged(t, s, p.ID) != AddressRestored {
			t.Errorf("taken back: %v", err)
		}
		if _, err := d.SignIn(t.Context(), "ada@work.example", goodPassword); err != nil {
			t.Errorf("taken back, it opens nothing: %v", err)
		}
		if err := remove(work.ID); err != nil {
			t.Fatal(err)
		}
		clock.pass(UndoRemoval + time.Second)
		if err := d.RestoreAddress(t.Context(), p.ID, work.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("too late: %v", err)
		}
	})
}

func TestARemovedAddressThatIsSomebodyElsesNowIsNotTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		bob := confirmed(t, d, s, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})
		work := provedMore(t, d, s, p.ID, "shared@work.example")
		if _, err := d.RemoveAddress(t.Context(), p.ID, work.ID, ""); err != nil {
			t.Fatal(err)
		}
		letters(t, s)
		provedMore(t, d, s, bob.ID, "shared@work.example")
		if err := d.RestoreAddress(t.Context(), p.ID, work.ID); !errors.Is(err, store.ErrTaken) {
			t.Errorf("%v", err)
		}
	})
}
