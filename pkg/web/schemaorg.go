package web

import (
	"encoding/json"
	"time"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// schemaBadge is what search engines read of a public badge (schema.org/EducationalOccupationalCredential).
type schemaBadge struct {
	Context     string      `json:"@context"`
	Type        string      `json:"@type"`
	ID          string      `json:"@id"`
	URL         string      `json:"url"`
	Name        string      `json:"name"`
	Description string      `json:"description,omitempty"`
	Category    string      `json:"credentialCategory"`
	By          schemaParty `json:"recognizedBy"`
	Image       string      `json:"image,omitempty"`
	Language    string      `json:"inLanguage,omitempty"`
	Created     string      `json:"dateCreated,omitempty"`
	ValidFrom   string      `json:"validFrom,omitempty"`
	Expires     string      `json:"expires,omitempty"`
}

type schemaParty struct {
	Type string `json:"@type"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

const schemaContext = "https://schema.org"

// schemaOfBadge is the data block of a public badge's page. Of the holder it says nothing that the address does not lead to.
func (s *Site) schemaOfBadge(badge store.Badge, page views.BadgePage) string {
	address := s.PublicURL + "/b/" + badge.ID
	said := schemaBadge{
		Context: schemaContext, Type: "EducationalOccupationalCredential", ID: address, URL: address, Name: badge.Name, Description: badge.Description,
		Category: "badge", By: schemaParty{Type: "Organization", Name: page.Issuer.Name, URL: page.Issuer.URL},
		Image: s.PublicURL + "/b/" + badge.ID + "/baked.png", Language: badge.Language,
	}
	day := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.UTC().Format(time.DateOnly)
	}
	said.Created, said.ValidFrom, said.Expires = day(page.IssuedOn), day(page.ValidFrom), day(page.Expires)
	if said.ValidFrom == "" {
		said.ValidFrom = said.Created
	}
	return dataBlock(said)
}

// schemaPerson is what search engines read of the passport of somebody whom everybody may know.
type schemaPerson struct {
	Context string `json:"@context"`
	Type    string `json:"@type"`
	Person  struct {
		Type   string   `json:"@type"`
		ID     string   `json:"@id"`
		URL    string   `json:"url"`
		Name   string   `json:"name"`
		Handle string   `json:"alternateName"`
		About  string   `json:"description,omitempty"`
		SameAs []string `json:"sameAs,omitempty"`
	} `json:"mainEntity"`
}

// schemaOfPassport says only what this page says to this viewer.
func (s *Site) schemaOfPassport(shown passport.Shown) string {
	said := schemaPerson{Context: schemaContext, Type: "ProfilePage"}
	p := &said.Person
	p.Type, p.URL, p.Name, p.Handle, p.About = "Person", s.PublicURL+"/@"+shown.Person.Handle, shown.Person.Name, "@"+shown.Person.Handle, shown.Told.About
	p.ID = p.URL
	for _, l := range shown.Told.Links {
		p.SameAs = append(p.SameAs, l.URL)
	}
	return dataBlock(said)
}

// dataBlock is JSON as it may stand in a script element: encoding/json writes <, > and & as escapes, so that nothing in it
// ends the element.
func dataBlock(said any) string {
	text, err := json.Marshal(said)
	if err != nil {
		return "" // texts always marshal
	}
	return string(text)
}
