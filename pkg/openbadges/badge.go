package openbadges

import "time"

// Badge is what a credential of any version says, in one shape. Nothing in it is proved by being here.
// Texts are plain or Markdown as the issuer wrote them and must be escaped or sanitised before they are shown.
type Badge struct {
	ID          string // the credential's own id: an URL, a URN or, for OB 1.x, its uid; may be empty
	Standard    Standard
	Achievement Achievement
	Issuer      Profile    // who gave it; only [Profile.ProvenBy] of it is ever proved
	Creator     *Profile   // who made the achievement, where the credential names somebody else than the issuer
	Recipient   Recipient  // to whom
	Evidence    []Evidence // in the order of the credential
	Narrative   string     // what this recipient did, in the issuer's words
	Image       string     // URL or data: URI of the credential's own picture; empty: the achievement's
	Language    string     // BCP 47; empty when not stated
	IssuedOn    time.Time  // OB 1.x and 2.0 issuedOn, OB 3.0 awardedDate or else ValidFrom; zero: not stated
	ValidFrom   time.Time  // OB 3.0 validFrom or issuanceDate; zero before OB 3.0
	Expires     time.Time  // OB 1.x and 2.0 expires, OB 3.0 validUntil or expirationDate; zero: never
}

// Achievement is what the badge is for (OB 3.0 §Achievement, OB 1.x and 2.0 §BadgeClass).
type Achievement struct {
	ID           string // URL or URN; may be empty before OB 2.0
	Name         string // in English where it is stated in several languages, else in the first
	Description  string
	CriteriaURL  string // where the criteria are told, or ""
	CriteriaText string // or the criteria themselves, in Markdown
	Image        string // URL or data: URI
	ImageCaption string // the issuer's text alternative
	Tags         []string
	Alignments   []Alignment
	Type         string // OB 3.0 achievementType
}

// Alignment ties an achievement to an entry of a framework (OB 2.0 §AlignmentObject, OB 3.0 §Alignment).
type Alignment struct{ Name, URL, Framework, Code, Description string }

// Profile is an issuer, creator or endorser, as it describes itself (OB 2.0 and 3.0 §Profile, OB 1.x §IssuerOrganization).
type Profile struct {
	ID          string // URL, DID or, for OB 0.5, the origin
	Name        string
	URL         string
	Email       string
	Description string
	Image       string
}

// Host is the authority of the profile's id or, where the id has none, of its url, which anybody can write: good to group
// by or to look up, never to show as proved. Empty for a bare key (did:key) without url.
func (p Profile) Host() string { return profileHost(p) }

// ProvenBy is what a proof about the profile proves: the host of its id, or an id that names none, such as a did:key, of
// which nobody knows whose it is. Name and url are only what the profile says of itself.
func (p Profile) ProvenBy() string {
	return firstText(profileHost(Profile{ID: p.ID}), p.ID)
}

// Evidence is what shows that the criteria were met (OB 2.0 and 3.0 §Evidence); before OB 2.0 only an address, in ID.
type Evidence struct{ ID, Name, Description, Narrative, Genre, Audience string }

// Recipient is to whom the credential was given (OB 2.0 §IdentityObject, OB 3.0 §AchievementSubject).
type Recipient struct {
	ID         string     // OB 3.0 credentialSubject.id, e.g. a did:key; may be empty
	Name       string     // as stated by the issuer; may be empty
	Identities []Identity // by which the person can be recognised
}

// Identity is one identifier of a recipient, plain or hashed (OB 2.0 §IdentityObject and §IdentityHash, OB 3.0
// §IdentityObject).
type Identity struct {
	Type   string // "email" (OB 3.0 emailAddress too), "url", "telephone", "id", or as stated
	Value  string // the identifier, or alg$hex when Hashed
	Hashed bool
	Salt   string
}
