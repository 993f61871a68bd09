package views

import (
	"html/template"
	"strings"
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
	Evidence    []EvidenceView // the issuer's, without what the holder hides from this viewer
	Beside      []EvidenceView // the holder's own, likewise
	Removed     []EvidenceView // of the holder's own what lies in the trash, owner only
	Endorsed    []EndorsementView
	OwnWords    []EndorsementView // of who issued or received the badge, which are no endorsements
	Others      []OtherHolder     // who else holds it, as far as this viewer may know
	More        bool              // there are others besides these
	Files       []FileView
	Former      []FormerView // what the badge was before it was replaced, owner only
	Credential  string       // the credential's own id, an URL or URN; empty: none
	Achievement string       // the achievement's id, likewise
	IssuerID    string       // the issuer's, likewise
	Source      string       // the address it was fetched from, owner only; empty: none
	Owner       *OwnerView   // nil for visitors
	Back        string       // the address and title of the shared collection it is looked at in; empty: in none
	BackTo      string
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

// EvidenceView is one piece of evidence, of the issuer or of the holder.
type EvidenceView struct {
	Name, Description, Genre string
	URL                      string        // http(s) only; empty: no link
	Narrative                template.HTML // sanitised by web
	File                     *FileView     // only of the holder's own; nil: none
	IsPicture                bool          // File is a picture that pages may show
	Hidden                   bool          // from everybody but the holder
	DaysLeft                 int           // until it is gone for good, of what was taken away
	At                       string        // where it is changed, owner only: the address of a piece of one's own
	Piece                    string        // what names a piece of the issuer's, owner only
}

// EndorsementView is an endorsement that was found genuine. By is what proves who the endorser is: a host, or a key whose
// holder nobody knows.
type EndorsementView struct{ Endorser, By, Comment string }

func (e EndorsementView) byKey() bool { return strings.HasPrefix(e.By, "did:") }

// OtherHolder is somebody who holds the same achievement and lets it be known.
type OtherHolder struct {
	Name, Handle, Badge string
	IssuedOn            *time.Time
}

// FormerView is what a badge was before a newer version took its place.
type FormerView struct {
	Until    time.Time
	Document string // the address of the credential as it was
	Original string // of the file it came in; empty: none
}

// FileView is one file to take away. Kind is original, archive, certificate, png, svg, json or jwt.
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

	Marks *MarksView // nil of what is in the trash
}
