package views

import (
	"html/template"
	"time"
)

// BadgePage is one badge, for its owner and for everybody who may see it (GET /b/{id}).
type BadgePage struct {
	Frame       Frame
	ID          string
	Name        string
	Description string
	Lang        string // BCP 47, the language of the issuer's texts; empty when not stated
	Picture     string // its address; empty: a blank plate is drawn
	PictureAlt  string // the issuer's text alternative; empty: made of name and issuer
	PictureSize [2]int // width and height in pixels, where known
	LightPlate  bool
	Standing    string // as in Card; fades the picture
	Since       *time.Time
	Issuer      PartyView
	Creator     *PartyView // who made the achievement, where it is not the issuer
	Holder      HolderView
	IssuedOn    *time.Time
	ValidFrom   *time.Time // only where it differs from IssuedOn
	Expires     *time.Time
	Ended       bool // Expires is past
	Verdict     VerdictView
	Criteria    template.HTML // sanitised by web; empty: none
	CriteriaURL string
	Narrative   template.HTML // what this recipient did, sanitised by web
	Tags        []string
	Alignments  []AlignmentView
	Evidence    []EvidenceView
	Files       []FileView
	Credential  string     // the credential's own id, an URL or URN; empty: none
	Source      string     // the address it was fetched from, owner only; empty: none
	Owner       *OwnerView // nil for visitors
}

// PartyView is an issuer or a creator.
type PartyView struct {
	Name string
	Host string // what proves it: host of the id, or the DID; empty when it has none
	URL  string // http(s) only; empty: no link
}

// HolderView is to whom the badge was given.
type HolderView struct {
	Name      string
	Handle    string // empty: no public passport to link to
	Confirmed bool   // the badge is made out to an address this person has confirmed
}

// AlignmentView ties the badge to an entry of a framework.
type AlignmentView struct{ Name, URL, Framework, Code, Description string }

// EvidenceView is one piece of evidence of the issuer.
type EvidenceView struct {
	Name, Description, Genre string
	URL                      string        // http(s) only; empty: no link
	Narrative                template.HTML // sanitised by web
}

// FileView is one file to take away. Kind is original, archive, png, svg, json or jwt.
type FileView struct {
	Kind string
	Href string
	Name string // the file's own name, for the original
	Size int64  // bytes; 0: not said
}

// OwnerView is what only the holder of a badge sees on its page.
type OwnerView struct {
	Visibility string // private, members or public
	Link       string // the full public address to copy
	Waiting    *Wait  // the badge is pending until this address is confirmed
	AddedAt    time.Time
	DeletedAt  *time.Time // it is in the trash
	DaysLeft   int        // days until it is gone for good, when deleted

	IssuerBlocked bool // the house shows it to nobody else
}
