// Package openbadges reads, verifies, bakes and makes Open Badges of every version, 0.5 to 3.0.
// It knows nothing of people, databases or HTTP: what it must load from the web it asks of a [Fetch].
package openbadges

import (
	"context"
	"time"
)

// Fetch loads one address of the web. Every HTTP answer, also 404 and 410, is a [Document];
// an error means that no answer came: refused, unreachable, too large or too slow.
type Fetch func(ctx context.Context, url string) (Document, error)

// Document is the answer to one request.
type Document struct {
	URL         string    // the address that answered, after redirects
	Status      int       // the HTTP status
	ContentType string    // the media type as sent
	Body        []byte    // the body, at most the limit of the fetcher
	At          time.Time // when it answered
}

// Standard is the version of Open Badges a credential follows; "vc" is a Verifiable Credential that is no Open Badge.
type Standard string

// The standards a credential may follow.
const (
	V05 Standard = "0.5"
	V10 Standard = "1.0"
	V11 Standard = "1.1"
	V20 Standard = "2.0"
	V30 Standard = "3.0"
	VC  Standard = "vc"
)

// Proof is the way in which a credential can be proved.
type Proof string

// The kinds of proof.
const (
	ProofHosted        Proof = "hosted"
	ProofJWS           Proof = "jws"
	ProofDataIntegrity Proof = "data-integrity"
	ProofJWT           Proof = "vc-jwt"
	ProofNone          Proof = "none"
)

// Container is the form in which a credential came.
type Container string

// The containers that are read.
const (
	ContainerPNG  Container = "png"
	ContainerSVG  Container = "svg"
	ContainerPDF  Container = "pdf"
	ContainerJSON Container = "json"
	ContainerJWS  Container = "jws"
	ContainerURL  Container = "url"
)

// Check names one question a verification asks.
type Check string

// The checks, in the order in which they are reported.
const (
	CheckParse       Check = "parse"
	CheckStructure   Check = "structure"
	CheckProof       Check = "proof"
	CheckIssuer      Check = "issuer"
	CheckRecipient   Check = "recipient"
	CheckRevocation  Check = "revocation"
	CheckDates       Check = "dates"
	CheckAchievement Check = "achievement"
	CheckEndorsement Check = "endorsement"
	CheckExtension   Check = "extension"
)

// Result is the answer to one check.
type Result string

// The results. A check that could not run is never a pass.
const (
	Pass    Result = "pass"
	Fail    Result = "fail"
	Unknown Result = "unknown"
	Skipped Result = "skipped" // the check does not apply to this credential
)

// Verdict is what the findings add up to.
type Verdict string

// The verdicts.
const (
	Genuine      Verdict = "genuine"      // every check that applies passed
	NotCurrent   Verdict = "not-current"  // proven, but expired, not yet valid, revoked or suspended
	Contradicted Verdict = "contradicted" // a check failed
	CannotTell   Verdict = "unknown"      // something could not be decided now
)

// Finding is one checked fact about a credential, with the evidence for it.
type Finding struct {
	Check  Check             `json:"check"`
	Result Result            `json:"result"`
	Reason Reason            `json:"reason"`           // machine-readable, stable; see reasons.go
	Detail string            `json:"detail"`           // one English sentence for a person
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
	Recipients []string  // e-mail addresses of the supposed recipient; empty: the recipient check is skipped

	// Told hears of each finding as it is made, before the next is asked for, in that order and not in the order of
	// the report; nil: nobody listens. It is called on the goroutine of [Verify], which waits for it.
	Told func(Finding)
}
