package openbadges

import (
	"slices"
	"strings"
)

// The reasons. They are stable: pages translate them, archives keep them.
const (
	// parse
	ReasonRead             Reason = "read"
	ReasonReadVC           Reason = "read-vc"
	ReasonEmpty            Reason = "empty"
	ReasonNotRecognised    Reason = "not-recognised"
	ReasonNotBaked         Reason = "not-baked"
	ReasonBrokenPicture    Reason = "broken-picture"
	ReasonNotInPDF         Reason = "not-in-pdf"
	ReasonBrokenPDF        Reason = "broken-pdf"
	ReasonLockedPDF        Reason = "locked-pdf"
	ReasonTooLarge         Reason = "too-large"
	ReasonNotJSON          Reason = "not-json"
	ReasonAmbiguousJSON    Reason = "ambiguous-json"
	ReasonBrokenJWS        Reason = "broken-jws"
	ReasonNotABadge        Reason = "not-a-badge"
	ReasonPartOfABadge     Reason = "part-of-a-badge"
	ReasonPresentation     Reason = "presentation"
	ReasonAddressFailed    Reason = "address-failed"
	ReasonAddressSilent    Reason = "address-silent"
	ReasonTooManyHops      Reason = "too-many-hops"
	ReasonWellMade         Reason = "well-made"
	ReasonWellMadeVC       Reason = "well-made-vc"
	ReasonMissing          Reason = "missing"
	ReasonWrongForm        Reason = "wrong-form"
	ReasonWrongType        Reason = "wrong-type"
	ReasonWrongContext     Reason = "wrong-context"
	ReasonNoSubject        Reason = "no-subject"
	ReasonSchemaFailed     Reason = "schema-failed"
	ReasonSchemaFollowed   Reason = "schema-followed"
	ReasonSchemaOwn        Reason = "schema-own"
	ReasonSchemaNotChecked Reason = "schema-not-checked"
	ReasonClaimsDiffer     Reason = "claims-differ"
	ReasonClaimMissing     Reason = "claim-missing"
	ReasonUnsignedTerms    Reason = "unsigned-terms"
	ReasonUnknownContext   Reason = "unknown-context"

	// proof
	ReasonSigned           Reason = "signed"
	ReasonSignedByHeader   Reason = "signed-by-header"
	ReasonHosted           Reason = "hosted"
	ReasonHostedDiffers    Reason = "hosted-differs"
	ReasonHostedReplaces   Reason = "hosted-replaces"
	ReasonHostedNotJSON    Reason = "hosted-not-json"
	ReasonHostedOtherID    Reason = "hosted-other-id"
	ReasonHostSilent       Reason = "host-silent"
	ReasonHostFailed       Reason = "host-failed"
	ReasonHostWithdrew     Reason = "host-withdrew"
	ReasonNowhereHosted    Reason = "nowhere-hosted"
	ReasonNoProof          Reason = "no-proof"
	ReasonSignatureMissing Reason = "signature-missing"
	ReasonAltered          Reason = "altered"
	ReasonNoKey            Reason = "no-key"
	ReasonKeySilent        Reason = "key-silent"
	ReasonKeyAbsent        Reason = "key-absent"
	ReasonKeyUnfit         Reason = "key-unfit"
	ReasonKeyMalformed     Reason = "key-malformed"
	ReasonKeyUnsupported   Reason = "key-unsupported"
	ReasonSuiteUnknown     Reason = "suite-unknown"
	ReasonAlgorithmRefused Reason = "algorithm-refused"
	ReasonProofMalformed   Reason = "proof-malformed"
	ReasonProofExpired     Reason = "proof-expired"
	ReasonTooCostly        Reason = "too-costly"

	// issuer
	ReasonKeyIsIssuers    Reason = "key-is-issuers"
	ReasonOriginIsIssuers Reason = "origin-is-issuers"
	ReasonKeyNotBound     Reason = "key-not-bound"
	ReasonKeyWithdrawn    Reason = "key-withdrawn"
	ReasonKeyEnded        Reason = "key-ended"
	ReasonKeyUnconfirmed  Reason = "key-unconfirmed"
	ReasonKeyFromHeader   Reason = "key-from-header"
	ReasonOutOfScope      Reason = "out-of-scope"
	ReasonIssuerSilent    Reason = "issuer-silent"
	ReasonIssuerMalformed Reason = "issuer-malformed"
	ReasonIssuerNotStated Reason = "issuer-not-stated"
	ReasonIssuerNoAddress Reason = "issuer-no-address"
	ReasonIssuerElsewhere Reason = "issuer-elsewhere"

	// recipient
	ReasonRecipientMatches   Reason = "recipient-matches"
	ReasonRecipientDiffers   Reason = "recipient-differs"
	ReasonRecipientNotAsked  Reason = "recipient-not-asked"
	ReasonRecipientNotStated Reason = "recipient-not-stated"

	// revocation
	ReasonNotRevoked        Reason = "not-revoked"
	ReasonStillHosted       Reason = "still-hosted"
	ReasonRevoked           Reason = "revoked"
	ReasonSuspended         Reason = "suspended"
	ReasonNoStatus          Reason = "no-status"
	ReasonStatusSilent      Reason = "status-silent"
	ReasonStatusMalformed   Reason = "status-malformed"
	ReasonStatusUnproved    Reason = "status-unproved"
	ReasonStatusNotCurrent  Reason = "status-not-current"
	ReasonStatusTooShort    Reason = "status-too-short"
	ReasonStatusOutOfRange  Reason = "status-out-of-range"
	ReasonStatusPurpose     Reason = "status-purpose"
	ReasonStatusUnsupported Reason = "status-unsupported"
	ReasonStatusNotIssuers  Reason = "status-not-issuers"

	// dates
	ReasonInForce       Reason = "in-force"
	ReasonNoEnd         Reason = "no-end"
	ReasonExpired       Reason = "expired"
	ReasonNotYetValid   Reason = "not-yet-valid"
	ReasonDatesReversed Reason = "dates-reversed"

	// achievement
	ReasonAchievementFound     Reason = "achievement-found"
	ReasonAchievementSilent    Reason = "achievement-silent"
	ReasonAchievementMalformed Reason = "achievement-malformed"
	ReasonPictureSilent        Reason = "picture-silent"
	ReasonPictureBroken        Reason = "picture-broken"
	ReasonNoAchievement        Reason = "no-achievement"

	// endorsement, extension
	ReasonEndorsed           Reason = "endorsed"
	ReasonEndorsementFailed  Reason = "endorsement-failed"
	ReasonEndorsementUnknown Reason = "endorsement-unknown"
	ReasonEndorsementOther   Reason = "endorsement-other"
	ReasonEndorsementOwn     Reason = "endorsement-own"
	ReasonEndorsementsMany   Reason = "endorsements-many"
	ReasonExtensionValid     Reason = "extension-valid"
	ReasonExtensionInvalid   Reason = "extension-invalid"
	ReasonExtensionUnknown   Reason = "extension-unknown"
)

// sentences says each reason to a person; {words} stand for the finding's parameters.
var sentences = map[Reason]string{
	ReasonRead:           "It could be read as Open Badges {standard}.",
	ReasonReadVC:         "It could be read as a Verifiable Credential, though not as an Open Badge.",
	ReasonWellMadeVC:     "It is a well-made Verifiable Credential.",
	ReasonEmpty:          "There is nothing in it.",
	ReasonNotRecognised:  "This is not a badge in any form we know. Give the picture, the file, the link or the text that came with the badge.",
	ReasonNotBaked:       "There is no badge inside this picture. Ask whoever sent it for the original file: copies and screenshots lose the badge.",
	ReasonBrokenPicture:  "This picture is damaged or cut off. Ask for the original file.",
	ReasonNotInPDF:       "There is no badge inside this PDF. Ask whoever sent it for the badge itself: its picture, file or link.",
	ReasonBrokenPDF:      "This PDF is damaged or cut off. Ask for the original file.",
	ReasonLockedPDF:      "This PDF is locked, so no badge in it can be read. Ask whoever sent it for the badge itself: its picture, file or link.",
	ReasonTooLarge:       "This is too large to be a badge.",
	ReasonNotJSON:        "The text inside is not well-formed. Ask the issuer for the original.",
	ReasonAmbiguousJSON:  "The text inside can be read in more than one way, so nothing in it can be trusted. Ask the issuer for the original.",
	ReasonBrokenJWS:      "The signed text is damaged or cut off. Ask for the original.",
	ReasonNotABadge:      "This is well-formed, but it is no badge.",
	ReasonPartOfABadge:   "This is only a part of a badge ({type}), not one that was given to somebody.",
	ReasonPresentation:   "This is a presentation that wraps credentials. Give one of the credentials inside.",
	ReasonAddressFailed:  "{address} answered with {status}. The issuer’s site can fix this.",
	ReasonAddressSilent:  "{address} did not answer. It may do so later.",
	ReasonTooManyHops:    "The badge points from one address to the next and never ends.",
	ReasonWellMade:       "It is a well-made Open Badge, version {standard}.",
	ReasonMissing:        "The issuer left out something the standard asks for: {path}.",
	ReasonWrongForm:      "The issuer wrote something in a form the standard does not know: {path}.",
	ReasonWrongType:      "The issuer gave a part the wrong type: {path}.",
	ReasonWrongContext:   "The issuer did not say by which standard the badge is to be read, or in the wrong order.",
	ReasonNoSubject:      "It does not say to whom it was given.",
	ReasonSchemaFailed:   "It does not follow the form its issuer promised ({path}).",
	ReasonClaimsDiffer:   "The signed envelope and the badge inside disagree about {claim}.",
	ReasonClaimMissing:   "The signed envelope leaves out {claim}, which the standard asks for. The issuer can fix this.",
	ReasonUnsignedTerms:  "It holds words that its signature does not cover, or that no standard defines.",
	ReasonUnknownContext: "It is written in terms we do not know ({context}), so its signature can not be checked.",

	ReasonSigned:           "Nothing has changed since it was signed.",
	ReasonSignedByHeader:   "Nothing has changed since it was signed, with a key the badge itself brings along.",
	ReasonHosted:           "The issuer’s site has this badge: {address}.",
	ReasonHostedDiffers:    "The issuer’s site has another text for this badge than the one given here.",
	ReasonHostedReplaces:   "The issuer’s site has this badge in other words than the copy given here; what the site says is what counts.",
	ReasonHostedNotJSON:    "{address} answered, but not with a badge. The issuer can fix this.",
	ReasonHostedOtherID:    "{address} has a badge that says it belongs to another address.",
	ReasonHostSilent:       "The issuer’s site did not answer: {address}. It may do so later.",
	ReasonHostFailed:       "The issuer’s site does not have this badge now: {address} answered with {status}. The issuer can fix this.",
	ReasonHostWithdrew:     "The issuer’s site has withdrawn this badge, so its text can not be compared any more.",
	ReasonNowhereHosted:    "The badge does not say where the issuer keeps it, so it can not be compared. Give the link to it.",
	ReasonNoProof:          "Nothing in it is signed, so anybody could have written it.",
	ReasonSignatureMissing: "It says that it is signed, but the signature is not with it. Ask for the original.",
	ReasonAltered:          "The text was changed after it was signed, or it was signed with another key. Ask the issuer for the original.",
	ReasonNoKey:            "It does not say with which key it was signed. The issuer can fix this.",
	ReasonKeySilent:        "The issuer’s key could not be loaded: {address}. It may be there later.",
	ReasonKeyAbsent:        "The key it names is not among the keys the issuer publishes: {address}.",
	ReasonKeyUnfit:         "The key does not fit the signature. The issuer can fix this.",
	ReasonKeyMalformed:     "The key it names can not be read: {address}. The issuer can fix this.",
	ReasonKeyUnsupported:   "It is signed with a kind of key we do not know yet: {address}.",
	ReasonSuiteUnknown:     "It is signed in a way we do not know yet: {suite}.",
	ReasonAlgorithmRefused: "Its signature asks to be checked in a way that proves nothing.",
	ReasonProofMalformed:   "Its signature is incomplete or damaged. Ask the issuer for the original.",
	ReasonProofExpired:     "Its signature was only good until {until}.",
	ReasonTooCostly:        "It is built so that checking its signature would take too long.",

	ReasonKeyIsIssuers:    "The key belongs to {issuer}.",
	ReasonOriginIsIssuers: "It is kept at {host}, where {issuer} keeps its badges.",
	ReasonKeyNotBound:     "It was signed with a key that is not the issuer’s, so somebody else may have made it.",
	ReasonKeyWithdrawn:    "{issuer} has withdrawn the key it was signed with, since {from}. Ask for a new edition.",
	ReasonKeyEnded:        "It was signed with a key of {issuer} that had ended on {until}.",
	ReasonKeyUnconfirmed:  "Whether the key is the issuer’s could not be looked up: {address}. It may be possible later.",
	ReasonKeyFromHeader:   "The badge brings its own key, and nothing ties that key to the issuer. The issuer can fix this.",
	ReasonOutOfScope:      "It is kept at {host}, but the issuer it names is {issuer}, so somebody else may have made it.",
	ReasonIssuerSilent:    "The issuer’s own page could not be loaded: {address}. It may be there later.",
	ReasonIssuerMalformed: "The issuer’s own page is not well made: {path}. The issuer can fix this.",
	ReasonIssuerNotStated: "It does not say who issued it.",
	ReasonIssuerNoAddress: "The issuer has no address of its own, so nobody can be asked whether the badge is theirs.",
	ReasonIssuerElsewhere: "{issuer} leads to another site, {host}, so nobody can tell whose answer that is.",

	ReasonRecipientMatches:   "It was given to this address.",
	ReasonRecipientDiffers:   "It was given to somebody else, or to another address of this person.",
	ReasonRecipientNotAsked:  "Nobody asked to whom it was given.",
	ReasonRecipientNotStated: "It does not name an e-mail address that could be compared.",

	ReasonNotRevoked:        "The issuer’s list says nothing against it.",
	ReasonStillHosted:       "The issuer still keeps it, and says nothing against it.",
	ReasonRevoked:           "The issuer has revoked it. {why}",
	ReasonSuspended:         "The issuer has suspended it for now. {why}",
	ReasonNoStatus:          "The issuer keeps no list of revoked badges for it.",
	ReasonStatusSilent:      "The list of revoked badges could not be opened: {address}. It may be there later.",
	ReasonStatusMalformed:   "The list of revoked badges can not be read: {address}. The issuer can fix this.",
	ReasonStatusUnproved:    "The list of revoked badges is not signed as it should be: {address}. The issuer can fix this.",
	ReasonStatusNotCurrent:  "The list of revoked badges is out of date: {address}. The issuer can fix this.",
	ReasonStatusTooShort:    "The issuer’s list says nothing against it; it is shorter than the standard asks ({entries} entries).",
	ReasonStatusOutOfRange:  "The list of revoked badges has no entry {index}: {address}. The issuer can fix this.",
	ReasonStatusPurpose:     "The list it names is kept for another purpose: {address}. The issuer can fix this.",
	ReasonStatusUnsupported: "Whether it was revoked is published in a way we do not know yet: {type}.",
	ReasonStatusNotIssuers:  "The list of revoked badges was not signed by the issuer: {address}.",

	ReasonInForce:       "It is in force until {until}.",
	ReasonNoEnd:         "It has no end.",
	ReasonExpired:       "It ended on {until}. The issuer can renew it.",
	ReasonNotYetValid:   "It begins on {from}.",
	ReasonDatesReversed: "It ends on {until}, before it begins on {from}. The issuer can fix this.",

	ReasonAchievementFound:     "What it is for is stated.",
	ReasonAchievementSilent:    "What it is for could not be loaded: {address}. It may be there later.",
	ReasonAchievementMalformed: "What it is for is not well stated: {path}. The issuer can fix this.",
	ReasonPictureSilent:        "The badge’s picture could not be loaded: {address}. It may be there later.",
	ReasonPictureBroken:        "The badge’s picture is not a PNG or SVG: {address}. The issuer can fix this.",
	ReasonNoAchievement:        "It does not say what it is for.",

	ReasonEndorsed:           "{endorser} ({by}) endorses it, and the endorsement is genuine.",
	ReasonEndorsementFailed:  "An endorsement by {endorser} does not hold: {why}",
	ReasonEndorsementUnknown: "An endorsement by {endorser} could not be checked: {why}",
	ReasonEndorsementOther:   "An endorsement by {endorser} speaks of something else.",
	ReasonEndorsementOwn:     "{endorser} ({by}) issued or received this badge, so what they say of it is no endorsement.",
	ReasonEndorsementsMany:   "It carries more endorsements than we check.",
	ReasonExtensionValid:     "An addition to the standard is well made: {name}.",
	ReasonExtensionInvalid:   "An addition to the standard is not well made: {name}. The issuer can fix this.",
	ReasonExtensionUnknown:   "An addition to the standard could not be checked: {name}.",
	ReasonSchemaFollowed:     "It follows the form its issuer promised: {address}.",
	ReasonSchemaOwn:          "The form its issuer promised is that of the standard, which is checked anyway.",
	ReasonSchemaNotChecked:   "The form its issuer promised was not checked: {address}.",
}

// AllReasons answers every reason there is, sorted.
func AllReasons() []Reason {
	all := make([]Reason, 0, len(sentences))
	for reason := range sentences {
		all = append(all, reason)
	}
	slices.Sort(all)
	return all
}

// Template answers the English sentence of a reason with its {placeholders}; empty for a reason that does not exist.
func Template(reason Reason) string { return sentences[reason] }

// Sentence says a reason in English; a placeholder without parameter is left out.
func Sentence(reason Reason, params map[string]string) string {
	rest := sentences[reason]
	if strings.IndexByte(rest, '{') < 0 {
		return rest
	}
	var out strings.Builder
	out.Grow(2 * len(rest))
	for {
		before, after, found := strings.Cut(rest, "{")
		out.WriteString(before)
		if !found {
			return strings.TrimSpace(out.String())
		}
		name, tail, _ := strings.Cut(after, "}")
		out.WriteString(params[name])
		rest = tail
	}
}
