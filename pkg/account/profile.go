package account

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/carnetbadges/carnet/store"
)

// What a profile may hold; lengths in characters.
const (
	longestAbout   = 1000
	longestLabel   = 60
	longestLink    = 500
	mostLinks      = 5
	mostLanguages  = 12
	handlesAtOnce  = 3 // changes of a handle within handlesWithin
	handlesWithin  = 30 * 24 * time.Hour
	handleIsFormed = `^[a-z0-9]+(-[a-z0-9]+)*$`
)

// Parts of a profile, each of which is shown to whom its holder says.
const (
	PartName      = "name"
	PartAbout     = "about"
	PartLanguages = "languages"
	PartLinks     = "links"
	PartPortrait  = "portrait"
)

// Parts are all parts of a profile, in the order they are shown.
func Parts() []string { return []string{PartName, PartPortrait, PartAbout, PartLanguages, PartLinks} }

// ProfileLink is an address on the web that a person shows, and what they call it (or empty).
type ProfileLink struct{ Label, URL string }

// Profile is what a person says of themselves, as it is typed in a form. Shown says of each of Parts who sees it:
// "private", "members" or "public". Languages are what they speak: tags of BCP 47 or their names, with commas between.
type Profile struct {
	Name, Handle, About, Languages string
	Links                          []ProfileLink
	Shown                          map[string]string
}

// Profile is what a person has said of themselves; Languages are tags of BCP 47 with spaces between.
func (d *Desk) Profile(ctx context.Context, person string) (Profile, error) {
	p, err := d.store.Person(ctx, person)
	if err != nil {
		return Profile{}, err
	}
	kept, err := d.store.Profile(ctx, person)
	if err != nil {
		return Profile{}, err
	}
	links, err := d.store.ProfileLinks(ctx, person)
	if err != nil {
		return Profile{}, err
	}
	said := Profile{Name: p.Name, Handle: p.Handle, About: kept.About, Languages: kept.Languages, Shown: map[string]string{
		PartName: kept.NameShown, PartAbout: kept.AboutShown, PartLanguages: kept.LanguagesShown,
		PartLinks: kept.LinksShown, PartPortrait: kept.PortraitShown,
	}}
	for _, l := range links {
		said.Links = append(said.Links, ProfileLink{Label: l.Label, URL: l.URL})
	}
	return said, nil
}

// SaveProfile keeps what a person says of themselves. A handle they give up still leads to them, and nobody else gets
// it. Mistakes: "name": required, too-long · "handle": malformed, too-short, too-long, taken, too-often · "about":
// too-long · "languages": unknown, too-many · "links": malformed, too-long, too-many · "shown": unknown.
func (d *Desk) SaveProfile(ctx context.Context, person string, said Profile) error {
	said, tags, mistakes := cleanProfile(said)
	if len(mistakes) > 0 {
		return mistakes
	}
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return fmt.Errorf("save a profile: %w", err)
		}
		if err := d.changeHandle(ctx, tx, &p, said.Handle); err != nil {
			return err
		}
		p.Name, p.UpdatedAt = said.Name, d.now()
		if err := tx.UpdatePerson(ctx, &p); err != nil {
			return err
		}
		kept, err := tx.Profile(ctx, person)
		if err != nil {
			return err
		}
		kept.About, kept.Languages, kept.UpdatedAt = said.About, strings.Join(tags, " "), d.now()
		kept.NameShown, kept.AboutShown, kept.LanguagesShown = said.Shown[PartName], said.Shown[PartAbout], said.Shown[PartLanguages]
		kept.LinksShown, kept.PortraitShown = said.Shown[PartLinks], said.Shown[PartPortrait]
		if err := tx.SaveProfile(ctx, kept); err != nil {
			return err
		}
		var links []store.ProfileLink
		for _, l := range said.Links {
			links = append(links, store.ProfileLink{Label: l.Label, URL: l.URL})
		}
		return tx.SetProfileLinks(ctx, person, links)
	})
	if errors.Is(err, store.ErrTaken) {
		return Mistakes{"handle": "taken"}
	}
	return err
}

// cleanProfile is what was typed as it is kept, the languages as tags, and what is wrong with it.
func cleanProfile(said Profile) (Profile, []string, Mistakes) {
	mistakes := Mistakes{}
	mark := func(field, reason string) {
		if reason != "" {
			mistakes[field] = reason
		}
	}
	said.Name = cleanName(said.Name)
	mark("name", nameMistake(said.Name))
	said.Handle = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(said.Handle), "@"))
	mark("handle", handleMistake(said.Handle))
	said.About = cleanText(said.About)
	if utf8.RuneCountInString(said.About) > longestAbout {
		mark("about", "too-long")
	}
	tags, reason := languageTags(said.Languages)
	mark("languages", reason)
	said.Links, reason = cleanLinks(said.Links)
	mark("links", reason)
	for _, part := range Parts() {
		if !slices.Contains([]string{store.Private, store.Members, store.Public}, said.Shown[part]) {
			mark("shown", "unknown")
		}
	}
	return said, tags, mistakes
}

var wellFormedHandle = regexp.MustCompile(handleIsFormed)

func handleMistake(handle string) string {
	switch {
	case len(handle) > longestHandle:
		return "too-long"
	case len(handle) < shortestHandle:
		return "too-short"
	case !wellFormedHandle.MatchString(handle):
		return "malformed"
	case slices.Contains(reserved(), handle):
		return "taken"
	}
	return ""
}

// changeHandle gives a person another handle. Their own former ones they may take back.
func (d *Desk) changeHandle(ctx context.Context, tx *store.Store, p *store.Person, handle string) error {
	if strings.EqualFold(p.Handle, handle) {
		return nil
	}
	if err := d.mayHave(ctx, tx, p.ID, handle); err != nil {
		return err
	}
	left, err := tx.HandlesLeft(ctx, p.ID, d.now().Add(-handlesWithin))
	if err != nil {
		return err
	}
	if left >= handlesAtOnce {
		return Mistakes{"handle": "too-often"}
	}
	if err := tx.LeaveHandle(ctx, p.ID, p.Handle, d.now()); err != nil {
		return err
	}
	p.Handle = handle
	return nil
}

// cleanText composes a text, keeps its lines, of which no two are empty together, and drops what has no shape.
func cleanText(typed string) string {
	typed = strings.ReplaceAll(strings.ReplaceAll(typed, "\r\n", "\n"), "\r", "\n")
	var lines []string
	for _, line := range strings.Split(typed, "\n") {
		line = strings.TrimRightFunc(shapely(line), unicode.IsSpace)
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return norm.NFC.String(strings.TrimRight(strings.Join(lines, "\n"), "\n"))
}

// cleanLinks keeps links that lead somewhere, empty rows left out.
func cleanLinks(typed []ProfileLink) (links []ProfileLink, reason string) {
	for _, l := range typed {
		l.Label, l.URL = cleanName(l.Label), strings.TrimSpace(l.URL)
		if l.URL == "" && l.Label == "" {
			continue
		}
		if l.URL != "" && !strings.Contains(l.URL, ":") {
			l.URL = "https://" + l.URL
		}
		links = append(links, l)
		if why := linkMistake(l); why != "" {
			reason = why
		}
	}
	if len(links) > mostLinks {
		reason = "too-many"
	}
	return links, reason
}

func linkMistake(l ProfileLink) string {
	if utf8.RuneCountInString(l.Label) > longestLabel || len(l.URL) > longestLink {
		return "too-long"
	}
	parsed, err := url.Parse(l.URL)
	if err != nil || parsed.Host == "" || parsed.User != nil || parsed.Scheme != "http" && parsed.Scheme != "https" ||
		strings.ContainsFunc(l.URL, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
		return "malformed"
	}
	return ""
}

// SetPreferences keeps a person's language ("en" or "fr") and theme ("auto", "light" or "dark"). Mistakes.
func (d *Desk) SetPreferences(ctx context.Context, person, language, theme string) error {
	mistakes := Mistakes{}
	if language != "en" && language != "fr" {
		mistakes["language"] = "unknown"
	}
	if theme != "auto" && theme != "light" && theme != "dark" {
		mistakes["theme"] = "unknown"
	}
	if len(mistakes) > 0 {
		return mistakes
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return fmt.Errorf("set preferences: %w", err)
		}
		p.Language, p.Theme, p.UpdatedAt = language, theme, d.now()
		return tx.UpdatePerson(ctx, &p)
	})
}

// keptAfter is how long a secret is kept after it ran out, and a claim after the last letter by which it could be proved.
const keptAfter = 24 * time.Hour

// Purge forgets letters for signing in that ran out, other secrets a day after they did and, with their last, the passports
// whose address nobody has proved; ways to providers from which nobody came back; and addresses a day after they were
// removed, unless a badge was made out to them. Call it now and then.
func (d *Desk) Purge(ctx context.Context) error {
	before := d.now().Add(-keptAfter)
	return errors.Join(d.store.PurgeClaims(ctx, before), d.store.PurgeTokens(ctx, before), d.store.PurgeVisits(ctx, d.now()),
		d.store.PurgeSignInLetters(ctx, d.now()), d.store.PurgeAddresses(ctx, before), d.store.PurgeInvitations(ctx, d.now().Add(-keptInvitations)))
}
