package views

// WallPage is the passport as its holder sees it (GET /badges).
type WallPage struct {
	Frame    Frame
	Identity Identity
	Counts   WallCounts
	Show     string // all, private, public or attention
	Sort     string // newest, name or issuer
	Waiting  []Wait
	Cards    []Card
	Next     string // keyset cursor of the next page; empty: this is the last
	More     bool   // this is not the first page: data page, offers and empty state are left out
}

// WallCounts are the figures of a wall, deleted badges counted apart.
type WallCounts struct{ All, Private, Public, Attention, Deleted int }

// Identity is the data page of a passport.
type Identity struct {
	Name     string
	Handle   string // seeds the security print
	Initials string // drawn where a portrait would be
	Since    int    // the year the passport was made
	Own      bool   // the viewer is the holder
	Figures  []Figure
}

// Figure is one number of the data page; Key is a word key.
type Figure struct {
	Key   string
	Value int
}
