package account

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"github.com/carnetbadges/carnet/store"
)

// What an authenticator app is told (RFC 6238), as every one of them understands it.
const (
	appDigits = 6
	appPeriod = 30 // seconds
	appSecret = 20 // bytes (RFC 4226 §4, R6)
)

// App is an authenticator app that is being set up: Secret in base32 and URI (otpauth://…) for its owner to copy, Sealed
// to be kept by the session until the app has shown that it knows the secret. None of it is shown again after that.
type App struct{ Secret, URI, Sealed string }

// NewApp makes the secret of a new authenticator app; nothing is kept yet.
func (d *Desk) NewApp(ctx context.Context, person store.Person) (App, error) {
	secret := make([]byte, appSecret)
	if _, err := io.ReadFull(d.random, secret); err != nil {
		return App{}, fmt.Errorf("make an app's secret: %w", err)
	}
	sealed, err := d.apps.close(person.ID, secret)
	if err != nil {
		return App{}, err
	}
	return d.appOf(ctx, person, secret, sealed)
}

// UnfinishedApp is the app whose secret is sealed for this person; ErrSecret.
func (d *Desk) UnfinishedApp(ctx context.Context, person store.Person, sealed string) (App, error) {
	closed, err := base32Text().DecodeString(sealed)
	if err != nil {
		return App{}, ErrSecret
	}
	secret, err := d.apps.open(person.ID, closed)
	if err != nil {
		return App{}, ErrSecret
	}
	return d.appOf(ctx, person, secret, closed)
}

func (d *Desk) appOf(ctx context.Context, person store.Person, secret, sealed []byte) (App, error) {
	holder, err := d.keyholder(ctx, person)
	if err != nil {
		return App{}, err
	}
	text := base32Text().EncodeToString(secret)
	host := d.public
	if public, err := url.Parse(d.public); err == nil {
		host = public.Host
	}
	issuer := "Carnet " + strings.ReplaceAll(host, ":", " ")
	uri := "otpauth://totp/" + url.PathEscape(issuer+":"+holder.email) + "?secret=" + text + "&issuer=" + url.PathEscape(issuer)
	return App{Secret: text, URI: uri, Sealed: base32Text().EncodeToString(sealed)}, nil
}

func base32Text() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }

// KeepApp takes an app into use once it has shown a code. Where the second step was off it goes on, and the recovery
// codes are told, once; else there are none to tell. The other sessions end and a letter is written. ErrSecret; ErrCode;
// *SlowDown.
func (d *Desk) KeepApp(ctx context.Context, person store.Person, session, sealed, code string) (codes []string, err error) {
	closed, err := base32Text().DecodeString(sealed)
	if err != nil {
		return nil, ErrSecret
	}
	step, err := d.shown(person.ID, closed, code)
	if err != nil {
		return nil, err
	}
	codes, hashes, err := d.newCodes(ctx)
	if err != nil {
		return nil, err
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person.ID)
		if err != nil {
			return err
		}
		factor, err := tx.SecondFactor(ctx, person.ID)
		on := err == nil
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		now := d.now()
		kept := store.SecondFactor{PersonID: person.ID, AppSecret: closed, AppStep: max(step, factor.AppStep), AppAt: &now, CreatedAt: now}
		if err := tx.KeepSecondFactor(ctx, &kept); err != nil {
			return err
		}
		if !on {
			return d.turnedOn(ctx, tx, present, session, "app", hashes)
		}
		codes = nil
		return d.secured(ctx, tx, present, session, AppChanged, "")
	})
	if err != nil {
		return nil, fmt.Errorf("keep an app: %w", err)
	}
	return codes, nil
}

// shown is the step of time of which an app that is being set up has shown the code. ErrSecret; ErrCode.
func (d *Desk) shown(person string, sealed []byte, code string) (int64, error) {
	secret, err := d.apps.open(person, sealed)
	if err != nil {
		return 0, ErrSecret
	}
	step, right := d.stepOf(secret, code, 0)
	if !right {
		return 0, ErrCode
	}
	return step, nil
}

// RemoveApp forgets a person's authenticator app; without a passkey to take its place the second step goes off. The
// other sessions end and a letter is written. ErrNeeded; store.ErrNotFound when there is no app.
func (d *Desk) RemoveApp(ctx context.Context, person, session string) error {
	needed, err := d.needed(ctx, person)
	if err != nil {
		return err
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		factor, err := tx.SecondFactor(ctx, person)
		if err != nil {
			return err
		}
		if factor.AppAt == nil {
			return store.ErrNotFound
		}
		factor.AppSecret, factor.AppAt = nil, nil
		if err := tx.KeepSecondFactor(ctx, &factor); err != nil {
			return err
		}
		if err := d.secured(ctx, tx, present, session, AppRemoved, ""); err != nil {
			return err
		}
		return d.offWithoutMeans(ctx, tx, present, session, needed)
	})
}

// openByApp uses up the code a person's app shows now; ErrCode.
func (d *Desk) openByApp(ctx context.Context, person, code string) error {
	factor, err := d.store.SecondFactor(ctx, person)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if factor.AppAt == nil {
		return ErrCode
	}
	secret, err := d.apps.open(person, factor.AppSecret)
	if err != nil {
		return fmt.Errorf("open the secret of an app: %w", err)
	}
	step, right := d.stepOf(secret, code, factor.AppStep)
	if !right {
		return ErrCode
	}
	err = d.store.SpendStep(ctx, person, step)
	if errors.Is(err, store.ErrNotFound) {
		return ErrCode
	}
	return err
}

// stepOf is the step of time whose code this is: the present one, the one before or the one after it (RFC 6238 §5.2),
// if no code of it or of a later one has been used.
func (d *Desk) stepOf(secret []byte, code string, used int64) (step int64, right bool) {
	now := d.now().Unix() / appPeriod
	for _, step := range []int64{now, now - 1, now + 1} {
		same, err := hotp.ValidateCustom(bare(code), uint64(step), base32Text().EncodeToString(secret), hotp.ValidateOpts{Digits: appDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && same && step > used {
			return step, true
		}
	}
	return 0, false
}

// isAppCode tells a code of an app from a recovery code by its form: six digits, however they are grouped.
func isAppCode(code string) bool {
	digits := bare(code)
	return len(digits) == appDigits && strings.Trim(digits, "0123456789") == ""
}
