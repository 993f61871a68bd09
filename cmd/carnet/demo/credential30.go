package demo

import (
	"bytes"
	"context"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

const (
	contextVC1   = "https://www.w3.org/2018/credentials/v1"
	contextVC2   = "https://www.w3.org/ns/credentials/v2"
	contextOB3   = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
	contextSuite = "https://w3id.org/security/suites/ed25519-2020/v1"
)

// issue30 makes an OB 3.0 credential and signs it in the issuer's way.
func (m *maker) issue30(ctx context.Context, a award) (issued, error) {
	text, err := m.credential30(a).text()
	if err != nil {
		return issued{}, err
	}
	made := issued{extension: ".json", keyword: bake.Credential}
	switch a.form {
	case vcJWT:
		made.extension = ".jwt"
		made.credential, err = openbadges.SignJWT(text, a.issuer.key, a.issuer.method())
	case suite2020:
		made.credential, err = openbadges.SignEd25519Signature2020(ctx, text, a.issuer.key, a.issuer.method(), a.issued)
	default:
		made.credential, err = openbadges.SignDataIntegrity(ctx, text, a.issuer.key, a.issuer.method(), a.issued)
	}
	if a.fate == forged {
		made.credential = bytes.ReplaceAll(made.credential, []byte("premiers motifs"), []byte("grande maîtrise"))
	}
	return made, err
}

// credential30 is the credential before it is signed, on the data model that the form asks for.
func (m *maker) credential30(a award) object {
	contexts, from, until := []string{contextVC2, contextOB3}, "validFrom", "validUntil"
	if a.form == suite2020 {
		contexts, from, until = []string{contextVC1, contextOB3, contextSuite}, "issuanceDate", "expirationDate"
	}
	return o(
		"@context", contexts,
		"id", a.credentialID(),
		"type", []string{"VerifiableCredential", "OpenBadgeCredential"},
		"name", a.achieve.name,
		"issuer", a.issuer.profile30(),
		from, utc(a.issued),
		until, utc(a.expires),
		"credentialSubject", a.subject30(),
		"evidence", a.evidence.stated([]string{"Evidence"}),
		"credentialStatus", m.status(a),
	)
}

// credentialID is an address where the issuer has one, else a URN.
func (a award) credentialID() string {
	if strings.HasPrefix(a.issuer.id, "https:") {
		return a.issuer.at("/credentials/" + a.luck.word())
	}
	return a.luck.urn()
}

func (a award) subject30() object {
	salt := a.luck.word()
	identity := o("type", "IdentityObject", "hashed", true, "identityHash", hashed(a.address, salt), "identityType", "emailAddress", "salt", salt)
	if a.form == vcJWT {
		identity = o("type", "IdentityObject", "hashed", false, "identityHash", a.address, "identityType", "emailAddress")
	}
	self := "" // the giver is the receiver: a badge made for oneself
	if a.issuer.name == a.person.Name {
		self = a.issuer.id
	}
	return o(
		"id", self,
		"type", []string{"AchievementSubject"},
		"identifier", []object{identity},
		"achievement", a.issuer.achievement30(a.achieve),
	)
}

func (i *issuer) achievement30(a achievement) object {
	return append(o(
		"id", i.at("/badges/"+a.slug),
		"type", []string{"Achievement"},
		"achievementType", a.kind,
		"inLanguage", i.language,
		"name", a.name,
		"description", a.description,
		"criteria", o("id", i.at("/badges/"+a.slug+"/criteria"), "narrative", a.criteria),
		"image", o("id", i.at("/badges/"+a.slug+"/image.png"), "type", "Image"),
		"tag", a.tags,
	), a.alignments("alignment", []string{"Alignment"})...)
}
