package demo

import "github.com/carnetbadges/carnet/pkg/openbadges"

// What becomes of a badge after it was given.
type fate string

const (
	kept       fate = ""
	expired    fate = "expired"
	revoked    fate = "revoked"
	silent     fate = "silent"      // what would say whether it is revoked does not answer
	forged     fate = "forged"      // a word was changed after it was signed
	unexpected fate = "other inbox" // made out to the holder's unproved address
)

// verdict is what verification must find.
func (f fate) verdict() openbadges.Verdict {
	switch f {
	case expired, revoked:
		return openbadges.NotCurrent
	case silent:
		return openbadges.CannotTell
	case forged:
		return openbadges.Contradicted
	case kept, unexpected:
		return openbadges.Genuine
	}
	return openbadges.CannotTell
}

// grant is one badge given to one person.
type grant struct {
	who, what  string
	daysAgo    int    // counted back from the day the demo is made
	on         string // or the very day, 2012-05-17
	in         string // "png", "svg", "file" (the bare credential) or "link"
	visibility string
	fate       fate
	evidence   evidence
}

// evidence is what the issuer states to show that the criteria were met.
type evidence struct{ name, narrative, genre string }

// grants are all badges of the demo, in the order in which they are brought in.
func grants() []grant {
	return []grant{
		{who: "aminata-diop", what: "wiki-gardener", on: "2012-05-17", in: "png", visibility: "public", evidence: evidence{name: "My hundred edits"}},
		{who: "aminata-diop", what: "mentor", on: "2013-11-04", in: "png", visibility: "public"},
		{who: "aminata-diop", what: "livres", on: "2019-06-21", in: "png", visibility: "public", evidence: evidence{"Lectures au marché de la Croix-Rousse", "Douze matinées de lecture entre mars et juin, de Birago Diop à Annie Ernaux.", "Carnet"}},
		{who: "aminata-diop", what: "argentique", on: "2019-11-16", in: "png", visibility: "public", evidence: evidence{"Une semaine de marché", "Huit tirages à l'agrandisseur : mains, balances, bâches, et le vendeur de citrons qui n'a pas cillé.", "Tirages"}},
		{who: "aminata-diop", what: "interviewer", on: "2021-10-02", in: "svg", visibility: "private", fate: revoked},
		{who: "aminata-diop", what: "first-aid", daysAgo: 1100, in: "svg", visibility: "private", fate: expired},
		{who: "aminata-diop", what: "solaire", daysAgo: 1052, in: "svg", visibility: "public", evidence: evidence{"Feux de route", "Deux panneaux, une batterie, trois feux : la pirogue de l'oncle rentre éclairée depuis.", "Épreuve"}},
		{who: "aminata-diop", what: "night-sky", daysAgo: 560, in: "svg", visibility: "public"},
		{who: "aminata-diop", what: "tissage", daysAgo: 410, in: "svg", visibility: "public", evidence: evidence{"Bande de deux mètres", "Chaîne de coton bleu indigo, motifs du poisson, de l'échelle et de l'œil. La bande est exposée à l'atelier.", "Ouvrage"}},
		{who: "aminata-diop", what: "baobabs", daysAgo: 290, in: "png", visibility: "public", evidence: evidence{"Relevé des dix plants", "Huit plants sur dix vivaient encore au premier septembre ; relevés chaque quinzaine à Bargny.", "Relevé"}},
		{who: "aminata-diop", what: "cercle", daysAgo: 120, in: "svg", visibility: "members"},
		{who: "aminata-diop", what: "python", daysAgo: 33, in: "svg", visibility: "public", evidence: evidence{"Le carnet de commandes de l'atelier", "Un programme de 84 lignes qui tient les commandes de tissage. Utilisé par trois personnes.", "Programme"}},
		{who: "aminata-diop", what: "traduction", daysAgo: 6, in: "png", visibility: "private", fate: unexpected},

		{who: "eeva-korhonen", what: "licences", on: "2015-03-09", in: "png", visibility: "public"},
		{who: "eeva-korhonen", what: "bicycle", on: "2022-04-23", in: "svg", visibility: "public"},
		{who: "eeva-korhonen", what: "garden", daysAgo: 430, in: "png", visibility: "public", evidence: evidence{"Garden diary", "41 kg from twelve square metres: potatoes, kale, peas, and one optimistic melon.", "Diary"}},
		{who: "eeva-korhonen", what: "first-aid", daysAgo: 205, in: "png", visibility: "public"},
		{who: "eeva-korhonen", what: "winter-waters", daysAgo: 95, in: "svg", visibility: "public", evidence: evidence{"Ice walk on Näsijärvi", "Five people, 7.2 km, 34 measurements, one detour around the current at the narrows.", "Route log"}},

		{who: "joke-vandenbroucke", what: "mentor", on: "2014-02-18", in: "file", visibility: "public"},
		{who: "joke-vandenbroucke", what: "air", on: "2023-09-14", in: "link", visibility: "public", evidence: evidence{"Ninety days in the Dampoort quarter", "The sensor failed for four days in the frost; the gap is in the data and on the poster.", "Data set"}},
		{who: "joke-vandenbroucke", what: "interviewer", daysAgo: 520, in: "svg", visibility: "public"},
		{who: "joke-vandenbroucke", what: "bicycle", daysAgo: 310, in: "png", visibility: "members"},
		{who: "joke-vandenbroucke", what: "night-sky", daysAgo: 60, in: "svg", visibility: "public"},

		{who: "moussa-ndiaye", what: "solaire", daysAgo: 380, in: "png", visibility: "public", evidence: evidence{"Panne en mer", "Régulateur débranché par le formateur au large de Soumbédioune ; trouvé et réparé en onze minutes.", "Épreuve"}},
		{who: "moussa-ndiaye", what: "baobabs", daysAgo: 290, in: "svg", visibility: "public"},
		{who: "moussa-ndiaye", what: "python", daysAgo: 33, in: "file", visibility: "private"},
		{who: "moussa-ndiaye", what: "cercle", daysAgo: 118, in: "png", visibility: "members"},

		{who: "camille-perrin", what: "livres", on: "2020-02-28", in: "svg", visibility: "public"},
		{who: "camille-perrin", what: "argentique", on: "2022-11-19", in: "png", visibility: "public", evidence: evidence{"Trois tirages", "La Saône à six heures, un couloir d'hôpital, les mains de ma tante.", "Tirages"}},
		{who: "camille-perrin", what: "traduction", daysAgo: 240, in: "svg", visibility: "members"},

		{who: "giulia-fabbri", what: "sourdough", daysAgo: 350, in: "svg", visibility: "public", evidence: evidence{"The Saturday table", "Pane toscano, rye, focaccia and a walnut loaf; the list of takers hangs in the school.", "Record"}},
		{who: "giulia-fabbri", what: "porticoes", daysAgo: 150, in: "png", visibility: "public"},
		{who: "giulia-fabbri", what: "garden", daysAgo: 425, in: "file", visibility: "private"},

		{who: "zofia-wisniewska", what: "licences", on: "2016-01-12", in: "svg", visibility: "members"},
		{who: "zofia-wisniewska", what: "night-sky", daysAgo: 700, in: "svg", visibility: "public", evidence: evidence{"Observing log", "Forty nights from October to October; drawings of Saturn, M13 and a comet nobody expected.", "Log"}},
		{who: "zofia-wisniewska", what: "bridges", daysAgo: 200, in: "png", visibility: "public"},
		{who: "zofia-wisniewska", what: "first-aid", daysAgo: 170, in: "svg", visibility: "private", fate: revoked},

		{who: "teo-lindqvist", what: "bicycle", on: "2023-05-06", in: "svg", visibility: "public"},
		{who: "teo-lindqvist", what: "winter-waters", daysAgo: 88, in: "svg", visibility: "public", fate: silent},

		{who: "fatou-sarr", what: "tissage", daysAgo: 410, in: "png", visibility: "public"},
		{who: "fatou-sarr", what: "cercle", daysAgo: 119, in: "svg", visibility: "public"},
		{who: "fatou-sarr", what: "livres", on: "2018-09-30", in: "svg", visibility: "private", fate: revoked},

		{who: "mateus-oliveira", what: "loaves", daysAgo: 45, in: "svg", visibility: "public", evidence: evidence{"The list", "One hundred lines in a kitchen notebook, ninety of them with somebody else's name.", "Notebook"}},
		{who: "mateus-oliveira", what: "sourdough", daysAgo: 20, in: "png", visibility: "public"},
		{who: "mateus-oliveira", what: "wiki-gardener", on: "2012-08-30", in: "link", visibility: "members"},

		{who: "nadia-benali", what: "argentique", on: "2023-03-11", in: "svg", visibility: "public"},
		{who: "nadia-benali", what: "traduction", daysAgo: 75, in: "file", visibility: "public"},
		{who: "nadia-benali", what: "tissage", daysAgo: 75, in: "svg", visibility: "private", fate: forged},

		{who: "ingrid-haugen", what: "winter-waters", daysAgo: 460, in: "png", visibility: "public"},
		{who: "ingrid-haugen", what: "bridges", daysAgo: 800, in: "png", visibility: "members", fate: expired},

		{who: "daniel-mensah", what: "air", on: "2022-06-10", in: "svg", visibility: "public"},
		{who: "daniel-mensah", what: "python", daysAgo: 34, in: "svg", visibility: "public"},

		{who: "marta-kovacs", what: "bridges", daysAgo: 199, in: "svg", visibility: "public"},
		{who: "marta-kovacs", what: "porticoes", daysAgo: 500, in: "svg", visibility: "public", fate: expired},
	}
}
