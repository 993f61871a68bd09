package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// What a session holds of another passport that its person is proving theirs. They stay signed in as who they are: the
// other is under no key that opens anything.
const (
	joinOther   = "join-other"   // who that is
	joinProof   = "join-proof"   // that it was proved, as long as nothing ends their sessions
	joinPrint   = "join-print"   // their password when it was proved; another since, and nothing is proved
	joinUntil   = "join-until"   // when it must be proved again
	joinSecond  = "join-second"  // their second step is still to be taken
	joinRequest = "join-request" // the letter whose code is awaited
	joinAsked   = "join-asked"   // the address it was asked for, as typed
)

// joinLasts is how long the proof of another passport is good, to look at what would happen and to say yes.
const joinLasts = account.StepLasts

// unionForm leads through joining another passport to this one, from where one is.
func (s *Site) unionForm(c echo.Context, me store.Person) error {
	return s.showJoinPassports(c, http.StatusOK, me, views.JoinPassportsPage{})
}

// proveOther takes the password of another passport.
func (s *Site) proveOther(c echo.Context, me store.Person) error {
	email := c.FormValue("email")
	other, err := s.Accounts.SignIn(c.Request().Context(), email, c.FormValue("password"))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		retryAfter(c, slow)
		return s.showJoinPassports(c, http.StatusTooManyRequests, me, views.JoinPassportsPage{Email: email, Mistake: "slow-down"})
	case errors.Is(err, account.ErrWrong):
		return s.showJoinPassports(c, http.StatusUnprocessableEntity, me, views.JoinPassportsPage{Email: email, Mistake: "wrong"})
	case err != nil:
		return err
	}
	return s.otherProved(c, me, other, email)
}

// askOther writes a letter with a code to an address of another passport; that there is none is answered alike.
func (s *Site) askOther(c echo.Context, me store.Person) error {
	ctx, email := c.Request().Context(), c.FormValue("email")
	request, err := s.Accounts.AskToJoin(ctx, s.asking(c, email, ""))
	if enough, slow := enoughLetters(c, err); slow {
		return s.showJoinPassports(c, http.StatusTooManyRequests, me, views.JoinPassportsPage{Email: email, Mistakes: enough})
	}
	if mistakes, ok := mistakesOf(err); ok {
		return s.showJoinPassports(c, http.StatusUnprocessableEntity, me, views.JoinPassportsPage{Email: email, Mistakes: mistakes})
	}
	if err != nil {
		return err
	}
	s.forgetOther(c)
	s.sessions.Put(ctx, joinRequest, request)
	s.sessions.Put(ctx, joinAsked, email)
	s.Kick()
	return seeOther(c, joinAt)
}

// codeOther takes the code of that letter.
func (s *Site) codeOther(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	request := s.sessions.GetString(ctx, joinRequest)
	if request == "" {
		return seeOther(c, joinAt)
	}
	other, err := s.Accounts.ProveOther(ctx, request, c.FormValue("code"))
	if status, mistake := codeMistake(c, err); mistake != "" {
		return s.showJoinPassports(c, status, me, views.JoinPassportsPage{Mistake: mistake})
	}
	if err != nil {
		return err
	}
	return s.otherProved(c, me, other, "")
}

// otherProved notes that the first step into another passport was taken.
func (s *Site) otherProved(c echo.Context, me, other store.Person, email string) error {
	ctx := c.Request().Context()
	if other.ID == me.ID {
		s.forgetOther(c)
		return s.showJoinPassports(c, http.StatusUnprocessableEntity, me, views.JoinPassportsPage{Email: email, Mistake: "same"})
	}
	second, err := s.Accounts.AsksSecond(ctx, other.ID)
	if err != nil {
		return err
	}
	proof, err := s.Accounts.FirstStep(ctx, other.ID)
	if err != nil {
		return err
	}
	if err := s.newToken(ctx); err != nil {
		return err
	}
	s.forgetOther(c)
	s.sessions.Put(ctx, joinOther, other.ID)
	s.sessions.Put(ctx, joinProof, proof)
	s.sessions.Put(ctx, joinPrint, printOf(other))
	s.sessions.Put(ctx, joinUntil, s.Now().Add(joinLasts).Unix())
	if second {
		s.sessions.Put(ctx, joinSecond, true)
	}
	return seeOther(c, joinAt)
}

// secondOther takes the second step into another passport: a code of its app, or a recovery code.
func (s *Site) secondOther(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	other, err := s.other(ctx)
	if err != nil {
		return err
	}
	if other == nil {
		return seeOther(c, joinAt)
	}
	_, err = s.Accounts.OpenSecond(ctx, other.ID, c.FormValue("code"))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		retryAfter(c, slow)
		return s.showJoinPassports(c, http.StatusTooManyRequests, me, views.JoinPassportsPage{Mistake: "slow-down"})
	case errors.Is(err, account.ErrCode):
		s.Kick()
		return s.showJoinPassports(c, http.StatusUnprocessableEntity, me, views.JoinPassportsPage{Mistake: "wrong"})
	case err != nil:
		return err
	}
	s.Kick()
	proof, err := s.Accounts.FirstStep(ctx, other.ID) // a recovery code has ended the one before
	if err != nil {
		return err
	}
	s.sessions.Put(ctx, joinProof, proof)
	s.sessions.Remove(ctx, joinSecond)
	return seeOther(c, joinAt)
}

// other is the passport that was proved besides, and is so still; nil when there is none.
func (s *Site) other(ctx context.Context) (*store.Person, error) {
	id := s.sessions.GetString(ctx, joinOther)
	if id == "" || s.Now().Unix() >= s.sessions.GetInt64(ctx, joinUntil) {
		return nil, nil
	}
	person, err := s.Store.Person(ctx, id)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil || person.DisabledAt != nil || s.sessions.GetString(ctx, joinPrint) != printOf(person) {
		return nil, err
	}
	taken, err := s.Accounts.StillTaken(ctx, id, s.sessions.GetString(ctx, joinProof))
	if err != nil || !taken {
		return nil, err
	}
	return &person, nil
}

// forgetOther forgets what was proved besides, or is being proved.
func (s *Site) forgetOther(c echo.Context) {
	for _, key := range []string{joinOther, joinProof, joinPrint, joinUntil, joinSecond, joinRequest, joinAsked} {
		s.sessions.Remove(c.Request().Context(), key)
	}
}

// joinAnother begins anew with another passport, or leaves it.
func (s *Site) joinAnother(c echo.Context, _ store.Person) error {
	s.forgetOther(c)
	return seeOther(c, joinAt)
}

// joinPassports joins the passport that was proved besides to this one.
func (s *Site) joinPassports(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	other, err := s.other(ctx)
	if err != nil {
		return err
	}
	if other == nil || s.sessions.GetBool(ctx, joinSecond) {
		return seeOther(c, joinAt)
	}
	_, err = s.Accounts.Merge(ctx, account.Joined{Into: me.ID, From: other.ID, KeepRole: c.FormValue("role") == "keep", KeepToken: s.sessions.Token(ctx)})
	if mistake := joinMistake(err); mistake != "" {
		return s.showJoinPassports(c, http.StatusUnprocessableEntity, me, views.JoinPassportsPage{Mistake: mistake})
	}
	if err != nil {
		return err
	}
	s.forgetOther(c)
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	return seeOther(c, "/you/data?done=joined")
}

// joinMistake is the word for why two passports are not joined.
func joinMistake(err error) string {
	switch {
	case errors.Is(err, account.ErrLastAdmin):
		return "last-admin"
	case errors.Is(err, account.ErrDeparting):
		return "departing"
	case errors.Is(err, account.ErrSelf):
		return "same"
	case isNotFound(err):
		return "gone"
	}
	return ""
}

// partPassports takes apart again what was joined.
func (s *Site) partPassports(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	done, err := s.Accounts.Unmerge(ctx, me.ID, c.FormValue("merge"), s.sessions.Token(ctx))
	switch {
	case errors.Is(err, account.ErrNoAddress):
		return seeOther(c, "/you/data?done=part-address")
	case errors.Is(err, account.ErrLaterFirst):
		return seeOther(c, "/you/data?done=part-later")
	case errors.Is(err, account.ErrDeparting):
		return seeOther(c, "/you/data?done=part-departing")
	case err != nil:
		return err
	}
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	if n := done.Changed + done.Gone; n > 0 {
		return seeOther(c, "/you/data?done=parted-but&n="+strconv.Itoa(n))
	}
	return seeOther(c, "/you/data?done=parted")
}

// joinAt is where passports are joined.
const joinAt = "/you/data/join"

func (s *Site) joinAgainPassports(c echo.Context, me store.Person) error {
	return s.showJoinPassports(c, http.StatusTooManyRequests, me, views.JoinPassportsPage{Email: c.FormValue("email")})
}

func (s *Site) showJoinPassports(c echo.Context, status int, me store.Person, page views.JoinPassportsPage) error {
	ctx := c.Request().Context()
	other, err := s.other(ctx)
	if err != nil {
		return err
	}
	page.Step, page.Kept = "prove", s.Kept != nil && here(c.Request())
	if page.Email == "" {
		page.Email = s.sessions.GetString(ctx, joinAsked)
	}
	switch {
	case other != nil && s.sessions.GetBool(ctx, joinSecond):
		page.Step = "second"
	case other != nil:
		page.Step = "review"
		if page.Plan, err = s.joinPlan(ctx, me, *other); joinMistake(err) != "" {
			page.Step, page.Mistake, err = "prove", joinMistake(err), nil
			s.forgetOther(c)
		}
	case s.sessions.GetString(ctx, joinRequest) != "":
		page.Step = "code"
	}
	if err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.join-passports", "you"); err != nil {
		return err
	}
	return s.show(c, status, views.JoinPassports(page))
}

// joinPlan is what joining would do, in the words of the views.
func (s *Site) joinPlan(ctx context.Context, me, other store.Person) (views.JoinPlan, error) {
	plan, err := s.Accounts.PlanMerge(ctx, me.ID, other.ID)
	return views.JoinPlan{
		Into: me.Handle, Name: other.Name, Handle: other.Handle, Badges: plan.Badges, Both: plan.Both, Addresses: plan.Addresses,
		Providers: plan.Providers, Passkeys: plan.Passkeys, Second: plan.Second, Password: other.PasswordHash != "",
		Admin: other.Role == "admin", MineToo: me.Role == "admin", LastAdmin: plan.LastAdmin, Days: int(account.UndoMerge.Hours() / 24),
	}, err
}

// joined are the passports that were joined to a person's and can still be taken apart, the last joined first.
func (s *Site) joined(ctx context.Context, me store.Person) (list []views.JoinedView, err error) {
	merges, err := s.Store.MergesInto(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	for i, m := range merges {
		until := m.At.Add(account.UndoMerge)
		if !until.After(s.Now()) {
			continue
		}
		other, err := s.Store.Person(ctx, m.FromID)
		if err != nil {
			return nil, err
		}
		list = append(list, views.JoinedView{ID: m.ID, Name: other.Name, At: m.At, Until: until, Last: i == 0})
	}
	return list, nil
}
