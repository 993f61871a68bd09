package demo

import (
	"encoding/json"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

// issue20 makes an assertion of OB 2.0, hosted or signed.
func (m *maker) issue20(a award) (issued, error) {
	salt := a.luck.word()
	id, verification := a.issuer.at("/assertions/"+a.luck.word()), o("type", "HostedBadge")
	if a.form == signed20 {
		id, verification = a.luck.urn(), o("type", "SignedBadge", "creator", a.issuer.at("/keys/1"))
	}
	assertion := o(
		"@context", contextOB2,
		"type", "Assertion",
		"id", id,
		"recipient", o("type", "email", "hashed", true, "salt", salt, "identity", hashed(a.address, salt)),
		"badge", a.issuer.at("/badges/"+a.achieve.slug),
		"verification", verification,
		"issuedOn", utc(a.issued),
		"expires", utc(a.expires),
		"evidence", a.evidence.stated(nil),
	)
	if a.form == signed20 {
		return m.sign20(a, id, assertion)
	}
	return m.host20(a, id, assertion)
}

// stated is the evidence as OB 2.0 and 3.0 write it; types are those of OB 3.0.
func (e evidence) stated(types []string) []object {
	if e.name == "" {
		return nil
	}
	return []object{o("type", types, "name", e.name, "narrative", e.narrative, "genre", e.genre)}
}

// host20 publishes an assertion; of a revoked one nothing stays but that it is (410, OB 2.0 §HostedBadge).
func (m *maker) host20(a award, at string, assertion object) (issued, error) {
	text, err := assertion.text()
	if err != nil {
		return issued{}, err
	}
	m.publish(at, linkedData, text)
	if a.fate == revoked {
		gone, err := o("@context", contextOB2, "type", "Assertion", "id", at, "revoked", true, "revocationReason", "The interviews were withdrawn by those who gave them.").text()
		if err != nil {
			return issued{}, err
		}
		m.world.Web[at] = openbadges.Recording{Status: withdrawn, ContentType: linkedData, Body: gone}
	}
	return issued{credential: text, address: at, extension: ".json", keyword: bake.Assertion}, nil
}

func (m *maker) sign20(a award, id string, assertion object) (issued, error) {
	payload, err := json.Marshal(assertion)
	if err != nil {
		return issued{}, err
	}
	if a.fate == revoked {
		m.withdrawn[a.issuer.id] = append(m.withdrawn[a.issuer.id], o("id", id, "revocationReason", "Remis par erreur à une homonyme."))
	}
	jws, err := openbadges.SignJWS(payload, a.issuer.rsa)
	return issued{credential: jws, extension: ".jws", keyword: bake.Assertion}, err
}

// publishRevocations publishes the revocation lists of signed badges (OB 2.0 §RevocationList).
func (m *maker) publishRevocations() error {
	for _, i := range m.issuers {
		if i.form != signed20 {
			continue
		}
		entries := m.withdrawn[i.id]
		if entries == nil {
			entries = []object{}
		}
		at := i.at("/revocations")
		list := append(o("@context", contextOB2, "type", "RevocationList", "id", at, "issuer", i.id), member{"revokedAssertions", entries})
		if err := m.publishJSON(at, linkedData, list); err != nil {
			return err
		}
	}
	return nil
}
