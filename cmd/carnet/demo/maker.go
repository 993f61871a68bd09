package demo

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/carnetbadges/carnet/cmd/carnet/demo/art"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

// The HTTP statuses of this world's web.
const (
	found       = 200
	withdrawn   = 410
	unavailable = 503
)

// pngSide is the width of the demo's PNG pictures, in pixels.
const pngSide = 400

// maker makes one world.
type maker struct {
	seed         int64
	day          time.Time
	world        World
	people       map[string]Person
	issuers      map[string]*issuer
	achievements map[string]achievement
	withdrawn    map[string][]object // revocation list entries of OB 2.0, by the issuer's id
	bits         []byte              // the status list of OB 3.0 revocations
	pictures     map[string][]byte   // by address
	older        map[string]int      // badges somebody had when they joined, by handle
}

func newMaker(seed int64, day time.Time) *maker {
	m := &maker{
		seed: seed, day: day,
		world:        World{People: people(), Web: openbadges.RecordedWeb{}},
		people:       map[string]Person{},
		issuers:      issuers(),
		achievements: achievements(),
		withdrawn:    map[string][]object{},
		bits:         make([]byte, statusBits/8),
		pictures:     map[string][]byte{},
		older:        map[string]int{},
	}
	for _, p := range m.world.People {
		m.people[p.Handle] = p
	}
	return m
}

// found gives every issuer its keys and publishes what it says of itself and of its achievements.
func (m *maker) found(ctx context.Context) error {
	for name, i := range m.issuers {
		if err := m.equip(name, i); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, a := range m.achievements {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.publishAchievement(m.issuers[a.by], a); err != nil {
			return fmt.Errorf("%s: %w", a.slug, err)
		}
	}
	return nil
}

func (m *maker) equip(name string, i *issuer) (err error) {
	if i.key, err = newLuck(m.seed, "key of "+name).ed25519(); err != nil {
		return err
	}
	if i.id == "" {
		i.id = i.key.DIDKey()
	}
	if i.form == signed20 {
		if i.rsa, err = newLuck(m.seed, "RSA key of "+name).rsa(); err != nil {
			return err
		}
	}
	m.publish(i.at("/logo.svg"), "image/svg+xml", art.SVG(i.logo, i.colours))
	return m.publishIssuer(i)
}

// award is one grant, with everything it speaks of looked up.
type award struct {
	grant
	person  Person
	issuer  *issuer
	achieve achievement
	luck    *luck
	address string // the e-mail address it is made out to
	issued  time.Time
	expires time.Time // zero: never
	form    string
}

func (m *maker) award(g grant) (award, error) {
	a := award{grant: g, person: m.people[g.who], achieve: m.achievements[g.what], luck: newLuck(m.seed, g.who+" "+g.what)}
	a.issuer = m.issuers[a.achieve.by]
	a.issued = m.day.AddDate(0, 0, -g.daysAgo).Add(10*time.Hour + 30*time.Minute)
	if g.on != "" {
		day, err := time.Parse(time.DateOnly, g.on)
		if err != nil {
			return award{}, err
		}
		a.issued = day.Add(14 * time.Hour)
	}
	if a.achieve.years > 0 {
		a.expires = a.issued.AddDate(a.achieve.years, 0, 0)
	}
	a.address, a.form = a.person.Email, a.achieve.form
	if g.fate == unexpected {
		a.address = a.person.Unproved
	}
	if a.form == "" {
		a.form = a.issuer.form
	}
	return a, nil
}

// give makes one badge and what its issuer publishes about it.
func (m *maker) give(ctx context.Context, g grant) (Badge, error) {
	a, err := m.award(g)
	if err != nil {
		return Badge{}, err
	}
	badge := Badge{Holder: g.who, Address: a.address, Brought: m.brought(a), Visibility: g.visibility, Waiting: g.fate == unexpected, Verdict: g.fate.verdict()}
	made, err := m.issue(ctx, a)
	if err != nil {
		return Badge{}, err
	}
	switch g.in {
	case "link":
		badge.Link = made.address
	case "file":
		badge.File, badge.Data = g.what+made.extension, made.credential
	default:
		badge.File = g.what + "." + g.in
		badge.Data, err = m.bake(a, made)
	}
	return badge, err
}

// brought is when its holder puts a badge into their passport: some days after they got it, and what is older than the
// passport one after another on the first day.
func (m *maker) brought(a award) time.Time {
	chance := a.luck.bytes(2)
	soon := a.issued.AddDate(0, 0, 1+int(chance[0]%4)).Add(time.Duration(chance[1]%8) * time.Hour)
	if soon.After(a.person.Joined) {
		return soon
	}
	m.older[a.who]++
	return a.person.Joined.Add(time.Duration(m.older[a.who]) * 4 * time.Minute)
}

// issued is a credential as its issuer hands it out.
type issued struct {
	credential []byte // as it stands in a file
	baked      []byte // as it stands in a picture, where that is something else
	address    string // where it is hosted
	extension  string // of a file of it
	keyword    bake.Keyword
}

// issue makes the credential of an award in its issuer's form.
func (m *maker) issue(ctx context.Context, a award) (issued, error) {
	switch a.form {
	case hosted05:
		return m.issue05(a)
	case hosted10, hosted11:
		return m.issue1(a)
	case hosted20, signed20:
		return m.issue20(a)
	default:
		return m.issue30(ctx, a)
	}
}

func (m *maker) bake(a award, made issued) ([]byte, error) {
	credential := made.credential
	if made.baked != nil {
		credential = made.baked
	}
	if a.in == "svg" {
		return bake.SVG(art.SVG(a.achieve.motif, a.issuer.colours), credential, made.keyword)
	}
	picture, err := m.png(a.issuer, a.achieve)
	if err != nil {
		return nil, err
	}
	return bake.PNG(picture, credential, made.keyword)
}

// png is the achievement's picture as a PNG, drawn once.
func (m *maker) png(i *issuer, a achievement) ([]byte, error) {
	address := i.at("/badges/" + a.slug + "/image.png")
	if known := m.pictures[address]; known != nil {
		return known, nil
	}
	picture, err := art.PNG(a.motif, i.colours, pngSide)
	if err != nil {
		return nil, err
	}
	m.pictures[address] = picture
	m.publish(address, "image/png", picture)
	return picture, nil
}

// publish makes an address of the world answer.
func (m *maker) publish(address, mediaType string, body []byte) {
	m.world.Web[address] = openbadges.Recording{Status: found, ContentType: mediaType, Body: body}
}

func (m *maker) publishJSON(address, mediaType string, body object) error {
	text, err := body.text()
	if err != nil {
		return fmt.Errorf("%s: %w", path.Base(address), err)
	}
	m.publish(address, mediaType, text)
	return nil
}

// utc writes a moment as the standards want it.
func utc(moment time.Time) string {
	if moment.IsZero() {
		return ""
	}
	return moment.UTC().Format(time.RFC3339)
}
