package views

import (
	"context"
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
	Href       string // where it leads; empty: to the collection's own page
}

// address is where a collection's card leads.
func (c CollectionCard) address() string {
	if c.Href != "" {
		return c.Href
	}
	return "/c/" + c.ID
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
	Address string           // of this page, whole, for paper
	Secret  string           // of the share link; empty: it is no shared page
	Back    string           // to what the collection is in, where it is shared within that; BackTo is what that is called
	BackTo  string
}

// seed is what the patterns of a collection are drawn from.
func (p CollectionPage) seed() string { return p.Title + p.Holder.Name }

func visibilityIcon(visibility string) string {
	for _, v := range seen {
		if v.Visibility == visibility {
			return v.Icon
		}
	}
	return "lock"
}

// CollectionForm is what is asked of a collection, as it was typed.
type CollectionForm struct {
	Title, Note               string
	Cover, CoverBadge, Layout string
	Visibility                string
	InPassport                bool
	Badges                    []string // that a new one begins with
}

// TypedText is what was typed of one badge and could not be kept.
type TypedText struct{ Badge, Text string }

// CollectionEdit is where a collection is made (GET /collections/new) or changed (GET /c/{id}/edit).
type CollectionEdit struct {
	Frame    Frame
	ID       string // empty: it is not made yet
	Form     CollectionForm
	Items    []CollectionItem
	Owner    CollectionOwner
	Mistakes map[string]string // field → reason: title empty, too-long; note, text too-long; full
	Joins    []string          // the addresses that saving would show together; the form asks once more
	Typed    TypedText
}

func (p CollectionEdit) action() string {
	if p.ID == "" {
		return "/collections"
	}
	return "/c/" + p.ID
}

// mistake is the sentence beside a field; empty: nothing is wrong there.
func (p CollectionEdit) mistake(ctx context.Context, field string) string {
	if p.Mistakes[field] == "" {
		return ""
	}
	return T(ctx, "collection."+field+"."+p.Mistakes[field])
}

func (p CollectionEdit) inputs(ctx context.Context) []Input {
	return []Input{
		{Name: "title", Label: T(ctx, "collection.title"), Value: p.Form.Title, Mistake: p.mistake(ctx, "title"), Required: true, MaxLength: 120},
		{Name: "note", Type: "textarea", Label: T(ctx, "collection.note"), Hint: T(ctx, "collection.note.say"), Value: p.Form.Note, Mistake: p.mistake(ctx, "note"), MaxLength: 5000},
	}
}

// text is what stands in the field of a badge.
func (p CollectionEdit) text(item CollectionItem) string {
	if p.Typed.Badge == item.Card.ID {
		return p.Typed.Text
	}
	return item.Typed
}

// PickView is a badge that may be put into a collection, or is in it.
type PickView struct {
	Card Card
	In   bool
}

// PickPage is where badges are chosen for a collection (GET /c/{id}/add).
type PickPage struct {
	Frame     Frame
	ID, Title string
	Search    string
	Badges    []PickView
	Next      string
	More      bool
	Mistakes  map[string]string
}

func (p PickPage) address(after string) string {
	return addressed("/c/"+p.ID+"/add", "q", p.Search, "after", after)
}

// JoinsPage asks once more before a collection shows badges made out to different addresses together.
type JoinsPage struct {
	Frame        Frame
	Action, Back string
	Badges       []string
	Joins        []string
}

// CollectPage is where a badge is put into collections (GET /b/{id}/collect).
type CollectPage struct {
	Frame                   Frame
	ID, Name, Lang, Picture string
	Choices                 []CollectChoice
	Full                    bool
}

// CollectChoice is a collection a badge may be put into, or is in.
type CollectChoice struct {
	ID, Title, Visibility string
	In                    bool
}

func (p CollectionEdit) textMistake(ctx context.Context, item CollectionItem) string {
	if p.Typed.Badge != item.Card.ID {
		return ""
	}
	return p.mistake(ctx, "text")
}

func (p CollectionPage) trashed() bool { return p.Owner != nil && p.Owner.DeletedAt != nil }
