// Package openbadges reads, verifies, bakes and makes Open Badges of every version, 0.5 to 3.0.
// It knows nothing of people, databases or HTTP: what it must load from the web it asks of a [Fetch].
//
// Whoever has a file, a text or an address calls [Read], which tells what it is, then [Verify], which tells whether it is
// true, and shows [Verification.Verdict], [Verification.Findings] and [Verification.Badge]. Whoever makes badges calls
// [SignDataIntegrity], [SignJWT] or [SignJWS], and package bake puts the result into a picture. Everything may be called
// from several goroutines at once, and one [Credential] be verified by several, as long as nobody changes it.
//
// Three rules keep those who show badges honest. Nothing in [Credential.Badge] is proved. A name is only what an issuer says
// of itself: show [Profile.ProvenBy] beside it. And all texts are an issuer's, so escape them.
package openbadges

import (
	"context"
	"time"
)

// Fetch loads one address of the web. Every HTTP answer, also 404 and 410, is a [Document];
// an error means that no answer came: refused, unreachable, too large or too slow. The addresses come from whoever wrote the
// credential: a Fetch must refuse private networks, bound size and time, and hold redirects to the same rules.
type Fetch func(ctx context.Context, url string) (Document, error)

// Document is the answer to one request.
type Document struct {
	URL         string    // the address that answered, after redirects; may be left out
	Status      int       // the HTTP status of the last answer: 200, 404, 410, …
	ContentType string    // the media type as sent; nothing is decided by it
	Body        []byte    // the body, decompressed, at most the limit of the fetcher
	At          time.Time // when it answered; may be left out
}

// Standard is the version of Open Badges a credential follows; "vc" is a Verifiable Credential that is no Open Badge.
type Standard string

// The standards a credential may follow.
const (
	V05 Standard = "0.5" // one document with the badge and its issuer inside; hosted only
	V10 Standard = "1.0" // hosted or signed; badge and issuer by address
	V11 Standard = "1.1" // 1.0 with a JSON-LD context
	V20 Standard = "2.0" // also 2.1, which differs in how badges are passed on
	V30 Standard = "3.0" // a Verifiable Credential of VC 1.1 or VC 2.0
	VC  Standard = "vc"
)

// Proof is the way in which a credential can be proved.
type Proof string

// The kinds of proof.
const (
	ProofHosted        Proof = "hosted"         // the copy at its issuer's counts (OB 2.0 §HostedBadge)
	ProofJWS           Proof = "jws"            // a signed assertion (OB 2.0 §SignedBadge)
	ProofDataIntegrity Proof = "data-integrity" // a proof inside the credential (OB 3.0 §8.3, VC Data Integrity 1.0)
	ProofJWT           Proof = "vc-jwt"         // a token around the credential (OB 3.0 §8.2, VC JOSE COSE §3)
	ProofNone          Proof = "none"           // nothing that could be checked: anybody may have written it
)

// Container is the form in which a credential came.
type Container string

// The containers that are read.
const (
	ContainerPNG  Container = "png"  // a chunk of text in a picture (OB 2.0 §Baking, OB 3.0 §5.3)
	ContainerSVG  Container = "svg"  // an element of its own in a drawing (OB 2.0 §Baking, OB 3.0 §5.3)
	ContainerPDF  Container = "pdf"  // no standard says how; what programs do is read
	ContainerJSON Container = "json" // the credential itself
	ContainerJWS  Container = "jws"  // a compact JWS (RFC 7515 §7.1) of any standard
	ContainerURL  Container = "url"  // an address that answered with one of these
)

// Check names one question a verification asks.
type Check string

// The checks, in the order in which they are reported. One may have several findings, and one that has none did not apply.
const (
	CheckParse       Check = "parse"       // could it be read, and as what?
	CheckStructure   Check = "structure"   // does it keep the rules of its standard (OB 2.0 §Data Validation, OB 3.0 §B, VC 2.0 §4)?
	CheckProof       Check = "proof"       // has nothing changed since it was signed, or does its host say the same?
	CheckIssuer      Check = "issuer"      // is the key, or the address, the issuer's (OB 2.0 §VerificationObject, OB 3.0 §9)?
	CheckRecipient   Check = "recipient"   // was it given to one of [Options.Recipients] (OB 2.0 §IdentityHash, OB 3.0 §9)?
	CheckRevocation  Check = "revocation"  // was it taken back (OB 2.0 §RevocationList, Bitstring Status List §3.2)?
	CheckDates       Check = "dates"       // is it in force at [Options.At] (OB 2.0 §Verification 5, VC 2.0 §4.9)?
	CheckAchievement Check = "achievement" // is it said what it is for (OB 2.0 §BadgeClass, OB 3.0 §Achievement)?
	CheckEndorsement Check = "endorsement" // does each endorsement stand, as a credential of its own (OB 3.0 §EndorsementCredential)?
	CheckExtension   Check = "extension"   // does each extension follow its schema (OB 1.1 and 2.0 §Extensions)?
)

// Result is the answer to one check.
type Result string

// The results. A check that could not run is never a pass.
const (
	Pass    Result = "pass"
	Fail    Result = "fail"    // it was asked, and the answer is no
	Unknown Result = "unknown" // it could not be asked now, or not answered: try again later, or another program
	Skipped Result = "skipped" // the check does not apply to this credential
)

// Verdict is what the findings add up to.
type Verdict string

// The verdicts.
const (
	Genuine      Verdict = "genuine"      // every check that applies passed, proof and issuer among them
	NotCurrent   Verdict = "not-current"  // proven, but expired, not yet valid, revoked or suspended
	Contradicted Verdict = "contradicted" // a check failed, other than by time or revocation
	CannotTell   Verdict = "unknown"      // something could not be decided now, or nothing proves it
)

// Finding is one checked fact about a credential, with the evidence for it.
type Finding struct {
	Check  Check             `json:"check"`
	Result Result            `json:"result"`
	Reason Reason            `json:"reason"`           // machine-readable, stable; see [AllReasons]
	Detail string            `json:"detail"`           // one English sentence for a person, of [Sentence]
	Params map[string]string `json:"params,omitempty"` // what the sentence speaks of: host, date, key, address, status
}

// Reason is the stable code of why a check ended as it did.
type Reason string

// Verification is the whole answer about one credential.
type Verification struct {
	Verdict  Verdict     `json:"verdict"`
	Standard Standard    `json:"standard"`
	Proof    Proof       `json:"proof"`
	Findings []Finding   `json:"findings"`
	At       time.Time   `json:"-"` // the moment the answer is about
	Badge    Badge       `json:"-"` // read from the very bytes that were proved; only claimed when Proved is false
	Web      RecordedWeb `json:"-"` // everything that was fetched on the way
}

// Options are what a verification may know and use.
type Options struct {
	Fetch      Fetch     // how to load what the credential points at; nil: nothing can be reached
	At         time.Time // the moment to judge by; zero: now
	Recipients []string  // e-mail addresses of one supposed recipient, any of which suffices; empty: the check is skipped

	// Told hears of each finding as it is made, before the next is asked for, in that order and not in the order of
	// the report; nil: nobody listens. It is called on the goroutine of [Verify], which waits for it.
	Told func(Finding)
}
