package account

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// pair is two passports of one person on one desk.
type pair struct {
	t          *testing.T
	d          *Desk
	s          *store.Store
	clock      *clock
	into, from store.Person
	made       int
}

func newPair(t *testing.T, s *store.Store) *pair {
	t.Helper()
	d, clock := desk(s)
	p := &pair{t: t, d: d, s: s, clock: clock}
	p.into = confirmed(t, d, s, ada())
	p.from = confirmed(t, d, s, Joining{Name: "Ada King", Email: "ada@king.example", Password: goodPassword})
	return p
}

// badge makes somebody hold a credential.
func (p *pair) badge(person store.Person, credential, state, visibility string, change ...func(*store.Badge)) store.Badge {
	p.t.Helper()
	p.made++
	b := store.Badge{
		PersonID: person.ID, CredentialKey: credential, State: state, Visibility: visibility, Name: fmt.Sprint("badge ", p.made),
		Document: []byte("{}"), CreatedAt: p.clock.Now(), UpdatedAt: p.clock.Now(),
	}
	for _, one := range change {
		one(&b)
	}
	p.must(p.s.CreateBadge(p.t.Context(), &b))
	return b
}

func (p *pair) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *pair) merge(keepRole bool) (store.Merge, error) {
	p.t.Helper()
	return p.d.Merge(p.t.Context(), Joined{Into: p.into.ID, From: p.from.ID, KeepRole: keepRole, KeepToken: "here"})
}

func (p *pair) merged() store.Merge {
	p.t.Helper()
	m, err := p.merge(false)
	p.must(err)
	return m
}

// is is a badge as it lies there now.
func (p *pair) is(id string) store.Badge {
	p.t.Helper()
	b, err := p.s.AnyBadge(p.t.Context(), id)
	p.must(err)
	return b
}

func TestJoiningBringsEverythingOverAndLeavesAnAccountNobodyOpens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		public := p.badge(p.from, "only theirs", store.Accepted, store.Public)
		trashed := p.badge(p.from, "trashed", store.Accepted, store.Private, func(b *store.Badge) { now := p.clock.Now(); b.DeletedAt = &now })
		p.must(s.AddNews(t.Context(), &store.News{PersonID: p.from.ID, BadgeID: public.ID, What: "revoked", At: p.clock.Now()}))
		here, elsewhere, theirs := browser(t, s, p.into.ID, "here"), browser(t, s, p.into.ID, "elsewhere"), browser(t, s, p.from.ID, "theirs")
		m := p.merged()

		for _, b := range []store.Badge{public, trashed} {
			if got := p.is(b.ID); got.PersonID != p.into.ID || got.Visibility != b.Visibility {
				t.Errorf("%s: %s, %s", b.Name, got.PersonID, got.Visibility)
			}
		}
		if news, err := s.UntoldNews(t.Context(), p.into.ID); err != nil || len(news) != 1 {
			t.Errorf("%d news, %v", len(news), err)
		}
		mine, err := s.Addresses(t.Context(), p.into.ID)
		if err != nil || len(mine) != 2 || !mine[0].Primary || mine[0].Email != "ada@example.org" || mine[1].VerifiedAt == nil {
			t.Errorf("addresses %+v %v", mine, err)
		}
		if got, err := p.d.SignIn(t.Context(), "ada@king.example", goodPassword); err != nil || got.ID != p.into.ID {
			t.Errorf("the other address opens %s, %v", got.ID, err)
		}
		if !isOpen(t, s, here) || isOpen(t, s, elsewhere) || isOpen(t, s, theirs) {
			t.Error("the sessions did not end as they should")
		}
		left, err := s.Person(t.Context(), p.from.ID)
		if err != nil || left.DisabledAt == nil || left.Handle == p.from.Handle {
			t.Errorf("left is %+v %v", left, err)
		}
		if who, err := s.WhoHas(t.Context(), p.from.Handle); err != nil || who != p.into.ID {
			t.Errorf("the handle leads to %s, %v", who, err)
		}
		told := map[string]string{}
		for _, l := range letters(t, s) {
			told[l.To] = l.What
		}
		if told["ada@example.org"] != PassportJoined || told["ada@king.example"] != PassportGivenUp {
			t.Errorf("told %v", told)
		}
		if err := p.d.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.clock.pass(5 * 24 * time.Hour)
		p.must(p.d.Purge(t.Context()))
		if _, err := s.MergeInto(t.Context(), p.into.ID, m.ID); err != nil {
			t.Errorf("the record went early: %v", err)
		}
	})
}

// TestOfTwoTheBetterStaysSeenByTheFewer for every state, visibility and verdict of both.
func TestOfTwoTheBetterStaysSeenByTheFewer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		states := []string{store.Refused, store.Pending, store.Accepted}
		seen := []string{store.Private, store.Members, store.Public}
		verdicts := []string{"contradicted", "unknown", "genuine"}
		type twin struct{ into, from store.Badge }
		var twins []twin
		rank := func(b store.Badge) int { return 10*slices.Index(states, b.State) + slices.Index(verdicts, b.Verdict) }
		for i, n := 0, 0; i < 81; i++ {
			for _, v := range []int{0, 1, 2} {
				key, verdict := fmt.Sprint("k", n), func(v int) func(*store.Badge) { return func(b *store.Badge) { b.Verdict = verdicts[v] } }
				twins = append(twins, twin{
					p.badge(p.into, key, states[i%3], seen[i/3%3], verdict(v)),
					p.badge(p.from, key, states[i/9%3], seen[i/27%3], verdict((v+i)%3)),
				})
				n++
			}
		}
		p.merged()
		for _, one := range twins {
			into, from := p.is(one.into.ID), p.is(one.from.ID)
			stays, goes, was := into, from, one.into
			if rank(one.from) > rank(one.into) {
				stays, goes, was = from, into, one.from
			}
			fewer := seen[min(slices.Index(seen, one.into.Visibility), slices.Index(seen, one.from.Visibility))]
			if stays.PersonID != p.into.ID || goes.PersonID != p.from.ID || stays.DeletedAt != nil || goes.DeletedAt != nil {
				t.Errorf("%v and %v: %s holds %s", one.into.Name, one.from.Name, stays.PersonID, stays.Name)
			}
			if stays.Visibility != fewer || stays.State != was.State {
				t.Errorf("%s %s and %s %s become %s %s", one.into.State, one.into.Visibility, one.from.State, one.from.Visibility, stays.State, stays.Visibility)
			}
		}
	})
}

func TestOfTwoTheTagsOfBothStay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		mine := p.badge(p.into, "k", store.Accepted, store.Private)
		theirs := p.badge(p.from, "k", store.Accepted, store.Private)
		alone := p.badge(p.from, "alone", store.Accepted, store.Private)
		for _, tag := range []struct {
			badge store.Badge
			name  string
		}{{mine, "Both"}, {mine, "Mine"}, {theirs, "both"}, {theirs, "Theirs"}, {alone, "Alone"}} {
			p.must(s.TagBadge(t.Context(), tag.badge.PersonID, tag.badge.ID, tag.name))
		}
		p.must(s.SetFavourite(t.Context(), p.from.ID, theirs.ID, true))
		p.merged()
		stays := mine.ID
		if p.is(theirs.ID).PersonID == p.into.ID {
			stays = theirs.ID
		}
		marks, err := s.Marks(t.Context(), p.into.ID, stays, alone.ID)
		p.must(err)
		var names []string
		for _, tag := range marks[stays].Tags {
			names = append(names, tag.Name)
		}
		if !marks[stays].Favourite || !slices.Equal(names, []string{"Both", "Mine", "Theirs"}) && !slices.Equal(names, []string{"both", "Mine", "Theirs"}) {
			t.Errorf("%q, favourite %v", names, marks[stays].Favourite)
		}
		if len(marks[alone.ID].Tags) != 1 {
			t.Errorf("what came over has the tags %v", marks[alone.ID].Tags)
		}
	})
}

func TestAWaitingBadgeComesInWhenTheOtherPassportHasItsAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		claim, err := p.d.AddAddress(t.Context(), p.into.ID, network, "ada@king.example")
		p.must(err)
		b := p.badge(p.into, "waits", store.Pending, store.Private, func(b *store.Badge) { b.AddressID = &claim.ID })
		m := p.merged()
		if got := p.is(b.ID); got.State != store.Accepted {
			t.Errorf("it is %s", got.State)
		}
		mine, err := s.Addresses(t.Context(), p.into.ID)
		if err != nil || len(mine) != 2 || mine[1].ID != claim.ID || mine[1].VerifiedAt == nil {
			t.Errorf("%+v %v", mine, err)
		}
		_, err = p.d.Unmerge(t.Context(), p.into.ID, m.ID, "")
		p.must(err)
		if got := p.is(b.ID); got.State != store.Pending {
			t.Errorf("apart again it is %s", got.State)
		}
		if owner, err := s.VerifiedAddress(t.Context(), "ada@king.example"); err != nil || owner.PersonID != p.from.ID {
			t.Errorf("the address is %s's, %v", owner.PersonID, err)
		}
	})
}

// unmoved are the tables that a merge and its undoing leave as they were. Others are the log, letters and jobs, what lets in, and
// the record itself.
func unmoved(t *testing.T, s *store.Store) map[string]string {
	t.Helper()
	all := storetest.Contents(t, s)
	for _, name := range []string{"audit", "jobs", "sessions", "tokens", "sign_in_letters", "provider_visits", "undos", "goose_db_version"} {
		delete(all, name)
	}
	maps.DeleteFunc(all, func(name, _ string) bool { return strings.HasPrefix(name, "sqlite_") })
	return all
}

// TestMergeAndUndoLeaveEveryTableAsItWas for pairs of passports made at random.
func TestMergeAndUndoLeaveEveryTableAsItWas(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for seed := range uint64(8) {
			p := newPairNamed(t, s, fmt.Sprint("n", seed))
			p.fill(rand.New(rand.NewPCG(seed, 1)))
			before := unmoved(t, s)
			m := p.merged()
			during := unmoved(t, s)
			if maps.Equal(before, during) {
				t.Fatal("joining changed nothing")
			}
			p.clock.pass(6 * 24 * time.Hour)
			done, err := p.d.Unmerge(t.Context(), p.into.ID, m.ID, "")
			if err != nil || done != (store.Unmerged{}) {
				t.Fatalf("seed %d: %+v %v", seed, done, err)
			}
			after := unmoved(t, s)
			for name, was := range before {
				if after[name] != was {
					t.Errorf("seed %d: %s was %s, is %s", seed, name, was, after[name])
				}
			}
		}
	})
}

func newPairNamed(t *testing.T, s *store.Store, name string) *pair {
	t.Helper()
	letters(t, s)
	d, clock := desk(s)
	p := &pair{t: t, d: d, s: s, clock: clock}
	p.into = confirmed(t, d, s, Joining{Name: "Into " + name, Email: name + "@into.example", Password: goodPassword})
	p.from = confirmed(t, d, s, Joining{Name: "From " + name, Email: name + "@from.example", Password: goodPassword})
	return p
}

// fill gives both passports something of everything there is.
func (p *pair) fill(r *rand.Rand) {
	p.t.Helper()
	ctx, now := p.t.Context(), p.clock.Now()
	states := []string{store.Accepted, store.Accepted, store.Pending, store.Refused}
	seen := []string{store.Private, store.Members, store.Public}
	verdicts := []string{"", "genuine", "not-current", "contradicted", "unknown"}
	shelves := map[string]store.Collection{}
	for _, person := range []store.Person{p.into, p.from} {
		c := store.Collection{PersonID: person.ID, Title: "All", Cover: "badge", Layout: "wall", Visibility: "public", CreatedAt: now}
		p.must(p.s.CreateCollection(ctx, &c))
		p.must(p.s.SaveFace(ctx, store.Face{PersonID: person.ID, Look: "moss"}))
		p.must(p.s.CreateShareLink(ctx, &store.ShareLink{PersonID: person.ID, CollectionID: &c.ID, Secret: c.ID, CreatedAt: now}))
		shelves[person.ID] = c
	}
	addresses := map[string][]store.Address{}
	for i := range 6 {
		email := fmt.Sprintf("%d%s@shared.example", i, p.into.ID[20:])
		owner := r.IntN(3) // nobody's, the one's, the other's
		for n, person := range []store.Person{p.into, p.from} {
			if r.IntN(3) == 0 {
				continue
			}
			a := store.Address{PersonID: person.ID, Email: email, CreatedAt: now}
			if owner == n+1 {
				a.VerifiedAt = &now
			}
			p.must(p.s.AddAddress(ctx, &a))
			if r.IntN(3) == 0 {
				p.must(p.s.RemoveAddress(ctx, person.ID, a.ID, now))
			}
			addresses[person.ID] = append(addresses[person.ID], a)
		}
	}
	for i := range 40 {
		for _, person := range []store.Person{p.into, p.from} {
			if r.IntN(3) == 0 {
				continue
			}
			mine := addresses[person.ID]
			b := p.badge(person, fmt.Sprint("k", i), states[r.IntN(4)], seen[r.IntN(3)], func(b *store.Badge) {
				b.Verdict = verdicts[r.IntN(5)]
				if issued := now.AddDate(0, 0, -r.IntN(9)); r.IntN(2) == 0 {
					b.IssuedAt = &issued
				}
				if len(mine) > 0 && r.IntN(2) == 0 {
					b.AddressID = &mine[r.IntN(len(mine))].ID
				}
				if r.IntN(5) == 0 {
					b.DeletedAt = &now
				}
			})
			if b.DeletedAt == nil && r.IntN(2) == 0 {
				p.must(p.s.TagBadge(ctx, person.ID, b.ID, []string{"Been", "seen", "été"}[r.IntN(3)]))
				p.must(p.s.TagBadge(ctx, person.ID, b.ID, "Everywhere"))
				p.must(p.s.SetFavourite(ctx, person.ID, b.ID, true))
			}
			p.must(p.s.AddVerification(ctx, &store.Verification{BadgeID: b.ID, Verdict: "genuine", Findings: []byte("{}"), At: now}))
			p.must(p.s.AddFormerDocument(ctx, &store.FormerDocument{BadgeID: b.ID, ReplacedAt: now, Document: []byte("{}")}))
			p.must(p.s.AddNews(ctx, &store.News{PersonID: person.ID, BadgeID: b.ID, What: "revoked", At: now}))
			p.must(p.s.CreateShareLink(ctx, &store.ShareLink{PersonID: person.ID, BadgeID: &b.ID, Secret: b.ID, CreatedAt: now}))
			shelf := shelves[person.ID]
			p.must(p.s.SetPlaces(ctx, []store.CollectionBadge{{CollectionID: shelf.ID, BadgeID: b.ID, Position: i, Text: "said"}}))
			shelf.CoverBadgeID = &b.ID
			p.must(p.s.UpdateCollection(ctx, &shelf))
		}
	}
	carol := confirmed(p.t, p.d, p.s, Joining{Name: "Carol", Email: p.into.ID + "@carol.example", Password: goodPassword})
	for _, one := range [][2]string{{p.into.ID, carol.ID}, {p.from.ID, carol.ID}, {carol.ID, p.from.ID}, {p.from.ID, p.into.ID}, {p.into.ID, p.from.ID}} {
		if r.IntN(2) == 0 {
			p.must(p.s.BlockPerson(ctx, one[0], one[1], now))
		}
	}
	p.must(p.s.LeaveHandle(ctx, p.from.ID, "was-"+p.from.Handle, now))
	for i, person := range []store.Person{p.into, p.from} {
		p.must(p.s.AddIdentity(ctx, &store.Identity{PersonID: person.ID, Provider: "oidc", Issuer: "https://op.example", Subject: fmt.Sprint(person.ID, i), LinkedAt: now, LastUsedAt: now}))
		p.must(p.s.AddPasskey(ctx, &store.Passkey{PersonID: person.ID, CredentialID: []byte(person.ID), PublicKey: []byte{1}, Name: "key", CreatedAt: now}))
		p.must(p.s.SaveProfile(ctx, store.Profile{PersonID: person.ID, About: "About", NameShown: "public", AboutShown: "private", LanguagesShown: "private", LinksShown: "private", PortraitShown: "private", UpdatedAt: now}))
		p.must(p.s.SetProfileLinks(ctx, person.ID, []store.ProfileLink{{URL: "https://example.org"}}))
	}
	if r.IntN(2) == 0 {
		p.must(p.s.KeepSecondFactor(ctx, &store.SecondFactor{PersonID: p.from.ID, CreatedAt: now}))
		p.must(p.s.ReplaceRecoveryCodes(ctx, p.from.ID, []string{"a", "b"}))
	}
}

func TestUndoKeepsWhatWasChangedSince(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		ctx := t.Context()
		shown := p.badge(p.from, "shown since", store.Accepted, store.Private)
		binned := p.badge(p.from, "deleted since", store.Accepted, store.Private)
		erased := p.badge(p.from, "gone since", store.Accepted, store.Private)
		ours, theirs := p.badge(p.into, "both", store.Accepted, store.Public), p.badge(p.from, "both", store.Accepted, store.Private)
		m := p.merged()
		p.must(s.SetVisibility(ctx, p.into.ID, shown.ID, store.Public, p.clock.Now()))
		p.must(s.SetVisibility(ctx, p.into.ID, ours.ID, store.Members, p.clock.Now()))
		p.must(s.DeleteBadge(ctx, p.into.ID, erased.ID, p.clock.Now()))
		_, err := s.PurgeDeleted(ctx, p.clock.Now().Add(time.Second))
		p.must(err)
		p.must(s.DeleteBadge(ctx, p.into.ID, binned.ID, p.clock.Now()))
		later := p.badge(p.into, "came since", store.Accepted, store.Private)
		p.must(s.AddNews(ctx, &store.News{PersonID: p.into.ID, BadgeID: shown.ID, What: "revoked", At: p.clock.Now()}))

		done, err := p.d.Unmerge(ctx, p.into.ID, m.ID, "")
		if err != nil || done != (store.Unmerged{Changed: 1, Gone: 1}) {
			t.Errorf("%+v %v", done, err)
		}
		if b := p.is(shown.ID); b.PersonID != p.from.ID || b.Visibility != store.Public {
			t.Errorf("shown since: %s %s", b.PersonID, b.Visibility)
		}
		if b := p.is(binned.ID); b.PersonID != p.from.ID || b.DeletedAt == nil {
			t.Errorf("deleted since: %s %v", b.PersonID, b.DeletedAt)
		}
		if b := p.is(ours.ID); b.PersonID != p.into.ID || b.Visibility != store.Members {
			t.Errorf("shown otherwise since: %s %s", b.PersonID, b.Visibility)
		}
		if b := p.is(theirs.ID); b.PersonID != p.from.ID || b.Visibility != store.Private {
			t.Errorf("their copy: %s %s", b.PersonID, b.Visibility)
		}
		if b := p.is(later.ID); b.PersonID != p.into.ID {
			t.Errorf("what came since went to %s", b.PersonID)
		}
		if news, err := s.UntoldNews(ctx, p.from.ID); err != nil || len(news) != 1 {
			t.Errorf("the news of a badge did not go with it: %d %v", len(news), err)
		}
		from, err := s.Person(ctx, p.from.ID)
		if err != nil || from.DisabledAt != nil || from.Handle != p.from.Handle {
			t.Errorf("%+v %v", from, err)
		}
		if _, err := p.d.SignIn(ctx, "ada@king.example", goodPassword); err != nil {
			t.Errorf("the other passport does not open: %v", err)
		}
		if _, err := p.d.Unmerge(ctx, p.into.ID, m.ID, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestEachPassportKeepsAnAddressWhenTheyAreApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		ctx := t.Context()
		m := p.merged()
		mine, err := s.Addresses(ctx, p.into.ID)
		p.must(err)
		_, err = p.d.ChoosePrimary(ctx, p.into.ID, mine[1].ID, "")
		p.must(err)
		_, err = p.d.RemoveAddress(ctx, p.into.ID, mine[0].ID, "")
		p.must(err)
		before := unmoved(t, s)
		if _, err := p.d.Unmerge(ctx, p.into.ID, m.ID, ""); !errors.Is(err, ErrNoAddress) {
			t.Fatalf("without an address: %v", err)
		}
		if !maps.Equal(before, unmoved(t, s)) {
			t.Error("a refused undo changed something")
		}
		p.must(p.d.RestoreAddress(ctx, p.into.ID, mine[0].ID))
		if _, err := p.d.Unmerge(ctx, p.into.ID, m.ID, ""); err != nil {
			t.Fatal(err)
		}
		for _, one := range []store.Person{p.into, p.from} {
			if a, err := s.Addresses(ctx, one.ID); err != nil || len(a) != 1 || !a[0].Primary || a[0].VerifiedAt == nil {
				t.Errorf("%s: %+v %v", one.Name, a, err)
			}
		}
	})
}

// ASVS: V8.3.1
func TestJoiningIsRefusedWhereItWouldTakeWhatIsNotTheirs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		ctx := t.Context()
		carol := confirmed(t, p.d, s, Joining{Name: "Carol", Email: "carol@example.org", Password: goodPassword})
		refuses := func(what string, into, from store.Person, want error) {
			t.Helper()
			if _, err := p.d.Merge(ctx, Joined{Into: into.ID, From: from.ID}); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
			if _, err := p.d.PlanMerge(ctx, into.ID, from.ID); !errors.Is(err, want) && !errors.Is(want, ErrLastAdmin) {
				t.Errorf("planning %s: %v, want %v", what, err, want)
			}
		}
		refuses("with itself", p.into, p.into, ErrSelf)
		m := p.merged()
		refuses("what is joined already", carol, p.from, store.ErrNotFound)
		refuses("to what is joined already", p.from, carol, store.ErrNotFound)
		next, err := p.d.Merge(ctx, Joined{Into: carol.ID, From: p.into.ID})
		p.must(err)
		if _, err := p.d.Unmerge(ctx, p.into.ID, m.ID, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("undone by what is joined itself: %v", err)
		}
		if _, err := p.d.Unmerge(ctx, carol.ID, m.ID, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("undone by somebody else: %v", err)
		}
		_, err = p.d.Unmerge(ctx, carol.ID, next.ID, "")
		p.must(err)
		p.clock.pass(UndoMerge)
		if _, err := p.d.Unmerge(ctx, p.into.ID, m.ID, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("undone too late: %v", err)
		}
		leaving, err := p.d.Leave(ctx, carol.ID, "")
		p.must(err)
		refuses("to what is left", leaving, p.into, ErrDeparting)
	})
}

func TestAnAdministratorsRoleGoesOverOnlyWhenConfirmed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		ctx := t.Context()
		p.from.Role = "admin"
		p.must(s.UpdatePerson(ctx, &p.from))
		if _, err := p.merge(false); !errors.Is(err, ErrLastAdmin) {
			t.Errorf("the last administrator's role is given up: %v", err)
		}
		m, err := p.merge(true)
		p.must(err)
		role := func(id string) string { x, _ := s.Person(ctx, id); return x.Role }
		if role(p.into.ID) != "admin" || role(p.from.ID) != "member" {
			t.Errorf("%s and %s", role(p.into.ID), role(p.from.ID))
		}
		_, err = p.d.Unmerge(ctx, p.into.ID, m.ID, "")
		p.must(err)
		if role(p.into.ID) != "member" || role(p.from.ID) != "admin" {
			t.Errorf("apart: %s and %s", role(p.into.ID), role(p.from.ID))
		}
		letters(t, s)
		other := confirmed(t, p.d, s, Joining{Name: "Carol", Email: "carol@example.org", Password: goodPassword})
		other.Role = "admin"
		p.must(s.UpdatePerson(ctx, &other))
		p.merged()
		if role(p.into.ID) != "member" {
			t.Errorf("not confirmed, it went over: %s", role(p.into.ID))
		}
	})
}

// TestOfMergesAtOnceOneIsDone: both ways, and twice the same way.
func TestOfMergesAtOnceOneIsDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		for i := range 20 {
			p.badge(p.from, fmt.Sprint("k", i), store.Accepted, store.Private)
			p.badge(p.into, fmt.Sprint("k", i+10), store.Accepted, store.Private)
		}
		ends := make(chan error, 8)
		for i := range cap(ends) {
			go func() {
				a, b := p.into.ID, p.from.ID
				if i%2 == 1 {
					a, b = b, a
				}
				_, err := p.d.Merge(t.Context(), Joined{Into: a, From: b})
				ends <- err
			}()
		}
		done := 0
		for range cap(ends) {
			switch err := <-ends; {
			case err == nil:
				done++
			case !errors.Is(err, store.ErrNotFound):
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d of %d were done", done, cap(ends))
		}
		a, _ := s.CountHeld(t.Context(), p.into.ID)
		b, _ := s.CountHeld(t.Context(), p.from.ID)
		if max(a, b) != 30 || min(a, b) != 10 {
			t.Errorf("%d and %d badges", a, b)
		}
	})
}

// TestTheLastJoinedIsTakenApartFirst, and all of it comes back.
func TestTheLastJoinedIsTakenApartFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		ctx := t.Context()
		carol := confirmed(t, p.d, s, Joining{Name: "Carol", Email: "carol@example.org", Password: goodPassword})
		for _, one := range []struct {
			who     store.Person
			verdict string
		}{{p.into, "unknown"}, {p.from, "genuine"}, {carol, "genuine"}} {
			p.badge(one.who, "all three", store.Accepted, store.Public, func(b *store.Badge) { b.Verdict = one.verdict })
			p.badge(one.who, one.who.ID, store.Accepted, store.Public)
		}
		before := unmoved(t, s)
		first := p.merged()
		p.clock.pass(time.Minute)
		second, err := p.d.Merge(ctx, Joined{Into: p.into.ID, From: carol.ID})
		p.must(err)
		if _, err := p.d.Unmerge(ctx, p.into.ID, first.ID, ""); !errors.Is(err, ErrLaterFirst) {
			t.Errorf("%v", err)
		}
		for _, m := range []store.Merge{second, first} {
			if done, err := p.d.Unmerge(ctx, p.into.ID, m.ID, ""); err != nil || done != (store.Unmerged{}) {
				t.Fatalf("%+v %v", done, err)
			}
		}
		after := unmoved(t, s)
		for name, was := range before {
			if after[name] != was {
				t.Errorf("%s was %s, is %s", name, was, after[name])
			}
		}
	})
}

func TestAfterAWeekWhatWasLeftIsErasedAndTheRestStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPair(t, s)
		ctx := t.Context()
		only := p.badge(p.from, "only theirs", store.Accepted, store.Private, func(b *store.Badge) { b.OriginalKey = "kept" })
		p.badge(p.into, "both", store.Accepted, store.Private, func(b *store.Badge) { b.PictureKey = "shared" })
		copied := p.badge(p.from, "both", store.Accepted, store.Private, func(b *store.Badge) { b.OriginalKey, b.PictureKey = "theirs alone", "shared" })
		p.merged()
		p.must(p.d.EndMerges(ctx))
		if _, err := s.Person(ctx, p.from.ID); err != nil {
			t.Fatalf("erased early: %v", err)
		}
		p.clock.pass(UndoMerge + time.Second)
		p.must(p.d.EndMerges(ctx))
		if _, err := s.Person(ctx, p.from.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what was left is still there: %v", err)
		}
		if _, err := s.AnyBadge(ctx, copied.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the copy is still there: %v", err)
		}
		if b := p.is(only.ID); b.PersonID != p.into.ID {
			t.Errorf("it is %s's", b.PersonID)
		}
		if who, err := s.WhoHas(ctx, p.from.Handle); err != nil || who != p.into.ID {
			t.Errorf("the handle leads to %s, %v", who, err)
		}
		if all, err := s.Addresses(ctx, p.into.ID); err != nil || len(all) != 2 {
			t.Errorf("%d addresses, %v", len(all), err)
		}
		job, err := s.Lease(ctx, []string{SweepJob}, p.clock.Now(), time.Minute)
		if err != nil || job == nil || string(job.Payload) != `{"Blobs":["theirs alone"],"Archives":null}` {
			t.Errorf("to be swept: %+v %v", job, err)
		}
		if n := storetest.Ask(t, s, "SELECT COUNT(*) FROM merges"); n[0] != "0" {
			t.Errorf("%s records", n)
		}
		if n := storetest.Ask(t, s, "SELECT COUNT(*) FROM merge_changes"); n[0] != "0" {
			t.Errorf("%s changes", n)
		}
	})
}

// TestAShareLinkIsWhoseItsBadgeIs: whoever holds the badge after the joining can see who has a link to it, and end that.
func TestAShareLinkIsWhoseItsBadgeIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, ctx := newPair(t, s), t.Context()
		b := p.badge(p.from, "a", store.Accepted, store.Link)
		link := store.ShareLink{PersonID: p.from.ID, BadgeID: &b.ID, Secret: strings.Repeat("s", 26), CreatedAt: p.clock.Now()}
		p.must(s.CreateShareLink(ctx, &link))
		are := func(who store.Person, want int) {
			t.Helper()
			found, err := s.ShareLinksOf(ctx, who.ID, b.ID)
			if err != nil || len(found) != want {
				t.Errorf("%d links, %v, want %d", len(found), err, want)
			}
		}
		m := p.merged()
		are(p.into, 1)
		are(p.from, 0)
		_, err := p.d.Unmerge(ctx, p.into.ID, m.ID, "here")
		p.must(err)
		are(p.into, 0)
		are(p.from, 1)
	})
}

// TestWhatSpeaksOfTheBadgeThatGivesWaySpeaksOfItsTwin: a link to it still leads to the badge, and a collection that had it
// has it, also when what was left of the joined passport is gone.
func TestWhatSpeaksOfTheBadgeThatGivesWaySpeaksOfItsTwin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, verdicts := range [][2]string{{"genuine", ""}, {"", "genuine"}} { // which of the two is kept
			p, ctx := newPairNamed(t, s, "twin"+verdicts[0]), t.Context()
			held := map[string]store.Badge{}
			shelves := map[string]store.Collection{}
			links := map[string]store.ShareLink{}
			for i, who := range []store.Person{p.into, p.from} {
				b := p.badge(who, "the same", store.Accepted, store.Public, func(b *store.Badge) { b.Verdict = verdicts[i] })
				c := store.Collection{PersonID: who.ID, Title: "All", Cover: "badge", CoverBadgeID: &b.ID, Layout: "wall", Visibility: "public"}
				p.must(s.CreateCollection(ctx, &c))
				p.must(s.SetPlaces(ctx, []store.CollectionBadge{{CollectionID: c.ID, BadgeID: b.ID, Text: "said"}}))
				link := store.ShareLink{PersonID: who.ID, BadgeID: &b.ID, Secret: b.ID}
				p.must(s.CreateShareLink(ctx, &link))
				held[who.ID], shelves[who.ID], links[who.ID] = b, c, link
			}
			p.merged()
			p.clock.pass(8 * 24 * time.Hour)
			p.must(p.d.EndMerges(ctx))
			kept, err := s.BadgeByKey(ctx, p.into.ID, "the same")
			p.must(err)
			for _, who := range []store.Person{p.into, p.from} {
				link, err := s.ShareLink(ctx, links[who.ID].Secret)
				if err != nil || *link.BadgeID != kept.ID || link.PersonID != p.into.ID {
					t.Errorf("%v: the link leads to %v of %s: %v", verdicts, link.BadgeID, link.PersonID, err)
				}
				c, err := s.Collection(ctx, p.into.ID, shelves[who.ID].ID)
				if err != nil || c.CoverBadgeID == nil || *c.CoverBadgeID != kept.ID {
					t.Errorf("%v: the cover is %v: %v", verdicts, c.CoverBadgeID, err)
				}
				in, err := s.PlacedBadges(ctx, c.ID)
				if err != nil || len(in) != 1 || in[0].ID != kept.ID || in[0].Text != "said" {
					t.Errorf("%v: in the collection are %v: %v", verdicts, in, err)
				}
			}
		}
	})
}

func TestOfTwoTheEvidenceOfBothStaysAndWhatEitherHidIsHidden(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, p := t.Context(), newPair(t, s)
		mine, theirs := p.badge(p.into, "both", store.Accepted, store.Public), p.badge(p.from, "both", store.Accepted, store.Private)
		for i, b := range []store.Badge{mine, theirs} {
			p.must(s.AddEvidence(ctx, &store.Evidence{BadgeID: b.ID, Words: fmt.Sprint(i), CreatedAt: p.clock.Now()}))
		}
		p.must(s.HideEvidence(ctx, theirs.ID, "piece"))
		m := p.merged()
		beside := func(badge string) int {
			all, err := s.Evidence(ctx, badge)
			p.must(err)
			return len(all)
		}
		hidden, err := s.HiddenEvidence(ctx, mine.ID)
		if beside(mine.ID) != 2 || beside(theirs.ID) != 0 || len(hidden) != 1 || err != nil {
			t.Errorf("%d and %d pieces, %q hidden, %v", beside(mine.ID), beside(theirs.ID), hidden, err)
		}
		_, err = s.Undo(ctx, m)
		p.must(err)
		if beside(mine.ID) != 1 || beside(theirs.ID) != 1 {
			t.Errorf("undone: %d and %d pieces", beside(mine.ID), beside(theirs.ID))
		}
	})
}
