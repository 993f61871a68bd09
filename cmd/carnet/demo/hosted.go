package demo

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

// hashed is a recipient's address as OB hides it: sha256$hex over address and salt (OB 2.0 §IdentityHash).
func hashed(address, salt string) string {
	sum := sha256.Sum256([]byte(address + salt))
	return "sha256$" + hex.EncodeToString(sum[:])
}

// issue05 hosts an assertion of OB 0.5: the badge in one piece, paths relative to the issuer's origin.
func (m *maker) issue05(a award) (issued, error) {
	salt := a.luck.word()
	at := a.issuer.at("/assertions/" + a.luck.word() + ".json")
	evidence := ""
	if a.evidence.name != "" {
		evidence = "/people/" + a.person.Handle
		m.publish(a.issuer.at(evidence), "text/html; charset=utf-8", page(a.issuer.language, a.evidence.name, a.evidence.narrative))
	}
	err := m.publishJSON(at, "application/json", o(
		"recipient", hashed(a.address, salt),
		"salt", salt,
		"evidence", evidence,
		"issued_on", a.issued.Format("2006-01-02"),
		"badge", o(
			"version", "0.5.0",
			"name", a.achieve.name,
			"image", "/badges/"+a.achieve.slug+"/image.png",
			"description", a.achieve.description,
			"criteria", "/badges/"+a.achieve.slug+"/criteria",
			"issuer", o("origin", "https://"+a.issuer.host, "name", a.issuer.name, "contact", a.issuer.email()),
		),
	))
	return issued{baked: []byte(at), address: at, keyword: bake.Assertion}, err
}

// issue1 hosts an assertion of OB 1.0 or 1.1.
func (m *maker) issue1(a award) (issued, error) {
	salt, uid := a.luck.word(), a.luck.word()
	at := a.issuer.at("/assertions/" + uid + ".json")
	assertion := o(
		"uid", uid,
		"recipient", o("type", "email", "hashed", true, "identity", hashed(a.address, salt), "salt", salt),
		"badge", a.issuer.at("/badges/"+a.achieve.slug),
		"verify", o("type", "hosted", "url", at),
		"issuedOn", utc(a.issued),
	)
	mediaType := "application/json"
	if a.form == hosted11 {
		assertion, mediaType = append(o("@context", contextOB1, "type", "Assertion", "id", at), assertion...), linkedData
	}
	if err := m.publishJSON(at, mediaType, assertion); err != nil {
		return issued{}, err
	}
	return issued{credential: m.world.Web[at].Body, address: at, extension: ".json", keyword: bake.Assertion}, nil
}

func badgeClass1(i *issuer, a achievement) object {
	class := o(
		"name", a.name,
		"description", a.description,
		"image", i.at("/badges/"+a.slug+"/image.png"),
		"criteria", i.at("/badges/"+a.slug+"/criteria"),
		"issuer", i.id,
		"tags", a.tags,
	)
	if a.alignment.name != "" {
		class = append(class, o("alignment", []object{o("name", a.alignment.name, "url", a.alignment.url, "description", a.alignment.framework)})...)
	}
	return class
}

func badgeClass20(i *issuer, a achievement) object {
	class := o(
		"@context", contextOB2,
		"type", "BadgeClass",
		"id", i.at("/badges/"+a.slug),
		"@language", i.language,
		"name", a.name,
		"description", a.description,
		"image", i.at("/badges/"+a.slug+"/image.svg"),
		"criteria", o("id", i.at("/badges/"+a.slug+"/criteria"), "narrative", a.criteria),
		"issuer", i.id,
		"tags", a.tags,
	)
	return append(class, a.alignments("alignment", nil)...)
}

// alignments is the member that OB 2.0 and 3.0 have in common; types are those of OB 3.0.
func (a achievement) alignments(name string, types []string) object {
	if a.alignment.name == "" {
		return nil
	}
	return o(name, []object{o(
		"type", types,
		"targetName", a.alignment.name,
		"targetUrl", a.alignment.url,
		"targetFramework", a.alignment.framework,
		"targetCode", a.alignment.code,
	)})
}
