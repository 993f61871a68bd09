package views

// TagsPage lists a holder's own tags (GET /badges/tags). The Label of a tag names it within the page.
type TagsPage struct {
	Frame Frame
	Tags  []Choice
}

// MarksView is what only the holder sees on a badge.
type MarksView struct {
	Favourite bool
	Tags      []string
	All       []Choice // the holder's tags, to choose from
}

// SurePage asks before many badges are shown to more people (POST /badges/change).
type SurePage struct {
	Frame  Frame
	Ask    WallAsk
	Do     string // public, members or link
	Badges []string
	All    bool   // all that are found
	Which  string // names those that were found when it was asked
	Count  int
	Cards  []Card // the first of them
}
