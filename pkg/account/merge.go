package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// UndoMerge is how long it can be undone that a passport was joined to another.
const UndoMerge = 7 * 24 * time.Hour

var (
	// ErrSelf is said of a passport that would be joined to itself.
	ErrSelf = errors.New("account: this is the same passport")
	// ErrDeparting is said when one of two passports to be joined is about to be erased.
	ErrDeparting = errors.New("account: one of the passports is being left")
	// ErrLaterFirst is said when a passport was joined later than the one that is to be taken apart.
	ErrLaterFirst = errors.New("account: the passport that was joined last comes first")
	// ErrNoAddress is said when one of two passports would have no confirmed address once they are apart.
	ErrNoAddress = errors.New("account: each passport needs an address")
)

// Joined is what joining one passport to another is to do. Whoever asks has proved both theirs.
type Joined struct {
	Into, From string // persons
	KeepRole   bool   // an administrator's role goes over
	KeepToken  string // the one session of Into that does not end
}

// Plan is what joining a passport to another would do, as far as it can be counted beforehand.
type Plan struct {
	From      store.Person
	Badges    int      // that come over
	Both      int      // that both hold: each stays once
	Addresses []string // that come over, as typed
	Providers int      // ways to sign in that come over
	Passkeys  int      // that open nothing any more
	Second    bool     // the other has a second step, which does not come over
	LastAdmin bool     // the other is the only administrator, so that the role must go over
}

// PlanMerge tells what Merge would do, and changes nothing. Errors as of Merge.
func (d *Desk) PlanMerge(ctx context.Context, into, from string) (p Plan, err error) {
	_, p.From, err = d.both(ctx, d.store, into, from)
	if err != nil {
		return Plan{}, err
	}
	twins, err := d.store.Twins(ctx, into, from)
	if err != nil {
		return Plan{}, err
	}
	held, err := d.store.CountHeld(ctx, from)
	if err != nil {
		return Plan{}, err
	}
	p.Both, p.Badges = len(twins), held-len(twins)
	addresses, err := d.store.Addresses(ctx, from)
	if err != nil {
		return Plan{}, err
	}
	for _, one := range addresses {
		p.Addresses = append(p.Addresses, one.Email)
	}
	linked, err := d.store.Identities(ctx, from)
	if err != nil {
		return Plan{}, err
	}
	step, err := d.SecondStep(ctx, p.From)
	if err != nil {
		return Plan{}, err
	}
	admins, err := d.store.Admins(ctx)
	p.Providers, p.Passkeys, p.Second, p.LastAdmin = len(linked), step.Passkeys, step.On, lastAdmin(admins, p.From)
	return p, err
}

func lastAdmin(admins []store.Person, p store.Person) bool {
	return p.Role == "admin" && !slices.ContainsFunc(admins, func(a store.Person) bool { return a.ID != p.ID })
}

// both are two people, held while a transaction lasts, always in the same order. ErrSelf; ErrDeparting; store.ErrNotFound
// when one is gone, disabled, or joined to another already.
func (d *Desk) both(ctx context.Context, from *store.Store, a, b string) (first, second store.Person, err error) {
	if a == b {
		return first, second, ErrSelf
	}
	people := map[string]store.Person{}
	for _, id := range []string{min(a, b), max(a, b)} {
		p, err := from.Person(ctx, id)
		switch {
		case err != nil:
			return first, second, err
		case p.DisabledAt != nil:
			return first, second, fmt.Errorf("find both passports: %w", store.ErrNotFound)
		case p.LeavingAt != nil:
			return first, second, ErrDeparting
		}
		people[id] = p
	}
	return people[a], people[b], nil
}

// Merge joins one passport to another, all of it or nothing: badges, addresses and ways to sign in go over; what both
// have is kept once, seen by no more people than either was; the rest stays with what is left, an account nobody can open,
// which goes for good after UndoMerge. The handle leads here from now on. Every address of both is told, and every session
// but the one of KeepToken ends. ErrSelf; ErrDeparting; ErrLastAdmin; store.ErrNotFound as in both.
func (d *Desk) Merge(ctx context.Context, j Joined) (merge store.Merge, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		admins, err := tx.Admins(ctx) // before people, as everywhere
		if err != nil {
			return err
		}
		into, from, err := d.both(ctx, tx, j.Into, j.From)
		if err != nil {
			return err
		}
		if lastAdmin(admins, from) && !j.KeepRole {
			return ErrLastAdmin
		}
		if err := d.tellMerged(ctx, tx, into, from, j.KeepToken); err != nil {
			return err
		}
		m, err := tx.BeginMerge(ctx, into.ID, from.ID, d.now())
		if err != nil {
			return err
		}
		merge = m.Merge
		return d.join(ctx, tx, m, into, from, j.KeepRole)
	})
	if err != nil {
		return store.Merge{}, fmt.Errorf("join two passports: %w", err)
	}
	return merge, nil
}

// tellMerged comes before anything goes over, so that each person's own addresses are written to.
func (d *Desk) tellMerged(ctx context.Context, tx *store.Store, into, from store.Person, keepToken string) error {
	if err := d.secured(ctx, tx, from, "", PassportGivenUp, ""); err != nil {
		return err
	}
	return d.secured(ctx, tx, into, keepToken, PassportJoined, "")
}

func (d *Desk) join(ctx context.Context, tx *store.Store, m *store.Merging, into, from store.Person, keepRole bool) error {
	for _, deed := range []func() error{
		func() error { return d.joinBadges(ctx, m) },
		func() error { return joinAddresses(ctx, tx, m) },
		func() error { return m.Rows(ctx) },
		func() error { return d.joinPeople(ctx, tx, m, into, from, keepRole) },
		func() error { return look(ctx, tx, into.ID, d.now()) },
	} {
		if err := deed(); err != nil {
			return err
		}
	}
	return nil
}

// joinBadges brings over what only the other holds and, of what both hold, the better one.
func (d *Desk) joinBadges(ctx context.Context, m *store.Merging) error {
	twins, err := m.Twins(ctx)
	if err != nil {
		return err
	}
	for _, pair := range twins {
		stays, goes := pair.Into, pair.From
		if better(pair.From, pair.Into) {
			stays, goes = pair.From, pair.Into
			if err := d.swap(ctx, m, pair); err != nil {
				return err
			}
		}
		if err := m.Set(ctx, "badges.visibility", stays.ID, narrower(pair.Into.Visibility, pair.From.Visibility)); err != nil {
			return err
		}
		if err := m.Replace(ctx, goes.ID, stays.ID); err != nil {
			return err
		}
		if err := m.UniteMarks(ctx, goes.ID, stays.ID); err != nil {
			return err
		}
		if err := m.BringEvidence(ctx, stays.ID, goes.ID); err != nil {
			return err
		}
	}
	return m.BringBadges(ctx)
}

// swap exchanges two badges of one credential. Nobody holds one twice, so the one that goes lies in the trash meanwhile.
func (d *Desk) swap(ctx context.Context, m *store.Merging, pair store.Twins) error {
	now := d.now()
	for _, one := range []struct {
		place, row string
		value      any
	}{
		{"badges.deleted_at", pair.Into.ID, &now},
		{"badges.person_id", pair.From.ID, m.IntoID},
		{"badges.person_id", pair.Into.ID, m.FromID},
		{"badges.deleted_at", pair.Into.ID, nil},
	} {
		if err := m.Set(ctx, one.place, one.row, one.value); err != nil {
			return err
		}
	}
	return nil
}

// better tells whether a badge is worth more than its twin: first by state, then by verdict, then the newer.
func better(a, b store.Badge) bool {
	states := []string{store.Refused, store.Pending, store.Accepted}
	verdicts := []string{"", "contradicted", "unknown", "not-current", "genuine"}
	if x, y := slices.Index(states, a.State), slices.Index(states, b.State); x != y {
		return x > y
	}
	if x, y := slices.Index(verdicts, a.Verdict), slices.Index(verdicts, b.Verdict); x != y {
		return x > y
	}
	return a.IssuedAt != nil && (b.IssuedAt == nil || a.IssuedAt.After(*b.IssuedAt))
}

// narrower is the visibility by which no more people see a badge than by either.
func narrower(a, b string) string {
	order := []string{store.Private, "link", store.Members, store.Public}
	return order[max(0, min(slices.Index(order, a), slices.Index(order, b)))]
}

// joinAddresses brings over the other's addresses. One that both claim stays where it is; that it was proved goes over.
func joinAddresses(ctx context.Context, tx *store.Store, m *store.Merging) error {
	mine, err := allAddresses(ctx, tx, m.IntoID)
	if err != nil {
		return err
	}
	theirs, err := allAddresses(ctx, tx, m.FromID)
	if err != nil {
		return err
	}
	for _, a := range theirs {
		i := slices.IndexFunc(mine, func(b store.Address) bool { return b.EmailKey == a.EmailKey })
		if i < 0 {
			err = bringAddress(ctx, m, a)
		} else {
			err = unite(ctx, m, mine[i], a)
		}
		if err != nil {
			return err
		}
	}
	return m.AcceptProved(ctx)
}

func allAddresses(ctx context.Context, tx *store.Store, person string) ([]store.Address, error) {
	claimed, err := tx.Addresses(ctx, person)
	if err != nil {
		return nil, err
	}
	removed, err := tx.RemovedAddresses(ctx, person)
	return append(claimed, removed...), err
}

func bringAddress(ctx context.Context, m *store.Merging, a store.Address) error {
	if err := m.Set(ctx, "addresses.is_primary", a.ID, false); err != nil {
		return err
	}
	return m.Set(ctx, "addresses.person_id", a.ID, m.IntoID)
}

// unite gives what theirs is worth to mine, and its badges.
func unite(ctx context.Context, m *store.Merging, mine, theirs store.Address) error {
	if worth(theirs) > worth(mine) {
		proved := theirs.VerifiedAt
		var none *time.Time
		if err := m.Set(ctx, "addresses.verified_at", theirs.ID, none); err != nil {
			return err
		}
		if err := m.Set(ctx, "addresses.verified_at", mine.ID, proved); err != nil {
			return err
		}
		if err := m.Set(ctx, "addresses.removed_at", mine.ID, none); err != nil {
			return err
		}
	}
	return m.Readdress(ctx, theirs.ID, mine.ID)
}

// worth orders claims: removed, claimed, proved.
func worth(a store.Address) int {
	switch {
	case a.RemovedAt != nil:
		return 0
	case a.VerifiedAt == nil:
		return 1
	}
	return 2
}

// joinPeople shuts the other's account, and lets its handle lead here.
func (d *Desk) joinPeople(ctx context.Context, tx *store.Store, m *store.Merging, into, from store.Person, keepRole bool) error {
	if from.Role == "admin" {
		if err := m.Set(ctx, "persons.role", from.ID, "member"); err != nil {
			return err
		}
		if keepRole {
			if err := m.Set(ctx, "persons.role", into.ID, "admin"); err != nil {
				return err
			}
		}
	}
	now := d.now()
	if err := m.Set(ctx, "persons.disabled_at", from.ID, &now); err != nil {
		return err
	}
	if err := m.Set(ctx, "persons.handle", from.ID, unnamed(from.ID)); err != nil {
		return err
	}
	return tx.LeaveHandle(ctx, into.ID, from.Handle, d.now())
}

// Unmerge takes apart again what Merge joined, as it was, but for what was changed or is gone since, which is counted.
// Every address of both is told, and every session of this person but the one of keepToken ends. store.ErrNotFound when
// there is no such merge or it is over; ErrLaterFirst; ErrNoAddress; ErrDeparting.
func (d *Desk) Unmerge(ctx context.Context, person, merge, keepToken string) (done store.Unmerged, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Admins(ctx); err != nil {
			return err
		}
		m, err := tx.MergeInto(ctx, person, merge)
		if err != nil {
			return err
		}
		into, err := d.apart(ctx, tx, m)
		if err != nil {
			return err
		}
		if done, err = tx.Undo(ctx, m); err != nil {
			return err
		}
		from, err := tx.Person(ctx, m.FromID)
		if err != nil {
			return err
		}
		if err := tx.DropFormerHandle(ctx, into.ID, from.Handle); err != nil {
			return err
		}
		for _, p := range []store.Person{into, from} {
			if err := keepPrimary(ctx, tx, p.ID); err != nil {
				return err
			}
		}
		if err := d.secured(ctx, tx, from, "", PassportsParted, ""); err != nil {
			return err
		}
		return d.secured(ctx, tx, into, keepToken, PassportsParted, "")
	})
	if err != nil {
		return store.Unmerged{}, fmt.Errorf("take two passports apart: %w", err)
	}
	return done, nil
}

// apart is the person whose passport another was joined to, both held, when that may be undone.
func (d *Desk) apart(ctx context.Context, tx *store.Store, m store.Merge) (into store.Person, err error) {
	if into, err = hold(ctx, tx, m); err != nil {
		return into, err
	}
	all, err := tx.MergesInto(ctx, m.IntoID)
	there := func(one store.Merge) bool { return one.ID == m.ID }
	switch {
	case err != nil:
		return into, err
	case into.DisabledAt != nil || !slices.ContainsFunc(all, there) || !m.At.Add(UndoMerge).After(d.now()):
		return into, store.ErrNotFound
	case into.LeavingAt != nil:
		return into, ErrDeparting
	case all[0].ID != m.ID:
		return into, ErrLaterFirst
	}
	return into, nil
}

// hold keeps both people of a merge until the transaction ends, always in the same order, and is the one that stayed.
func hold(ctx context.Context, tx *store.Store, m store.Merge) (into store.Person, err error) {
	for _, id := range []string{min(m.IntoID, m.FromID), max(m.IntoID, m.FromID)} {
		p, err := tx.Person(ctx, id)
		if err != nil {
			return into, err
		}
		if id == m.IntoID {
			into = p
		}
	}
	return into, nil
}

// keepPrimary demands a proved address of a person, and writes to one.
func keepPrimary(ctx context.Context, tx *store.Store, person string) error {
	addresses, err := tx.Addresses(ctx, person)
	if err != nil {
		return err
	}
	proved := func(a store.Address) bool { return a.VerifiedAt != nil }
	i := slices.IndexFunc(addresses, proved)
	if i < 0 {
		return ErrNoAddress
	}
	if slices.ContainsFunc(addresses, func(a store.Address) bool { return a.Primary && proved(a) }) {
		return nil
	}
	return tx.ChoosePrimary(ctx, person, addresses[i].ID)
}

// EndMerges ends the time in which passports joined long enough ago can be taken apart: what was left of the joined ones
// is erased. Call it every hour.
func (d *Desk) EndMerges(ctx context.Context) error {
	over, err := d.store.MergesBefore(ctx, d.now().Add(-UndoMerge), 100)
	for _, m := range over {
		err = errors.Join(err, d.store.Tx(ctx, func(tx *store.Store) error { return d.endMerge(ctx, tx, m) }))
	}
	return err
}

func (d *Desk) endMerge(ctx context.Context, tx *store.Store, m store.Merge) error {
	_, err := hold(ctx, tx, m)
	if err == nil {
		_, err = tx.MergeInto(ctx, m.IntoID, m.ID)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil // it was undone, or somebody erased, at this moment
	}
	if err != nil {
		return err
	}
	left, err := tx.EndMerge(ctx, m)
	if err != nil {
		return err
	}
	return d.planSweep(ctx, tx, left)
}
