package account

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/ledger"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// house is a desk with a ledger.
func house(t *testing.T, s *store.Store, path string) (*Desk, *clock) {
	t.Helper()
	l, err := ledger.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	d, c := desk(s)
	d.ledger = l
	return d, c
}

// proved is somebody who has joined and confirmed their address.
func proved(t *testing.T, d *Desk, name, email string) store.Person {
	t.Helper()
	join(t, d, Joining{Name: name, Email: email, Password: goodPassword, Language: "en"})
	_, secret := oneLetter(t, d.store, LetterConfirm)
	p, _, _, err := d.ConfirmAddress(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhoLeavesHasSevenDaysAndMayStay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		p := proved(t, d, "Ada Lovelace", "ada@example.org")
		left, err := d.Leave(t.Context(), p.ID, "")
		must(t, err)
		if want := c.Now().Add(LeavingFor); left.LeavingAt == nil || !left.LeavingAt.Equal(want) {
			t.Fatalf("leaving at %v, want %s", left.LeavingAt, want)
		}
		letter, _ := oneLetter(t, s, LetterLeaving)
		if letter.To != "ada@example.org" || letter.Detail != left.LeavingAt.Format(time.RFC3339) {
			t.Errorf("%+v", letter)
		}
		c.pass(time.Hour)
		if again, err := d.Leave(t.Context(), p.ID, ""); err != nil || !again.LeavingAt.Equal(*left.LeavingAt) {
			t.Errorf("leaving twice: %v, %v", again.LeavingAt, err)
		}
		if _, err := d.Erase(t.Context(), p.ID); !errors.Is(err, ErrStays) {
			t.Errorf("erased with days left: %v", err)
		}
		must(t, d.Stay(t.Context(), p.ID))
		c.pass(time.Minute)
		_, err = d.Leave(t.Context(), p.ID, "")
		must(t, err)
		c.pass(LeavingFor)
		if err := d.Stay(t.Context(), p.ID); !errors.Is(err, ErrStays) {
			t.Errorf("they stay when their days are over, though they may be being erased: %v", err)
		}
		c.pass(-time.Minute)
		must(t, d.Stay(t.Context(), p.ID))
		c.pass(LeavingFor)
		if _, err := d.Erase(t.Context(), p.ID); !errors.Is(err, ErrStays) {
			t.Errorf("erased though they stay: %v", err)
		}
		for _, deed := range []func() error{
			func() error { return d.Stay(t.Context(), p.ID) },
			func() error { return d.LeaveNow(t.Context(), p.ID) },
		} {
			if err := deed(); !errors.Is(err, ErrStays) {
				t.Errorf("of somebody who stays: %v", err)
			}
		}
		log, _, err := s.AuditOf(t.Context(), p.ID, "", 10)
		must(t, err)
		whats := []string{}
		for _, e := range log {
			whats = append(whats, e.What)
		}
		if !slices.Equal(whats, []string{Stayed, Leaving, Stayed, Leaving}) {
			t.Errorf("log: %q", whats)
		}
	})
}

func TestWhoHasLeftIsErasedAndTheirHandleNobodys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := house(t, s, filepath.Join(t.TempDir(), "departed.ledger"))
		p := proved(t, d, "Ada Lovelace", "ada@example.org")
		_, err := d.Leave(t.Context(), p.ID, "")
		must(t, err)
		c.pass(LeavingFor)
		must(t, d.PlanErasures(t.Context()))
		words, err := d.Erase(t.Context(), p.ID)
		must(t, err)
		if !slices.Equal(words, []string{"ada@example.org", "Ada Lovelace"}) {
			t.Errorf("words %q", words)
		}
		if words, err := d.Erase(t.Context(), p.ID); err != nil || words != nil {
			t.Errorf("erased twice: %q, %v", words, err)
		}
		if _, err := s.Person(t.Context(), p.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("still there: %v", err)
		}
		other := proved(t, d, "Ada Lovelace", "ada@elsewhere.example")
		if other.Handle == p.Handle || !strings.HasPrefix(other.Handle, p.Handle) {
			t.Errorf("another Ada is %q", other.Handle)
		}
	})
}

func TestLeavingNowDoesNotWait(t *testing.T) {
	d, _ := desk(storetest.Open(t))
	p := proved(t, d, "Ada Lovelace", "ada@example.org")
	_, err := d.Leave(t.Context(), p.ID, "")
	must(t, err)
	must(t, d.LeaveNow(t.Context(), p.ID))
	if _, err := d.Erase(t.Context(), p.ID); err != nil {
		t.Error(err)
	}
}

// TestARestoredDatabaseForgetsAgainWhoHasLeft brings a database back from before somebody left (GDPR-3): what stands for
// the older copy is a second database, in which they are still there under the same id.
func TestARestoredDatabaseForgetsAgainWhoHasLeft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, old *store.Store) {
		path := filepath.Join(t.TempDir(), "departed.ledger")
		d, c := house(t, storetest.Open(t), path)
		p := proved(t, d, "Ada Lovelace", "ada@example.org")
		ghost := p
		must(t, old.CreatePerson(t.Context(), &ghost))
		must(t, old.AddAddress(t.Context(), &store.Address{PersonID: p.ID, Email: "ada@example.org", Primary: true, CreatedAt: c.Now()}))
		stays := store.Person{Handle: "bob", Name: "Bob", Language: "en", Theme: "auto", Role: "member"}
		must(t, old.CreatePerson(t.Context(), &stays))
		_, err := d.Leave(t.Context(), p.ID, "")
		must(t, err)
		must(t, d.LeaveNow(t.Context(), p.ID))
		_, err = d.Erase(t.Context(), p.ID)
		must(t, err)

		restored, _ := house(t, old, path)
		for range 2 {
			_, err := restored.Reapply(t.Context())
			must(t, err)
		}
		if _, err := old.Person(t.Context(), p.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the ghost is back: %v", err)
		}
		if _, err := old.Person(t.Context(), stays.ID); err != nil {
			t.Errorf("somebody who had not left: %v", err)
		}
		if other := proved(t, restored, "Ada Lovelace", "ada@elsewhere.example"); other.Handle == p.Handle {
			t.Error("their handle is free again")
		}
	})
}

// TestOfTheLastAdministratorsOneStays lets two leave at the same moment.
func TestOfTheLastAdministratorsOneStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		var admins []store.Person
		for _, name := range []string{"Ada", "Bob"} {
			p := proved(t, d, name+" Admin", name+"@example.org")
			p.Role = "admin"
			must(t, s.UpdatePerson(t.Context(), &p))
			admins = append(admins, p)
		}
		for round := range 10 {
			refusals := make(chan error, len(admins))
			var wait sync.WaitGroup
			for _, p := range admins {
				wait.Go(func() {
					_, err := d.Leave(t.Context(), p.ID, "")
					refusals <- err
				})
			}
			wait.Wait()
			close(refusals)
			refused := 0
			for err := range refusals {
				if errors.Is(err, ErrLastAdmin) {
					refused++
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if refused != 1 {
				t.Fatalf("round %d: %d of 2 were refused", round, refused)
			}
			for _, p := range admins {
				if err := d.Stay(t.Context(), p.ID); err != nil && !errors.Is(err, ErrStays) {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestAPersonsPapersTellAllAndNoSecret(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := proved(t, d, "Ada Lovelace", "ada@example.org")
		must(t, d.Admitted(t.Context(), p.ID, "password"))
		former, err := d.TakeOut(t.Context(), p.ID)
		if err != nil || former != "" {
			t.Fatalf("%q, %v", former, err)
		}
		if _, err := d.TakeOut(t.Context(), p.ID); !errors.Is(err, store.ErrTaken) {
			t.Errorf("a second at once: %v", err)
		}
		papers, err := d.Papers(t.Context(), p.ID)
		must(t, err)
		all := map[string]string{}
		for _, one := range papers {
			all[one.Name] = string(one.Content)
			if strings.Contains(all[one.Name], "argon2") {
				t.Errorf("%s holds the password's hash", one.Name)
			}
		}
		for name, word := range map[string]string{ProfilePaper: "ada-lovelace", AddressesPaper: "ada@example.org", SettingsPaper: "auto", AuditPaper: TakingOut} {
			if !strings.Contains(all[name], word) || !json.Valid([]byte(all[name])) {
				t.Errorf("%s: %s", name, all[name])
			}
		}

		other := proved(t, d, "Somebody", "ada@elsewhere.example")
		read := func(name string) ([]byte, error) { return []byte(all[name]), nil }
		must(t, d.TakeProfile(t.Context(), other.ID, read))
		if got, err := s.Person(t.Context(), other.ID); err != nil || got.Name != "Ada Lovelace" || got.Handle == p.Handle || got.Role != "member" {
			t.Errorf("%+v, %v", got, err)
		}
		var mistakes Mistakes
		bad := func(string) ([]byte, error) { return []byte(`{"name":"","language":"xx"}`), nil }
		if err := d.TakeProfile(t.Context(), other.ID, bad); !errors.As(err, &mistakes) {
			t.Errorf("a profile nobody may have: %v", err)
		}
	})
}

func TestAnArchiveThatIsReadyIsToldAndACalledOffOneIsNot(t *testing.T) {
	d, c := desk(storetest.Open(t))
	p := proved(t, d, "Ada Lovelace", "ada@example.org")
	for _, off := range []bool{true, false} {
		_, err := d.TakeOut(t.Context(), p.ID)
		must(t, err)
		a, err := d.store.ArchiveOf(t.Context(), p.ID, store.Out)
		must(t, err)
		if off {
			must(t, d.CallOff(t.Context(), p.ID, store.Out))
			must(t, d.CallOff(t.Context(), p.ID, store.Out))
		}
		a.State, a.Size = store.Ready, 42
		if err := d.EndArchive(t.Context(), a); errors.Is(err, store.ErrNotFound) != off {
			t.Errorf("called off %v: %v", off, err)
		}
	}
	letter, _ := oneLetter(t, d.store, LetterArchive)
	if letter.Detail != c.Now().Add(ArchiveKept).Format(time.RFC3339) || !strings.HasSuffix(letter.Link, "/you/data") {
		t.Errorf("%+v", letter)
	}
}
