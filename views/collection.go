package views

import (
	"html/template"
	"time"
)

// CollectionCard is a collection among others.
type CollectionCard struct {
	ID, Title  string
	Count      int      // badges the viewer may see
	Pictures   []string // of its first badges
	Visibility string   // empty when the viewer is not its maker
	InPassport bool
	DeletedAt  *time.Time // it is in the trash
	DaysLeft   int
}

// CollectionsPage is a person's own list (GET /collections).
type CollectionsPage struct {
	Frame    Frame
	Identity Identity
	Counts   WallCounts
	Kept     []CollectionCard
	Deleted  []CollectionCard
	Full     bool // no more can be made
}

// CollectionItem is one badge in a collection.
type CollectionItem struct {
	Card      Card
	Text      template.HTML // what its holder says of it there, made safe
	Typed     string        // the same as it was typed; only for its holder
	CheckedAt *time.Time
}

// CollectionOwner is what only the maker of a collection is told.
type CollectionOwner struct {
	Visibility string
	Hidden     int      // badges that those do not see to whom the collection is shown
	Raisable   int      // of those, how many the holder can show
	Private    int      // badges that nobody else sees at all
	Addresses  []string // that its badges are made out to, where these are several
	DeletedAt  *time.Time
	DaysLeft   int
	InPassport bool
}

// CollectionPage is one collection: for whoever may see it (GET /c/{id}) and by a share link (GET /s/{secret}).
type CollectionPage struct {
	Frame   Frame
	ID      string
	At      string // the address of this page
	Title   string
	Note    template.HTML
	Holder  HolderView // without a handle where it is shown by a link
	Cover   string     // "pattern", "badge" or "none"
	Picture string     // of the cover
	Layout  string     // "wall" or "pages"
	Items   []CollectionItem
	Owner   *CollectionOwner // nil: the viewer is not its maker
}

func visibilityIcon(visibility string) string {
	for _, v := range seen {
		if v.Visibility == visibility {
			return v.Icon
		}
	}
	return "lock"
}
