package views

import (
	"context"
	"net/url"
	"strings"
	"time"
)

// SecondSection is the second step on the page of the ways to sign in (POST /you/second/…).
type SecondSection struct {
	On       bool
	AppAt    *time.Time // since when there is an authenticator app; nil: none
	Codes    int        // recovery codes left
	Passkeys int
	Needed   bool // by the rules of the house: it cannot be turned off
}

// SecondPage is where an administrator who must have a second factor sets one up (GET /you/second).
type SecondPage struct {
	Frame    Frame
	Passkeys PasskeySection
	Second   SecondSection
}

// AppPage sets an authenticator app up (GET /you/second/app, POST /you/second/app/keep).
type AppPage struct {
	Frame  Frame
	Secret string // base32
	URI    string // otpauth://…
	// Mistake is why the code was not taken: "wrong", "slow-down" or empty.
	Mistake string
}

// CodesPage shows recovery codes, this once.
type CodesPage struct {
	Frame Frame
	Codes []string
	Site  string // the host they are for
	// Next is where to go on to.
	Next string
}

// SecondDoorPage asks for the second step at the door (GET, POST /sign-in/second).
type SecondDoorPage struct {
	Frame Frame
	Name  string
	App   bool // there is an authenticator app
	// Recovery is set where a recovery code is asked for.
	Recovery bool
	// Passkeys is set where one of theirs would open as well.
	Passkeys bool
	// Mistake is why it did not open: "wrong", "slow-down" or empty.
	Mistake string
	// Next is the path to go on to afterwards.
	Next string
}

// file is the address of a text file with the codes: it lies in the page itself, so that nothing has to be kept for it.
func (p CodesPage) file(ctx context.Context) string {
	text := T(ctx, "codes.file", "Site", p.Site) + "\r\n\r\n" + strings.Join(p.Codes, "\r\n") + "\r\n"
	return "data:text/plain;charset=utf-8," + url.PathEscape(text)
}

func secondInput(ctx context.Context, recovery bool, mistake string) Input {
	input := Input{Name: "code", Label: T(ctx, "secondcode.app"), Hint: T(ctx, "secondcode.app.hint"), Autocomplete: "one-time-code", MaxLength: 64, Required: true, Numeric: true}
	if recovery {
		input = Input{Name: "code", Label: T(ctx, "secondcode.recovery"), Hint: T(ctx, "secondcode.recovery.hint"), Autocomplete: "off", MaxLength: 64, Required: true}
	}
	if mistake != "" {
		input.Mistake = T(ctx, "secondcode.mistake."+mistake)
	}
	return input
}

// secretGroups sets an app's secret in fours, as it is read and typed.
func secretGroups(secret string) string {
	var groups []string
	for ; len(secret) > 4; secret = secret[4:] {
		groups = append(groups, secret[:4])
	}
	return strings.Join(append(groups, secret), " ")
}
