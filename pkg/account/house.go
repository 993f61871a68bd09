package account

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/store"
)

// How one may join.
const (
	SignUpOpen       = "open"
	SignUpInvitation = "invitation"
	SignUpClosed     = "closed"
)

// The names of what is set for the house (store.SiteSettings), besides those of Texts.
const (
	settingName        = "name"
	settingSignUp      = "sign-up"
	settingAdminFactor = "admins-need-factor"
	yes                = "yes"
)

const (
	longestHouseName = 60       // characters
	longestText      = 64 << 10 // bytes
)

// House is what is set for the whole of this Carnet.
type House struct {
	Name             string            // what it is called; empty: Carnet
	SignUp           string            // SignUpOpen, SignUpInvitation or SignUpClosed
	AdminsNeedFactor bool              // administrators must have a second factor
	Texts            map[string]string // Markdown: "terms.en", "privacy.fr", …; what is not set is not there
}

// LegalTexts are the texts a house may have: "terms", "privacy" and "imprint", each in every language.
func LegalTexts() []string { return []string{"terms", "privacy", "imprint"} }

// Text is one of LegalTexts in a language or, where it is not written in that one, in any; and in which.
func (h House) Text(name, language string) (text, in string) {
	for _, in := range append([]string{language}, "en", "fr") {
		if text := h.Texts[name+"."+in]; text != "" {
			return text, in
		}
	}
	return "", ""
}

func houseIn(settings map[string]string) House {
	h := House{Name: settings[settingName], SignUp: settings[settingSignUp], AdminsNeedFactor: settings[settingAdminFactor] == yes, Texts: map[string]string{}}
	if h.SignUp == "" {
		h.SignUp = SignUpOpen
	}
	for _, name := range textNames() {
		if settings[name] != "" {
			h.Texts[name] = settings[name]
		}
	}
	return h
}

// settings is the house as it is kept.
func (h House) settings() map[string]string {
	all := map[string]string{settingName: h.Name, settingSignUp: h.SignUp, settingAdminFactor: ""}
	if h.AdminsNeedFactor {
		all[settingAdminFactor] = yes
	}
	for _, name := range textNames() {
		all[name] = h.Texts[name]
	}
	return all
}

func textNames() (names []string) {
	for _, text := range LegalTexts() {
		names = append(names, text+".en", text+".fr")
	}
	return names
}

// houseKnown is how long a change made by another process may stay unseen.
const houseKnown = 2 * time.Second

// lastHouse is the house as it was read last: every page asks.
type lastHouse struct {
	mu    sync.Mutex
	house House
	until time.Time
}

// House is what is set for this Carnet, as it was at most two seconds ago.
func (d *Desk) House(ctx context.Context) (House, error) {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	now := time.Now() // how long something is remembered here is no matter of the house's own time
	if now.Before(d.house.until) {
		return d.house.house, nil
	}
	settings, err := d.store.SiteSettings(ctx)
	if err != nil {
		return House{}, err
	}
	d.house.house, d.house.until = houseIn(settings), now.Add(houseKnown)
	return d.house.house, nil
}

// forgetHouse lets the next who asks read it anew.
func (d *Desk) forgetHouse() {
	d.house.mu.Lock()
	defer d.house.mu.Unlock()
	d.house.until = time.Time{}
}

// adminsNeedFactor is the rule of the house for its administrators.
func (d *Desk) adminsNeedFactor(ctx context.Context) (bool, error) {
	h, err := d.House(ctx)
	return h.AdminsNeedFactor, err
}

// SetHouse keeps the name, texts and rules of the house and writes down each that is another than it was; how one may
// join is left as it is (SetSignUp). Mistakes: "house": too-long; "terms.en", …: too-long.
func (d *Desk) SetHouse(ctx context.Context, by string, h House) error {
	mistakes := Mistakes{}
	h.Name = cleanName(h.Name)
	if utf8.RuneCountInString(h.Name) > longestHouseName {
		mistakes["house"] = "too-long"
	}
	texts := map[string]string{}
	for name, text := range h.Texts {
		texts[name] = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
		if len(texts[name]) > longestText {
			mistakes[name] = "too-long"
		}
	}
	if len(mistakes) > 0 {
		return mistakes
	}
	h.Texts = texts
	wanted := h.settings()
	delete(wanted, settingSignUp)
	return d.set(ctx, by, SettingSet, wanted)
}

// SetSignUp says how one may join from now on. Mistakes: "sign-up": unknown.
func (d *Desk) SetSignUp(ctx context.Context, by, mode string) error {
	if mode != SignUpOpen && mode != SignUpInvitation && mode != SignUpClosed {
		return Mistakes{"sign-up": "unknown"}
	}
	return d.set(ctx, by, SignUpSet, map[string]string{settingSignUp: mode})
}

// set keeps what is another than it was, and writes each down: a rule with what it is now, all else by its name alone.
func (d *Desk) set(ctx context.Context, by, what string, wanted map[string]string) error {
	defer d.forgetHouse()
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		settings, err := tx.SiteSettings(ctx)
		if err != nil {
			return err
		}
		present := houseIn(settings).settings()
		for _, name := range slices.Sorted(maps.Keys(wanted)) {
			if present[name] == wanted[name] {
				continue
			}
			if err := tx.SetSiteSetting(ctx, name, wanted[name], d.now()); err != nil {
				return err
			}
			detail := name
			if what == SignUpSet {
				detail = wanted[name]
			}
			if err := d.note(ctx, tx, by, "", what, detail); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("change a setting of the house: %w", err)
	}
	return nil
}
