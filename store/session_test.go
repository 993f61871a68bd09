package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func manager(s *store.Store) *scs.SessionManager {
	m := scs.New()
	m.Store = s.Sessions()
	m.HashTokenInStore = true
	return m
}

// signIn is a session as the front door makes one; the token is what the cookie holds.
func signIn(t testing.TB, m *scs.SessionManager, person string) string {
	t.Helper()
	session, err := m.Load(ctx, "")
	must(t, err)
	m.Put(session, store.SessionPerson, person)
	token, _, err := m.Commit(session)
	must(t, err)
	return token
}

func signedIn(t testing.TB, m *scs.SessionManager, token string) string {
	t.Helper()
	session, err := m.Load(ctx, token)
	must(t, err)
	return m.GetString(session, store.SessionPerson)
}

// ASVS: V7.2.1
func TestSessionIsKeptAndItsTokenIsNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var _ scs.CtxStore = s.Sessions()
		ada := person(t, s, "ada")
		token := signIn(t, manager(s), ada.ID)
		if got := signedIn(t, manager(storetest.Beside(t, s)), token); got != ada.ID {
			t.Errorf("signed in: %q", got)
		}
		var kept int
		must(t, s.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM sessions WHERE token = '"+token+"'").Scan(&kept))
		if kept != 0 {
			t.Error("the token is kept in clear")
		}
	})
}

func TestDropSessionsEndsAllButThisOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		m := manager(s)
		here, phone, his := signIn(t, m, ada.ID), signIn(t, m, ada.ID), signIn(t, m, bob.ID)
		must(t, s.DropSessions(ctx, ada.ID, here))
		if signedIn(t, m, here) != ada.ID || signedIn(t, m, phone) != "" || signedIn(t, m, his) != bob.ID {
			t.Error("the wrong sessions were dropped")
		}
		must(t, s.DropSessions(ctx, ada.ID, ""))
		if signedIn(t, m, here) != "" || signedIn(t, m, his) != bob.ID {
			t.Error("the wrong sessions were dropped")
		}
	})
}

// ASVS: V7.4.1
func TestSessionEndsSignedOutDestroyedOrExpired(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		m, k := manager(s), s.Sessions()
		session, err := m.Load(ctx, signIn(t, m, ada.ID))
		must(t, err)
		m.Remove(session, store.SessionPerson)
		token, _, err := m.Commit(session)
		must(t, err)
		must(t, s.DropSessions(ctx, ada.ID, ""))
		if _, err := m.Load(ctx, token); err != nil {
			t.Error(err)
		}
		must(t, m.Destroy(session))

		must(t, k.Commit("old", []byte("junk, not gob"), time.Now().Add(-time.Second)))
		must(t, k.Commit("new", []byte("a"), time.Now().Add(time.Hour)))
		must(t, k.Commit("new", []byte("b"), time.Now().Add(time.Hour)))
		if _, found, err := k.Find("old"); found || err != nil {
			t.Errorf("an expired session is found: %v", err)
		}
		if data, found, err := k.Find("new"); !found || err != nil || string(data) != "b" {
			t.Errorf("got %q, %v, %v", data, found, err)
		}
		must(t, s.PurgeSessions(ctx, time.Now()))
		var left int
		must(t, s.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM sessions WHERE length(data) > 0").Scan(&left))
		if left != 1 {
			t.Errorf("%d sessions left", left)
		}
		must(t, k.Delete("new"))
		must(t, k.Delete("new"))
	})
}

// TestDroppedSessionStaysDropped: a request that was under way when a session ended writes it back as it ends itself.
// ASVS: V7.4.1
func TestDroppedSessionStaysDropped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m := manager(s)
		for name, end := range map[string]func(person, token string){
			"by a reset":       func(person, _ string) { must(t, s.DropSessions(ctx, person, "")) },
			"by signing out":   func(_, token string) { other, err := m.Load(ctx, token); must(t, err); must(t, m.Destroy(other)) },
			"by its new token": func(_, token string) { other, err := m.Load(ctx, token); must(t, err); must(t, m.RenewToken(other)) },
		} {
			who := person(t, s, "who-"+store.NewID())
			token := signIn(t, m, who.ID)
			underWay, err := m.Load(ctx, token)
			must(t, err)
			end(who.ID, token)
			m.Put(underWay, "seen", "something")
			_, _, err = m.Commit(underWay)
			must(t, err)
			if got := signedIn(t, m, token); got != "" {
				t.Errorf("ended %s, signed in again", name)
			}
			var kept int
			must(t, s.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM sessions WHERE person_id = '"+who.ID+"'").Scan(&kept))
			if kept != 0 {
				t.Errorf("ended %s, %d rows are the person's", name, kept)
			}
			must(t, s.PurgeSessions(ctx, time.Now().Add(2*time.Hour)))
		}
		var left int
		must(t, s.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM sessions").Scan(&left))
		if left != 0 {
			t.Errorf("%d ended sessions are kept for ever", left)
		}
	})
}

// TestASessionThatEndedIsNotRenewed by a request that was under way, which would keep all of it under another token; two
// that renew it at once, as when a button is pressed twice, both do.
//
// ASVS: V7.4.1, V7.4.3
func TestASessionThatEndedIsNotRenewed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m := manager(s)
		renew := func(session context.Context, token string) (string, error) {
			renewing := store.Renewing(session, token)
			must(t, m.RenewToken(renewing))
			renewed, _, err := m.Commit(renewing)
			return renewed, err
		}
		for name, end := range map[string]func(person, token string){
			"all of them":    func(person, _ string) { must(t, s.DropSessions(ctx, person, "")) },
			"by signing out": func(_, token string) { other, err := m.Load(ctx, token); must(t, err); must(t, m.Destroy(other)) },
			"by its person": func(person, token string) {
				all, err := s.SessionsOf(ctx, person, token)
				must(t, err)
				must(t, s.EndSession(ctx, person, all[0].ID))
			},
			"after it was renewed": func(person, token string) {
				other, err := m.Load(ctx, token)
				must(t, err)
				_, err = renew(other, token)
				must(t, err)
				must(t, s.DropSessions(ctx, person, ""))
			},
		} {
			who := person(t, s, "who-"+store.NewID())
			token := signIn(t, m, who.ID)
			underWay, err := m.Load(ctx, token)
			must(t, err)
			end(who.ID, token)
			if renewed, err := renew(underWay, token); !errors.Is(err, store.ErrNotFound) || signedIn(t, m, renewed) != "" {
				t.Errorf("ended %s, it was renewed: %v", name, err)
			}
			if n, err := s.SessionCount(ctx, who.ID, time.Now()); err != nil || n != 0 {
				t.Errorf("ended %s, %d are left: %v", name, n, err)
			}
		}
		ada := person(t, s, "ada")
		token := signIn(t, m, ada.ID)
		one, err := m.Load(ctx, token)
		must(t, err)
		two, err := m.Load(ctx, token)
		must(t, err)
		first, err := renew(one, token)
		must(t, err)
		second, err := renew(two, token)
		must(t, err)
		if all, err := s.SessionsOf(ctx, ada.ID, second); err != nil || len(all) != 2 || signedIn(t, m, token) != "" {
			t.Errorf("%d sessions: %v", len(all), err)
		}
		must(t, s.DropSessions(ctx, ada.ID, ""))
		if signedIn(t, m, first) != "" || signedIn(t, m, second) != "" {
			t.Error("one of two is left")
		}
	})
}

// ASVS: V7.3.1
func TestASessionEndsByLyingIdleAndItsUseIsNotedRarely(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		m := manager(s)
		token := signIn(t, m, ada.ID)
		lain := func(idle time.Duration) {
			t.Helper()
			change := "UPDATE sessions SET used_at = $1"
			if s.Kind() == "sqlite" {
				change = "UPDATE sessions SET used_at = ?"
			}
			_, err := s.SQL().ExecContext(ctx, change, time.Now().Add(-idle).UTC().Truncate(time.Microsecond))
			must(t, err)
		}
		used := func() time.Time {
			t.Helper()
			all, err := s.SessionsOf(ctx, ada.ID, token)
			must(t, err)
			if len(all) != 1 {
				t.Fatalf("%d sessions", len(all))
			}
			return all[0].UsedAt
		}
		lain(4 * time.Minute)
		before := used()
		must(t, s.UseSession(ctx, token))
		if !used().Equal(before) {
			t.Error("its use is noted again within five minutes")
		}
		lain(6 * time.Minute)
		before = used()
		must(t, s.UseSession(ctx, token))
		if !used().After(before) {
			t.Error("its use is not noted")
		}
		lain(14*24*time.Hour - time.Minute)
		if signedIn(t, m, token) != ada.ID {
			t.Error("a session ends too early")
		}
		lain(14*24*time.Hour + time.Minute)
		if signedIn(t, m, token) != "" {
			t.Error("an idle session still opens")
		}
		if all, err := s.SessionsOf(ctx, ada.ID, token); err != nil || len(all) != 0 {
			t.Errorf("an idle session is listed: %v, %v", all, err)
		}
		must(t, s.PurgeSessions(ctx, time.Now()))
		var left int
		must(t, s.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM sessions").Scan(&left))
		if left != 0 {
			t.Errorf("%d idle sessions are kept", left)
		}
	})
}

func TestSessionsAreListedAsTheyCameInAndEndedByTheirPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		m := manager(s)
		session, err := m.Load(ctx, "")
		must(t, err)
		since := time.Now().Add(-time.Hour).Truncate(time.Second)
		for key, value := range map[string]any{store.SessionPerson: ada.ID, store.SessionSince: since.Unix(), store.SessionWay: "letter", store.SessionBrowser: "Firefox", store.SessionSystem: "Linux", store.SessionCountry: "SN"} {
			m.Put(session, key, value)
		}
		here, _, err := m.Commit(session)
		must(t, err)
		other := signIn(t, m, ada.ID)
		all, err := s.SessionsOf(ctx, ada.ID, here)
		must(t, err)
		if len(all) != 2 || all[0].Here == all[1].Here {
			t.Fatalf("sessions: %+v", all)
		}
		mine, theirs := all[0], all[1]
		if theirs.Here {
			mine, theirs = theirs, mine
		}
		if mine.Way != "letter" || mine.Browser != "Firefox" || mine.System != "Linux" || mine.Country != "SN" || !mine.CreatedAt.Equal(since) {
			t.Errorf("it came in as %+v", mine)
		}
		if err := s.EndSession(ctx, bob.ID, theirs.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else ends it: %v", err)
		}
		must(t, s.EndSession(ctx, ada.ID, theirs.ID))
		if signedIn(t, m, other) != "" || signedIn(t, m, here) != ada.ID {
			t.Error("the wrong session has ended")
		}
		if err := s.EndSession(ctx, ada.ID, theirs.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("ended twice: %v", err)
		}
	})
}

// TestASessionGoesOnAloneAfterASecurityChange: whoever holds its former token neither renews it after, nor keeps what they
// renewed before; other sessions of the person are not concerned.
//
// ASVS: V7.4.3
func TestASessionGoesOnAloneAfterASecurityChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m := manager(s)
		ada := person(t, s, "ada")
		cameIn := func(since int64) string {
			session, err := m.Load(ctx, "")
			must(t, err)
			m.Put(session, store.SessionPerson, ada.ID)
			m.Put(session, store.SessionSince, since)
			token, _, err := m.Commit(session)
			must(t, err)
			return token
		}
		token, phone := cameIn(1_800_000_000), cameIn(1_800_000_001)
		under := func() context.Context { session, err := m.Load(ctx, token); must(t, err); return session }
		renew := func(session, renewing context.Context) (string, error) {
			must(t, m.RenewToken(renewing))
			renewed, _, err := m.Commit(renewing)
			return renewed, err
		}
		before, own, after := under(), under(), under()
		earlier, err := renew(before, store.Renewing(before, token))
		must(t, err)
		if over, err := s.SessionOver(ctx, token); err != nil || over {
			t.Errorf("renewed, it is said to be over: %v", err)
		}
		kept, err := renew(own, store.RenewingAlone(own, token))
		must(t, err)
		for how, renewing := range map[string]context.Context{"": store.Renewing(after, token), " alone": store.RenewingAlone(after, token)} {
			if later, err := renew(after, renewing); !errors.Is(err, store.ErrNotFound) || signedIn(t, m, later) != "" {
				t.Errorf("renewed%s after the change: %v", how, err)
			}
		}
		if over, err := s.SessionOver(ctx, token); err != nil || !over {
			t.Errorf("it is not said to be over: %v", err)
		}
		if signedIn(t, m, earlier) != "" || signedIn(t, m, kept) != ada.ID || signedIn(t, m, phone) != ada.ID {
			t.Error("other sessions are left than hers")
		}
	})
}
