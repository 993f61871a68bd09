package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestASettingOfTheHouseIsTheLastThatWasSet(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		must(t, s.SetSiteSetting(ctx, "name", "Jardins", noon))
		must(t, s.SetSiteSetting(ctx, "name", "Jardins\x00 de la Médina", noon.Add(time.Hour)))
		must(t, s.SetSiteSetting(ctx, "sign-up", "", noon))
		got, err := s.SiteSettings(ctx)
		must(t, err)
		if len(got) != 2 || got["name"] != "Jardins de la Médina" {
			t.Errorf("settings are %v", got)
		}
	})
}

func TestAnInvitationIsGoodAsOftenAsItSaysAndNoOftener(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		hash := strings.Repeat("a", 64)
		must(t, s.CreateInvitation(ctx, &store.Invitation{Hash: hash, Most: 3, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}))
		ends := together(20, func(int) error {
			_, err := s.UseInvitation(ctx, hash, noon)
			return err
		})
		if ends[nil] != 3 || ends[store.ErrNotFound] != 17 {
			t.Errorf("ends: %v", ends)
		}
		_, err := s.Invitation(ctx, hash, noon)
		wants(t, err, store.ErrNotFound)
	})
}

func TestAnInvitationEndsByItselfAndWhenWithdrawn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		hash := strings.Repeat("a", 64)
		i := store.Invitation{Hash: hash, Email: "x@y.example", Most: 1, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
		must(t, s.CreateInvitation(ctx, &i))
		got, err := s.Invitation(ctx, hash, noon)
		must(t, err)
		if got.ID != i.ID || got.Email != "x@y.example" || got.Used != 0 {
			t.Errorf("found %+v", got)
		}
		_, err = s.Invitation(ctx, hash, noon.Add(time.Hour))
		wants(t, err, store.ErrNotFound)
		must(t, s.WithdrawInvitation(ctx, i.ID, noon))
		wants(t, s.WithdrawInvitation(ctx, i.ID, noon), store.ErrNotFound)
		_, err = s.UseInvitation(ctx, hash, noon)
		wants(t, err, store.ErrNotFound)
		all, err := s.Invitations(ctx, 5)
		must(t, err)
		if len(all) != 1 || all[0].WithdrawnAt == nil {
			t.Errorf("listed %+v", all)
		}
		must(t, s.PurgeInvitations(ctx, noon.Add(2*time.Hour)))
		if all, err = s.Invitations(ctx, 5); err != nil || len(all) != 0 {
			t.Errorf("left: %+v, %v", all, err)
		}
	})
}

func TestBadgesOfABlockedIssuerAreCountedAndShownToNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		var marked string
		for i, issuer := range []string{"https://a.example/", "https://b.example/", "https://b.example/"} {
			b := badge(t, s, ada.ID, fmt.Sprint(i))
			b.IssuerID, b.Visibility = issuer, store.Public
			must(t, s.UpdateBadge(ctx, &b))
			marked = b.ID
		}
		issuers, err := s.Issuers(ctx)
		must(t, err)
		if len(issuers) != 2 {
			t.Fatalf("issuers: %v", issuers)
		}
		block := store.Block{Kind: store.BlockedIssuer, Name: "b.example", Reason: "spam"}
		must(t, s.CreateBlock(ctx, &block))
		wants(t, s.CreateBlock(ctx, &store.Block{Kind: store.BlockedIssuer, Name: "b.example"}), store.ErrTaken)
		other := store.Block{Kind: store.BlockedIssuer, Name: "https://b.example/"}
		must(t, s.CreateBlock(ctx, &other))
		for _, id := range []string{block.ID, other.ID, block.ID} {
			must(t, s.MarkIssuer(ctx, id, store.Issuer{IssuerID: "https://b.example/"}))
		}
		shown := func() (count, badges int) {
			counts, err := s.ShownCounts(ctx, ada.ID)
			must(t, err)
			list, _, err := s.ShownBadges(ctx, ada.ID, []string{store.Public}, "", 10)
			must(t, err)
			return counts[store.Public], len(list)
		}
		if count, badges := shown(); count != 1 || badges != 1 {
			t.Errorf("%d counted, %d shown", count, badges)
		}
		if got, err := s.AnyBadge(ctx, marked); err != nil || !got.IssuerBlocked {
			t.Errorf("the badge does not say so: %v", err)
		}
		if n, err := s.BlockedCount(ctx, block.ID); n != 2 || err != nil {
			t.Errorf("%d under the block, %v", n, err)
		}
		must(t, s.DropBlock(ctx, block.ID))
		wants(t, s.DropBlock(ctx, block.ID), store.ErrNotFound)
		if count, badges := shown(); count != 1 || badges != 1 {
			t.Errorf("under the other block: %d counted, %d shown", count, badges)
		}
		must(t, s.MarkBadge(ctx, ada.ID, marked, nil))
		if count, badges := shown(); count != 2 || badges != 2 {
			t.Errorf("one is free: %d counted, %d shown", count, badges)
		}
	})
}

func TestABlockAndABadgeKeptAtOnceDoNotMissEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		for round := range 10 {
			issuer := store.Issuer{IssuerID: fmt.Sprintf("https://%d.example/", round)}
			var kept string
			ends := together(2, func(i int) error {
				return s.Tx(ctx, func(tx *store.Store) error {
					if i == 0 {
						block := store.Block{Kind: store.BlockedIssuer, Name: issuer.IssuerID}
						if err := tx.CreateBlock(ctx, &block); err != nil {
							return err
						}
						return tx.MarkIssuer(ctx, block.ID, issuer)
					}
					blocks, err := tx.BlocksHeld(ctx)
					if err != nil {
						return err
					}
					b := store.Badge{PersonID: ada.ID, CredentialKey: issuer.IssuerID, State: store.Accepted, Visibility: store.Public, IssuerID: issuer.IssuerID, Document: []byte("{}")}
					if err := tx.CreateBadge(ctx, &b); err != nil {
						return err
					}
					kept = b.ID
					for _, block := range blocks {
						if block.Name == issuer.IssuerID {
							return tx.MarkBadge(ctx, ada.ID, b.ID, []string{block.ID})
						}
					}
					return nil
				})
			})
			if ends[nil] != 2 {
				t.Fatalf("ends: %v", ends)
			}
			if blocked, err := s.IssuerBlocked(ctx, kept); err != nil || !blocked {
				t.Fatalf("round %d: the badge slipped through: %v", round, err)
			}
		}
	})
}

func TestPeopleAreFoundByTheBeginningsOfWhatTheyAreCalled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		one := store.Person{Handle: "eeva-korhonen", Name: "Éeva Korhonen-Ø", Language: "en", Theme: "auto", Role: "admin", CreatedAt: noon}
		two := store.Person{Handle: "aminata", Name: "Aminata Diop", Language: "en", Theme: "auto", Role: "member", CreatedAt: noon.Add(time.Hour), DisabledAt: &noon}
		must(t, s.CreatePerson(ctx, &one))
		must(t, s.CreatePerson(ctx, &two))
		address(t, s, two.ID, "A.Diop@Courrier.example")
		for words, want := range map[string]string{
			"":                          two.ID + one.ID,
			"eeva":                      one.ID,
			"KORH":                      one.ID,
			"@eeva-korhonen":            one.ID,
			"eeva-k":                    one.ID,
			"diop ami":                  two.ID,
			"diop eeva":                 "",
			"a.diop@courrier.example":   two.ID,
			"a.DIOP@":                   two.ID,
			"courrier":                  "",
			one.ID:                      one.ID,
			strings.ToLower(two.ID):     two.ID,
			"%":                         "",
			"_eva":                      "",
			"' or 1=1 --":               "",
			"\x00\xff":                  "",
			strings.Repeat("eeva ", 99): one.ID,
		} {
			got := ""
			found, _, err := s.People(ctx, store.PeopleQuery{Words: words, Limit: 5})
			must(t, err)
			for _, p := range found {
				got += p.ID
			}
			if got != want {
				t.Errorf("%q finds %q, want %q", words, got, want)
			}
		}
		for only, want := range map[string]string{"admin": one.ID, "disabled": two.ID} {
			if found, _, err := s.People(ctx, store.PeopleQuery{Only: only, Limit: 5}); err != nil || len(found) != 1 || found[0].ID != want {
				t.Errorf("only %s: %v, %v", only, found, err)
			}
		}
		one.Name, one.Handle = "Zoé", "zoe"
		must(t, s.UpdatePerson(ctx, &one))
		if found, _, err := s.People(ctx, store.PeopleQuery{Words: "eeva", Limit: 5}); err != nil || len(found) != 0 {
			t.Errorf("by a former name: %v, %v", found, err)
		}
	})
}

func TestPeopleComePageByPageEachOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for i := range 25 {
			p := store.Person{Handle: fmt.Sprintf("amina-%d", i), Name: "Amina Amini", Language: "en", Theme: "auto", Role: "member", CreatedAt: noon.Add(time.Duration(i/3) * time.Hour)}
			must(t, s.CreatePerson(ctx, &p))
			address(t, s, p.ID, fmt.Sprintf("amina%d@savoirs.example", i))
		}
		seen, after := []string{}, ""
		for {
			page, next, err := s.People(ctx, store.PeopleQuery{Words: "ami", After: after, Limit: 4})
			must(t, err)
			for _, p := range page {
				seen = append(seen, p.ID)
			}
			if after = next; next == "" {
				break
			}
		}
		slices.Sort(seen)
		if n := len(slices.Compact(seen)); n != 25 || len(seen) != 25 {
			t.Errorf("%d people on the pages, %d of them different", len(seen), n)
		}
		_, _, err := s.People(ctx, store.PeopleQuery{After: "x", Limit: 4})
		wants(t, err, store.ErrNotFound)
	})
}

func TestAShelvedJobCanBeRevivedAndABuriedOneCannot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		key := "once"
		must(t, s.Enqueue(ctx, store.Job{Kind: "letter", Payload: []byte("what"), UniqueKey: &key, RunAt: noon.Add(-time.Hour)}))
		job(t, s, "secret")
		shelved, buried := lease(t, s, noon), lease(t, s, noon)
		must(t, s.Shelve(ctx, shelved.ID, "why\x00", noon))
		must(t, s.Bury(ctx, buried.ID, "why", noon.Add(time.Minute)))
		dead, next, err := s.Jobs(ctx, store.JobQuery{State: "dead", Limit: 1})
		must(t, err)
		if len(dead) != 1 || dead[0].ID != buried.ID || dead[0].HasPayload || next == "" {
			t.Errorf("dead are %+v, %q", dead, next)
		}
		dead, _, err = s.Jobs(ctx, store.JobQuery{State: "dead", After: next, Limit: 1})
		must(t, err)
		if len(dead) != 1 || dead[0].ID != shelved.ID || !dead[0].HasPayload || dead[0].LastError != "why" {
			t.Errorf("the next is %+v", dead)
		}
		_, err = s.ReviveJob(ctx, buried.ID, noon)
		wants(t, err, store.ErrNotFound)
		must(t, s.Tx(ctx, func(tx *store.Store) error {
			must(t, tx.Enqueue(ctx, store.Job{Kind: "letter", UniqueKey: &key, RunAt: noon}))
			_, err := tx.ReviveJob(ctx, shelved.ID, noon)
			wants(t, err, store.ErrTaken)
			return nil
		}))
		_, err = s.DeleteJob(ctx, lease(t, s, noon).ID, noon)
		wants(t, err, store.ErrNotFound)
		gone, err := s.DeleteJob(ctx, firstReady(t, s), noon.Add(2*time.Minute))
		must(t, err)
		if gone.Kind != "letter" {
			t.Errorf("deleted %+v", gone)
		}
		revived, err := s.ReviveJob(ctx, shelved.ID, noon.Add(time.Hour))
		must(t, err)
		if again := lease(t, s, noon.Add(time.Hour)); again == nil || again.ID != revived.ID || string(again.Payload) != "what" || again.Attempts != 1 {
			t.Errorf("leased %+v", again)
		}
		counts, err := s.JobCounts(ctx)
		must(t, err)
		if !slices.Equal(counts, []store.JobCount{{"dead", "letter", 1}, {"ready", "letter", 1}}) {
			t.Errorf("counts %v", counts)
		}
	})
}

func firstReady(t *testing.T, s *store.Store) string {
	t.Helper()
	ready, _, err := s.Jobs(ctx, store.JobQuery{State: "ready", Kind: "letter", Limit: 5})
	must(t, err)
	if len(ready) == 0 {
		t.Fatal("nothing is ready")
	}
	return ready[0].ID
}

func TestFiguresCountWhatIsThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		must(t, s.VerifyAddress(ctx, ada.ID, address(t, s, ada.ID, "ada@x.example").ID, noon))
		bob.Role, bob.DisabledAt = "admin", &noon
		must(t, s.UpdatePerson(ctx, &bob))
		b := badge(t, s, ada.ID, "1")
		f, err := s.Figures(ctx, ada.CreatedAt.Add(time.Hour), 3)
		must(t, err)
		if f.People != 2 || f.Proved != 1 || f.Disabled != 1 || f.Admins != 0 || len(f.Joined) != 3 || f.Joined[0] != 0 || f.Joined[2] != 2 {
			t.Errorf("figures are %+v", f)
		}
		if !slices.Equal(f.Badges, []store.BadgeCount{{b.Standard, b.Verdict, 1}}) || f.Database < 1000 || f.Version == "" || f.Schema < 9 {
			t.Errorf("figures are %+v", f)
		}
	})
}

func TestTheAuditIsReadByWhatHappened(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		for i := range 4 {
			must(t, s.Audit(ctx, store.AuditEntry{PersonID: &ada.ID, What: []string{"b", "a"}[i%2], At: noon}))
		}
		page, next, err := s.AuditPage(ctx, store.AuditQuery{What: "a", Person: ada.ID, Limit: 5})
		must(t, err)
		if len(page) != 2 || next != "" {
			t.Errorf("%d entries, %q", len(page), next)
		}
		if words, err := s.AuditWords(ctx); err != nil || !slices.Equal(words, []string{"a", "b"}) {
			t.Errorf("words %v, %v", words, err)
		}
	})
}
