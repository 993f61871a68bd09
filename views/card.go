package views

import "time"

// Card is one badge on a wall, as small as it is shown.
type Card struct {
	ID         string     // the badge's id, a ULID
	Name       string     // as the issuer wrote it
	Issuer     string     // the issuer's name, else its host
	Lang       string     // BCP 47, the language of Name; empty when not stated
	Picture    string     // the address of the picture; empty: a blank plate is drawn
	LightPlate bool       // the picture is transparent with dark ink and needs a light plate in the dark
	Visibility string     // private, members or public; empty when the viewer is not its owner
	Verdict    string     // openbadges.Verdict: genuine, not-current, unknown or contradicted
	Standing   string     // why it is not current: expired, revoked, suspended or not-yet; empty otherwise
	Since      *time.Time // when that began (expired, revoked) or will end (not-yet), where it is known
	Expires    *time.Time // the end of a genuine badge that ends soon; nil: nothing to say
	New        bool       // it came within the last day

	// What only its holder is shown.
	Issued    *time.Time
	Came      time.Time
	Year      string // the first of its year on a page of a timeline: that year
	Favourite bool
	SelfMade  bool
	Endorsed  bool
	Tags      []string

	Shrinks bool   // its picture can be had smaller
	Eager   bool   // its picture is loaded at once
	Href    string // where it leads; empty: to the badge's own page
}

// address is where a card leads.
func (c Card) address() string {
	if c.Href != "" {
		return c.Href
	}
	return "/b/" + c.ID
}

// Wait is a badge made out to an address its holder has not confirmed yet (state pending).
type Wait struct {
	Card      Card
	AddressID string // store.Address.ID, sent by the form to POST /you/confirm
	Address   string // the address it was made out to
	Removed   bool   // its holder has removed that since
}

// small is the address of the picture, at most so many pixels a side.
func (c Card) small(side string) string {
	if !c.Shrinks {
		return c.Picture
	}
	return withParameter(c.Picture, "w", side)
}

// sizes are the addresses of the picture for screens of one and of two pixels to the point.
func (c Card) sizes() string {
	if !c.Shrinks {
		return ""
	}
	return c.small("160") + ", " + c.small("320") + " 2x"
}

func (c Card) loading() string {
	if c.Eager {
		return "eager"
	}
	return "lazy"
}
