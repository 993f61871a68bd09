package demo

import (
	"crypto/rsa"

	"github.com/carnetbadges/carnet/cmd/carnet/demo/art"
	"github.com/carnetbadges/carnet/pkg/openbadges"
)

// The forms in which the issuers of the demo issue.
const (
	hosted05  = "hosted 0.5"
	hosted10  = "hosted 1.0"
	hosted11  = "hosted 1.1"
	hosted20  = "hosted 2.0"
	signed20  = "signed 2.0"
	suite2020 = "Ed25519Signature2020 on VC 1.1"
	integrity = "eddsa-rdfc-2022 on VC 2.0"
	vcJWT     = "VC-JWT"
)

// issuer is somebody who issues badges.
type issuer struct {
	id          string // what it is known by: an address or a did:web; empty: its did:key, once it has a key
	host        string
	name        string
	description string
	language    string
	form        string
	logo        art.Motif
	colours     art.Palette

	key openbadges.Key
	rsa *rsa.PrivateKey
}

func (i *issuer) at(path string) string { return "https://" + i.host + path }

// email is where the issuer can be written to.
func (i *issuer) email() string { return "badges@" + i.host }

// method is how proofs name the issuer's key.
func (i *issuer) method() string {
	if i.id == i.key.DIDKey() {
		return i.key.VerificationMethod()
	}
	return i.id + "#key-1"
}

// issuers are everybody who issues, by the name under which the tables of the demo know them.
func issuers() map[string]*issuer {
	return map[string]*issuer{
		"ndaje": {
			id: "did:web:atelier-ndaje.example", host: "atelier-ndaje.example", name: "Atelier Ndaje", language: "fr", form: integrity, logo: art.Loom,
			description: "Un atelier partagé à Dakar : tissage, bois, soudure, énergie solaire et code, ouvert à toutes et à tous.",
			colours:     art.Palette{Deep: "#4a1d2f", Mid: "#0f766e", Bright: "#f0a202", Warm: "#d95d39", Glow: "#f8dfa1", Paper: "#fff8ea"},
		},
		"tammer": {
			id: "did:web:tammer-lakes.example", host: "tammer-lakes.example", name: "Tammer Lake School", language: "en", form: integrity, logo: art.Aurora,
			description: "Outdoor learning between two lakes in Tampere: water, ice, forest and first aid.",
			colours:     art.Palette{Deep: "#12263a", Mid: "#1b6b78", Bright: "#6fc2a8", Warm: "#d1495b", Glow: "#d6f0d0", Paper: "#f4f9f4"},
		},
		"stadslabo": {
			id: "https://stadslabo.example/issuer", host: "stadslabo.example", name: "Stadslabo Gent", language: "en", form: hosted20, logo: art.Bicycle,
			description: "The city lab of Ghent: neighbours learn by repairing, listening and measuring together.",
			colours:     art.Palette{Deep: "#22304f", Mid: "#3f7cac", Bright: "#ef8354", Warm: "#c8553d", Glow: "#f4d58d", Paper: "#fcf7ec"},
		},
		"croix-rousse": {
			id: "https://bibliotheques-croix-rousse.example/issuer", host: "bibliotheques-croix-rousse.example", name: "Bibliothèques de la Croix-Rousse", language: "fr", form: signed20, logo: art.Book,
			description: "Les bibliothèques de quartier de Lyon : lectures, récits et lumière argentique.",
			colours:     art.Palette{Deep: "#3a1f5d", Mid: "#7a4e9f", Bright: "#e0a458", Warm: "#c44569", Glow: "#f3dcc0", Paper: "#fdf7f0"},
		},
		"portici": {
			id: "did:web:portici.example", host: "portici.example", name: "Scuola dei Portici", language: "en", form: vcJWT, logo: art.Portico,
			description: "A people's school in Bologna for bread, building and the stories of the porticoes.",
			colours:     art.Palette{Deep: "#5c1f1b", Mid: "#a23e2a", Bright: "#e3a04f", Warm: "#c96f3b", Glow: "#f6dcab", Paper: "#fdf4e3"},
		},
		"wawel": {
			id: "https://wawel-sky.example/issuer", host: "wawel-sky.example", name: "Wawel Sky Society", language: "en", form: suite2020, logo: art.Orbits,
			description: "Amateur astronomers and walkers of Kraków, in the steps of Copernicus.",
			colours:     art.Palette{Deep: "#171a3d", Mid: "#4757a6", Bright: "#f6c453", Warm: "#d9626b", Glow: "#f5e3b3", Paper: "#f9f5ea"},
		},
		"commons": {
			id: "https://learning-commons.example/issuer", host: "learning-commons.example", name: "The Learning Commons", language: "en", form: hosted10, logo: art.Compass,
			description: "Early adopters: an open course hall on the web that gave badges from 2012 on.",
			colours:     art.Palette{Deep: "#263238", Mid: "#4f7a5b", Bright: "#e9b44c", Warm: "#bf5a36", Glow: "#e4eac5", Paper: "#faf8ee"},
		},
		"rencontres": {
			host: "rencontres-populaires.example", name: "Rencontres d'éducation populaire", language: "fr", form: vcJWT, logo: art.Voices,
			description: "Un réseau itinérant entre Saint-Louis, Marseille et Liège : cercles, traduction solidaire, récits de vie.",
			colours:     art.Palette{Deep: "#103f3f", Mid: "#2a9d8f", Bright: "#f4a259", Warm: "#e76f51", Glow: "#f7e1b5", Paper: "#fcf8ec"},
		},
		"mateus": {
			host: "mateus-oliveira.example", name: "Mateus Oliveira", language: "en", form: integrity, logo: art.Kite,
			description: "I bake, I cycle, I keep count.",
			colours:     art.Palette{Deep: "#1f3b57", Mid: "#3d7ea6", Bright: "#e0a84a", Warm: "#d9655f", Glow: "#ffe3a3", Paper: "#fbfaf3"},
		},
	}
}
