package demo

import "github.com/carnetbadges/carnet/cmd/carnet/demo/art"

// achievement is what a badge of the demo is for.
type achievement struct {
	slug        string
	by          string // the issuer's name in the tables
	name        string
	description string
	criteria    string // Markdown
	kind        string // OB 3.0 achievementType
	tags        []string
	alignment   alignment
	motif       art.Motif
	form        string // where it is not the issuer's usual one
	years       int    // how long it holds; 0: for ever
}

// alignment ties an achievement to a framework that exists.
type alignment struct{ name, url, framework, code string }

// The frameworks that the demo's issuers align to.
func digComp(code, name string) alignment {
	return alignment{name, "https://publications.jrc.ec.europa.eu/repository/handle/JRC128415", "DigComp 2.2", code}
}

func goal(number, name string) alignment {
	return alignment{name, "https://sdgs.un.org/goals/goal" + number, "Sustainable Development Goals", "SDG " + number}
}

// achievements are all that can be earned, by slug.
func achievements() map[string]achievement {
	all := map[string]achievement{}
	for _, list := range [][]achievement{ofNdaje(), ofTammer(), ofStadslabo(), ofCroixRousse(), ofPortici(), ofWawel(), ofCommons(), ofRencontres(), ofMateus()} {
		for _, a := range list {
			all[a.slug] = a
		}
	}
	return all
}

func ofNdaje() []achievement {
	return []achievement{
		{
			slug: "tissage", by: "ndaje", name: "Tissage manjak : premiers motifs", kind: "Competency", motif: art.Loom, tags: []string{"tissage", "artisanat", "patrimoine"},
			description: "Monte un métier à pédales et tisse une bande de deux mètres avec trois motifs manjak.",
			criteria:    "- Monter la chaîne seule ou seul, sans nœud perdu\n- Tisser **trois motifs** lisibles à l'endroit comme à l'envers\n- Expliquer à une autre personne d'où vient l'un d'eux",
			alignment:   goal("8", "Travail décent et croissance économique"),
		},
		{
			slug: "baobabs", by: "ndaje", name: "Gardienne, gardien des baobabs", kind: "CommunityService", motif: art.Baobab, tags: []string{"environnement", "reboisement"},
			description: "A planté et suivi pendant une saison sèche dix jeunes baobabs autour de Dakar.",
			criteria:    "Dix plants mis en terre, arrosés et **relevés chaque quinzaine**. Au moins sept vivent encore à l'hivernage.",
			alignment:   goal("15", "Vie terrestre"),
		},
		{
			slug: "solaire", by: "ndaje", name: "Énergie solaire à bord", kind: "Certification", motif: art.Pirogue, tags: []string{"énergie", "pêche", "électricité"}, years: 3,
			description: "Dimensionne, pose et dépanne une installation solaire de pirogue : feux, radio, glacière.",
			criteria:    "1. Schéma coté et bilan d'énergie\n2. Pose devant le formateur, à quai\n3. Une **panne tirée au sort** réparée en mer",
			alignment:   goal("7", "Énergie propre et d'un coût abordable"),
		},
		{
			slug: "python", by: "ndaje", name: "Premiers pas en Python", kind: "Course", motif: art.Code, tags: []string{"code", "python", "numérique"},
			description: "Sait écrire, lire et corriger un petit programme qui rend service à quelqu'un.",
			criteria:    "Un programme de cent lignes au plus, **utilisé par une autre personne** pendant une semaine, et la correction d'une erreur qu'elle a trouvée.",
			alignment:   digComp("3.4", "Programmation"),
		},
	}
}

func ofTammer() []achievement {
	return []achievement{
		{
			slug: "winter-waters", by: "tammer", name: "Winter Waters Guide", kind: "Competency", motif: art.Aurora, tags: []string{"ice", "safety", "guiding"},
			description: "Leads a small group over lake ice: reads it, measures it, and turns back in time.",
			criteria:    "Plan and lead a three-hour walk on ice with at least four people, **measuring every hundred metres**, and show self-rescue from the hole.",
			alignment:   goal("6", "Clean water and sanitation"),
		},
		{
			slug: "first-aid", by: "tammer", name: "Outdoor First Aid", kind: "Certification", motif: art.Aid, tags: []string{"first aid", "outdoors"}, years: 2,
			description: "Sixteen hours of first aid far from help: cold, falls, water, waiting.",
			criteria:    "Attend both days, pass the practical with **two simulated casualties at dusk**, and keep calm.",
			alignment:   goal("3", "Good health and well-being"),
		},
		{
			slug: "garden", by: "tammer", name: "Short-Summer Gardener", kind: "Achievement", motif: art.Seedling, tags: []string{"garden", "food"},
			description: "Fed a household from twelve square metres in ninety frost-free days.",
			criteria:    "A garden diary from sowing to harvest, with weights, and seeds saved for **two people who are new to it**.",
			alignment:   goal("2", "Zero hunger"),
		},
	}
}

func ofStadslabo() []achievement {
	return []achievement{
		{
			slug: "bicycle", by: "stadslabo", name: "Bicycle Mechanic, Level 1", motif: art.Bicycle, tags: []string{"repair", "bicycle", "mobility"},
			description: "Keeps other people's bicycles on the road: brakes, gears, wheels, patience.",
			criteria:    "Ten bicycles repaired at the repair café, **each signed off by its rider**, and one wheel trued under the eyes of a mentor.",
			alignment:   goal("11", "Sustainable cities and communities"),
		},
		{
			slug: "interviewer", by: "stadslabo", name: "Neighbourhood Interviewer", motif: art.Voices, tags: []string{"listening", "oral history"},
			description: "Collects the stories of a street so that those who told them recognise themselves.",
			criteria:    "Six interviews, agreed to in writing, transcribed, and **read back to the people who gave them**.",
			alignment:   digComp("2.2", "Sharing through digital technologies"),
		},
		{
			slug: "air", by: "stadslabo", name: "Measuring the Air We Breathe", motif: art.Compass, tags: []string{"open data", "citizen science"},
			description: "Built a sensor, hung it out, and told the neighbours what the numbers do and do not say.",
			criteria:    "One sensor, ninety days of open data with its gaps explained, and **one evening of questions** in the neighbourhood.",
			alignment:   digComp("1.2", "Evaluating data, information and digital content"),
		},
	}
}

func ofCroixRousse() []achievement {
	return []achievement{
		{
			slug: "livres", by: "croix-rousse", name: "Passeuse, passeur de livres", motif: art.Book, tags: []string{"lecture", "médiation"},
			description: "Donne envie de lire à voix haute, dans la rue, au marché, à l'hôpital.",
			criteria:    "Douze lectures publiques, un carnet de bord, et **un livre offert** à quelqu'un qui disait ne pas lire.",
			alignment:   goal("4", "Éducation de qualité"),
		},
		{
			slug: "argentique", by: "croix-rousse", name: "Lumière argentique", motif: art.Lens, tags: []string{"photographie", "laboratoire"},
			description: "Charge, expose, développe et tire une pellicule de trente-six poses.",
			criteria:    "Une planche-contact et **trois tirages** au format 24 × 30, commentés devant le groupe.",
		},
	}
}

func ofPortici() []achievement {
	return []achievement{
		{
			slug: "sourdough", by: "portici", name: "Sourdough Baker", kind: "Competency", motif: art.Wheat, tags: []string{"bread", "fermentation"},
			description: "Keeps a starter alive and bakes four kinds of bread that strangers finish.",
			criteria:    "Four breads baked at the school's oven for the Saturday table, **nothing left over**, and a starter given away with its instructions.",
			alignment:   goal("12", "Responsible consumption and production"),
		},
		{
			slug: "porticoes", by: "portici", name: "Keeper of the Porticoes", kind: "Membership", motif: art.Portico, tags: []string{"heritage", "guiding"}, years: 1,
			description: "Tells sixty-two kilometres of porticoes in ninety minutes, in two languages.",
			criteria:    "Two guided walks with at least eight people each, one of them **in a language you learned as an adult**.",
			alignment:   goal("11", "Sustainable cities and communities"),
		},
	}
}

func ofWawel() []achievement {
	return []achievement{
		{
			slug: "night-sky", by: "wawel", name: "Forty Nights under the Sky", kind: "Achievement", motif: art.Orbits, tags: []string{"astronomy", "observation"},
			description: "Forty nights of observation, drawn by hand, from the Błonia meadow and darker places.",
			criteria:    "An observing log of **forty nights in all four seasons**, with ten drawings of planets or deep-sky objects.",
		},
		{
			slug: "bridges", by: "wawel", name: "Vistula Bridges Walk Leader", kind: "Competency", motif: art.Bridge, tags: []string{"walking", "local history"}, years: 2,
			description: "Leads the evening walk over the bridges of the Vistula, for every pair of legs.",
			criteria:    "Three walks led, one of them **step-free from end to end**, and a route sheet that others can follow.",
			alignment:   goal("10", "Reduced inequalities"),
		},
	}
}

func ofCommons() []achievement {
	return []achievement{
		{
			slug: "wiki-gardener", by: "commons", form: hosted05, name: "Wiki Gardener", motif: art.Seedling, tags: []string{"wiki", "editing"},
			description: "Weeded, pruned and linked a hundred pages of the course wiki.",
			criteria:    "A hundred edits that other people kept.",
		},
		{
			slug: "mentor", by: "commons", form: hosted10, name: "Peer Mentor", motif: art.Compass, tags: []string{"mentoring", "peer learning"},
			description: "Answered the questions of newcomers for one whole course, kindly and in time.",
			criteria:    "Thirty answers marked as helpful by those who asked.",
		},
		{
			slug: "licences", by: "commons", form: hosted11, name: "Open Licence Explorer", motif: art.Kite, tags: []string{"open licences", "copyright"},
			description: "Can say which licence lets whom do what, and publishes work under the right one.",
			criteria:    "One own work published, one work of others remixed, **both attributed without a fault**.",
			alignment:   alignment{"Copyright and licences", "https://publications.jrc.ec.europa.eu/repository/handle/JRC106281", "DigComp 2.1", "3.3"},
		},
	}
}

func ofRencontres() []achievement {
	return []achievement{
		{
			slug: "cercle", by: "rencontres", name: "Facilitation en cercle", kind: "Competency", motif: art.Voices, tags: []string{"facilitation", "écoute"},
			description: "Ouvre, tient et ferme un cercle où chacune et chacun parle et où personne n'y est obligé.",
			criteria:    "Trois cercles d'au moins huit personnes, observés, et **un conflit traversé** sans perdre personne.",
			alignment:   goal("16", "Paix, justice et institutions efficaces"),
		},
		{
			slug: "traduction", by: "rencontres", name: "Traduction solidaire", kind: "CommunityService", motif: art.Bridge, tags: []string{"langues", "traduction"},
			description: "Traduit pour des gens, pas pour des textes : guichets, écoles, salles d'attente.",
			criteria:    "Vingt heures d'accompagnement dans **deux langues au moins**, un compte rendu anonyme, le secret gardé.",
			alignment:   alignment{"Médiation", "https://www.coe.int/en/web/common-european-framework-reference-languages", "CECRL, volume complémentaire", "Médiation B2"},
		},
	}
}

func ofMateus() []achievement {
	return []achievement{{
		slug: "loaves", by: "mateus", name: "A Hundred Loaves", kind: "Achievement", motif: art.Wheat, tags: []string{"bread", "selfie badge"},
		description: "I baked a hundred loaves in a year and gave ninety of them away. Nobody asked me to.",
		criteria:    "I kept a list. Ask me for it, or ask **any of my neighbours**.",
	}}
}
