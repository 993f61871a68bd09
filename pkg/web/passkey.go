package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const (
	// passkeyCookie holds a secret by which a browser is known to be the one that was given a challenge.
	passkeyCookie = "carnet-passkey"
	// longestScripted bounds what a script may send, in bytes.
	longestScripted = 40 << 10
)

// askPasskey gives a browser what it needs to sign in by a passkey. Who that is, nobody knows yet.
func (s *Site) askPasskey(c echo.Context) error {
	browser, err := s.browser(c)
	if err != nil {
		return err
	}
	ask, err := s.Accounts.AskPasskey(c.Request().Context(), browser)
	if err != nil {
		return s.scriptFault(c, err)
	}
	return c.JSONBlob(http.StatusOK, ask)
}

// openByPasskey signs in by a passkey, which is both steps at once.
func (s *Site) openByPasskey(c echo.Context) error {
	person, err := s.byPasskey(c)
	if err != nil {
		return s.scriptFault(c, err)
	}
	if err := s.letIn(c, person, "passkey"); err != nil {
		return err
	}
	return onwardTo(c, onward(c))
}

// againByPasskey takes a passkey as the proof that whoever is signed in still is who they are.
func (s *Site) againByPasskey(c echo.Context, me store.Person) error {
	person, err := s.byPasskey(c)
	if err == nil && person.ID != me.ID {
		return tellScript(c, http.StatusUnprocessableEntity, "passkey.someone")
	}
	if err != nil {
		return s.scriptFault(c, err)
	}
	if err := s.proveAgain(c, me, "passkey"); err != nil {
		return err
	}
	return onwardTo(c, onward(c))
}

// byPasskey is whose passkey has signed what was sent.
func (s *Site) byPasskey(c echo.Context) (store.Person, error) {
	var sent struct{ Passkey json.RawMessage }
	if err := scripted(c, &sent); err != nil {
		return store.Person{}, err
	}
	return s.Accounts.OpenByPasskey(c.Request().Context(), s.chosen(c.Request(), passkeyCookie), sent.Passkey)
}

// askNewPasskey gives a member's browser what it needs to make a passkey.
func (s *Site) askNewPasskey(c echo.Context, me store.Person) error {
	browser, err := s.browser(c)
	if err != nil {
		return err
	}
	ask, err := s.Accounts.AskNewPasskey(c.Request().Context(), me, browser)
	if err != nil {
		return s.scriptFault(c, err)
	}
	return c.JSONBlob(http.StatusOK, ask)
}

// addPasskey keeps the passkey a member's browser has made.
func (s *Site) addPasskey(c echo.Context, me store.Person) error {
	var sent struct {
		Name    string
		Passkey json.RawMessage
	}
	if err := scripted(c, &sent); err != nil {
		return s.scriptFault(c, err)
	}
	ctx := c.Request().Context()
	if strings.TrimSpace(sent.Name) == "" {
		sent.Name = s.suggestedName(c)
	}
	_, err := s.Accounts.AddPasskey(ctx, me, s.chosen(c.Request(), passkeyCookie), s.sessions.Token(ctx), sent.Name, sent.Passkey)
	if err != nil {
		return s.scriptFault(c, err)
	}
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	return onwardTo(c, "/you/sign-in?done=passkey-added")
}

// renamePasskey gives a passkey another name.
func (s *Site) renamePasskey(c echo.Context, me store.Person) error {
	err := s.Accounts.RenamePasskey(c.Request().Context(), me.ID, c.Param("id"), c.FormValue("name"))
	if mistakes, ok := mistakesOf(err); ok {
		return s.showSignInWays(c, http.StatusUnprocessableEntity, me, views.SignInWaysPage{Passkeys: views.PasskeySection{Wrong: c.Param("id"), Mistake: mistakes["name"]}})
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/you/sign-in?done=passkey-renamed")
}

// removePasskey takes a passkey away; the last second factor of somebody who must have one stays.
func (s *Site) removePasskey(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	err := s.Accounts.RemovePasskey(ctx, me.ID, s.sessions.Token(ctx), c.Param("id"))
	return s.changed(c, me, err, "passkey-removed")
}

// declinePasskey puts the card away for good.
func (s *Site) declinePasskey(c echo.Context, me store.Person) error {
	if err := s.Accounts.DeclinePasskey(c.Request().Context(), me.ID); err != nil {
		return err
	}
	return seeOther(c, "/badges?done=passkey-declined")
}

// offersPasskey tells whether a member's wall offers a passkey: never to an administrator who looks as them.
func (s *Site) offersPasskey(ctx context.Context, me store.Person) (bool, error) {
	if !s.Accounts.PasskeysWork() || account.Acted(ctx) {
		return false, nil
	}
	return s.Store.WantsPasskeyOffer(ctx, me.ID)
}

// changed ends a form that changed how a member signs in.
func (s *Site) changed(c echo.Context, me store.Person, err error, done string) error {
	if errors.Is(err, account.ErrNeeded) {
		return seeOther(c, "/you/sign-in?done=second-needed")
	}
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	return seeOther(c, "/you/sign-in?done="+done)
}

// browser is the secret of this browser, made where there is none, and kept for as long as a challenge lasts.
func (s *Site) browser(c echo.Context) (string, error) {
	secret := s.chosen(c.Request(), passkeyCookie)
	if len(secret) != 43 {
		var err error
		if secret, err = s.Accounts.NewBrowser(); err != nil {
			return "", err
		}
	}
	https := s.public.Scheme == "https"
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the site itself is
		Name: cookieName(passkeyCookie, https), Value: secret, Path: "/", MaxAge: int((10 * time.Minute).Seconds()),
		Secure: https, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	return secret, nil
}

// scripted reads what a script of ours sends: JSON, and not much of it. A form of another site cannot send that.
func scripted(c echo.Context, into any) error {
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationJSON {
		return echo.ErrUnsupportedMediaType
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, longestScripted))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return errMalformed
	}
	return nil
}

// onwardTo tells a script where to go on to.
func onwardTo(c echo.Context, path string) error {
	return c.JSON(http.StatusOK, map[string]string{"onward": path})
}

// tellScript tells a script what to say.
func tellScript(c echo.Context, status int, word string) error {
	return c.JSON(status, map[string]string{"say": views.T(c.Request().Context(), word)})
}

// scriptFault says to a script what went wrong in words for people; what they can do nothing about goes the way of all faults.
func (s *Site) scriptFault(c echo.Context, err error) error {
	mistakes, _ := mistakesOf(err)
	switch {
	case errors.Is(err, account.ErrPasskey):
		return tellScript(c, http.StatusUnprocessableEntity, "passkey.refused")
	case errors.Is(err, store.ErrTaken):
		return tellScript(c, http.StatusConflict, "passkey.taken")
	case errors.Is(err, account.ErrNoPasskeys):
		return tellScript(c, http.StatusNotFound, "passkey.nowhere")
	case mistakes["passkey"] != "":
		return tellScript(c, http.StatusUnprocessableEntity, "passkey.too-many")
	case mistakes["name"] != "":
		return tellScript(c, http.StatusUnprocessableEntity, "passkey.name")
	}
	return err
}

// scriptSlowed answers a script whose address asks too often.
func scriptSlowed(c echo.Context) error {
	return tellScript(c, http.StatusTooManyRequests, "passkey.slowed")
}

// suggestedName is what a new passkey is called unless its holder says otherwise: by the browser and system it was made in.
func (s *Site) suggestedName(c echo.Context) string {
	ctx := c.Request().Context()
	made := deviceOf(c.Request().UserAgent())
	if made.Browser == "" || made.System == "" {
		return views.T(ctx, "passkeys.suggested", "Day", views.Day(ctx, s.Now()))
	}
	return views.T(ctx, "passkeys.suggested.device", "Browser", made.Browser, "System", made.System)
}

// passkeys is the section of a page about a member's passkeys.
func (s *Site) passkeys(c echo.Context, me store.Person, section views.PasskeySection, second views.SecondSection) (views.PasskeySection, error) {
	keys, err := s.Store.Passkeys(c.Request().Context(), me.ID)
	if err != nil {
		return section, err
	}
	section.Work, section.Fresh, section.Suggested = s.Accounts.PasskeysWork(), s.isFresh(c), s.suggestedName(c)
	section.Last = second.On && second.AppAt == nil && len(keys) == 1
	for _, key := range keys {
		view := views.PasskeyView{ID: key.ID, Name: key.Name, CreatedAt: key.CreatedAt, LastUsedAt: key.LastUsedAt, Backup: key.Backup}
		if section.Wrong == key.ID {
			view.Name = c.FormValue("name")
		}
		section.List = append(section.List, view)
	}
	return section, nil
}

// passkeyEndpoints tells password managers where passkeys are made and kept (W3C, A Well-Known URL for Relying Party
// Passkey Endpoints).
func (s *Site) passkeyEndpoints(c echo.Context) error {
	if !s.Accounts.PasskeysWork() {
		return echo.ErrNotFound
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=86400")
	page := s.PublicURL + "/you/sign-in"
	return c.JSON(http.StatusOK, map[string]string{"enroll": page, "manage": page})
}

// changePassword leads password managers to where a password is changed (W3C, A Well-Known URL for Changing Passwords).
func (s *Site) changePassword(c echo.Context) error {
	return c.Redirect(http.StatusFound, "/you/sign-in")
}

// retryAfter tells when the next try is heard.
func retryAfter(c echo.Context, slow *account.SlowDown) {
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(slow.After.Seconds())+1))
}
