package demo

// Person is somebody who has a passport in the demo. All addresses are in the reserved domain .example.
type Person struct {
	Handle, Name, Town string
	Language           string // "en" or "fr"
	Email              string // verified
	Unproved           string // another address, claimed and not verified; may be empty
	Admin              bool
}

// people are everybody, in the order in which they joined.
func people() []Person {
	return []Person{
		{Handle: "aminata-diop", Name: "Aminata Diop", Town: "Dakar", Language: "fr", Email: "aminata.diop@courrier.example", Unproved: "aminata@atelier-ndaje.example"},
		{Handle: "eeva-korhonen", Name: "Eeva Korhonen", Town: "Tampere", Language: "en", Email: "eeva.korhonen@posti.example"},
		{Handle: "joke-vandenbroucke", Name: "Joke Vandenbroucke", Town: "Ghent", Language: "en", Email: "joke@vandenbroucke.example", Admin: true},
		{Handle: "moussa-ndiaye", Name: "Moussa Ndiaye", Town: "Dakar", Language: "fr", Email: "moussa.ndiaye@courrier.example"},
		{Handle: "camille-perrin", Name: "Camille Perrin", Town: "Lyon", Language: "fr", Email: "camille.perrin@boite.example"},
		{Handle: "giulia-fabbri", Name: "Giulia Fabbri", Town: "Bologna", Language: "en", Email: "giulia.fabbri@lettera.example"},
		{Handle: "zofia-wisniewska", Name: "Zofia Wiśniewska", Town: "Kraków", Language: "en", Email: "zofia.wisniewska@poczta.example"},
		{Handle: "teo-lindqvist", Name: "Teo Lindqvist", Town: "Gothenburg", Language: "en", Email: "teo.lindqvist@brev.example"},
		{Handle: "fatou-sarr", Name: "Fatou Sarr", Town: "Saint-Louis", Language: "fr", Email: "fatou.sarr@courrier.example"},
		{Handle: "mateus-oliveira", Name: "Mateus Oliveira", Town: "Porto", Language: "en", Email: "mateus.oliveira@carta.example"},
		{Handle: "nadia-benali", Name: "Nadia Benali", Town: "Marseille", Language: "fr", Email: "nadia.benali@boite.example"},
		{Handle: "ingrid-haugen", Name: "Ingrid Haugen", Town: "Bergen", Language: "en", Email: "ingrid.haugen@brev.example"},
		{Handle: "daniel-mensah", Name: "Daniel Mensah", Town: "Accra", Language: "en", Email: "daniel.mensah@letters.example"},
		{Handle: "marta-kovacs", Name: "Márta Kovács", Town: "Szeged", Language: "en", Email: "marta.kovacs@level.example"},
	}
}
