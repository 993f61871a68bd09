package demo

import "time"

// Person is somebody who has a passport in the demo. All addresses are in the reserved domain .example.
type Person struct {
	Handle, Name, Town string
	Language           string // "en" or "fr"
	Email              string // verified
	Unproved           string // another address, claimed and not verified; may be empty
	Admin              bool
	Joined             time.Time
}

// people are everybody, in the order in which they joined.
func people() []Person {
	return []Person{
		{Handle: "aminata-diop", Name: "Aminata Diop", Town: "Dakar", Language: "fr", Email: "aminata.diop@courrier.example", Unproved: "aminata@atelier-ndaje.example", Joined: on(2016, time.March, 8)},
		{Handle: "eeva-korhonen", Name: "Eeva Korhonen", Town: "Tampere", Language: "en", Email: "eeva.korhonen@posti.example", Joined: on(2016, time.November, 21)},
		{Handle: "joke-vandenbroucke", Name: "Joke Vandenbroucke", Town: "Ghent", Language: "en", Email: "joke@vandenbroucke.example", Admin: true, Joined: on(2017, time.September, 4)},
		{Handle: "moussa-ndiaye", Name: "Moussa Ndiaye", Town: "Dakar", Language: "fr", Email: "moussa.ndiaye@courrier.example", Joined: on(2018, time.May, 17)},
		{Handle: "camille-perrin", Name: "Camille Perrin", Town: "Lyon", Language: "fr", Email: "camille.perrin@boite.example", Joined: on(2019, time.February, 2)},
		{Handle: "giulia-fabbri", Name: "Giulia Fabbri", Town: "Bologna", Language: "en", Email: "giulia.fabbri@lettera.example", Joined: on(2019, time.October, 12)},
		{Handle: "zofia-wisniewska", Name: "Zofia Wiśniewska", Town: "Kraków", Language: "en", Email: "zofia.wisniewska@poczta.example", Joined: on(2020, time.June, 30)},
		{Handle: "teo-lindqvist", Name: "Teo Lindqvist", Town: "Gothenburg", Language: "en", Email: "teo.lindqvist@brev.example", Joined: on(2021, time.April, 15)},
		{Handle: "fatou-sarr", Name: "Fatou Sarr", Town: "Saint-Louis", Language: "fr", Email: "fatou.sarr@courrier.example", Joined: on(2022, time.January, 9)},
		{Handle: "mateus-oliveira", Name: "Mateus Oliveira", Town: "Porto", Language: "en", Email: "mateus.oliveira@carta.example", Joined: on(2022, time.September, 26)},
		{Handle: "nadia-benali", Name: "Nadia Benali", Town: "Marseille", Language: "fr", Email: "nadia.benali@boite.example", Joined: on(2023, time.June, 11)},
		{Handle: "ingrid-haugen", Name: "Ingrid Haugen", Town: "Bergen", Language: "en", Email: "ingrid.haugen@brev.example", Joined: on(2024, time.February, 20)},
		{Handle: "daniel-mensah", Name: "Daniel Mensah", Town: "Accra", Language: "en", Email: "daniel.mensah@letters.example", Joined: on(2024, time.October, 5)},
		{Handle: "marta-kovacs", Name: "Márta Kovács", Town: "Szeged", Language: "en", Email: "marta.kovacs@level.example", Joined: on(2025, time.August, 28)},
	}
}

// on is the morning of a day.
func on(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 8, 20, 0, 0, time.UTC)
}
