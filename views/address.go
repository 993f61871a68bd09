package views

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"
)

// AddressesPage is where a person keeps the addresses by which badges find them (GET, POST /you/addresses).
type AddressesPage struct {
	Frame     Frame
	Addresses []AddressView
	Removed   []AddressView     // removed ones for which badges wait
	Email     string            // as typed
	Mistakes  map[string]string // field → reason (account.Mistakes)
	Most      int               // how many one person may have
}

// AddressView is one e-mail address of a person.
type AddressView struct {
	ID         string
	Email      string
	Primary    bool
	VerifiedAt *time.Time // nil: not confirmed yet
	Accepted   int        // badges that were accepted by it
	Waiting    int        // badges that wait for it
	Needed     bool       // it cannot be removed: it is the primary one, or the last confirmed
}

// AddressPage is one address: to be confirmed by code (GET /you/addresses/{id}), or about to be removed (GET …/remove).
type AddressPage struct {
	Frame   Frame
	Address AddressView
	Mistake string // of the code: wrong or slow-down
	Kept    bool   // letters are kept in a folder instead of being sent: the page leads to them
}

// Waits are the badges that wait for one address of their holder's.
type Waits struct {
	AddressID, Address string
	Removed            bool // the holder has removed it since
	Cards              []Card
}

func (a AddressView) at(deed string) templ.SafeURL {
	return templ.SafeURL("/you/addresses/" + url.PathEscape(a.ID) + deed)
}

func addAddressInput(ctx context.Context, p AddressesPage) Input {
	return Input{
		Name: "email", Type: "email", Label: T(ctx, "addresses.new"), Hint: T(ctx, "addresses.new.hint"), Value: p.Email,
		Mistake: mistake(ctx, "email", p.Mistakes), Autocomplete: "email", MaxLength: 254, Required: true,
	}
}

func addressCodeInput(ctx context.Context, wrong string) Input {
	input := Input{Name: "code", Label: T(ctx, "address.code"), Type: "code", Autocomplete: "one-time-code", Required: true}
	if wrong != "" {
		input.Mistake = T(ctx, "address.code."+wrong)
	}
	return input
}

// shownAtOnce is how many waiting badges an offer names.
const shownAtOnce = 5

func (w Waits) shown() []Card { return w.Cards[:min(len(w.Cards), shownAtOnce)] }

func (w Waits) others() int { return len(w.Cards) - len(w.shown()) }
