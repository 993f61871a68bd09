package store

// mergeRule says what becomes of the rows that name a person when that person's passport is joined to another. A test
// fails for a column that refers to persons and has no rule, so whoever makes a table decides here.
type mergeRule struct {
	table, column string
	does          string
	key           string // what names a row, in SQL; empty: id
	partial       bool   // the column is part of what names a row, and key the rest
	of            string // what a row follows, "collection" for collection_id and collections; empty: badge
	unless        string // of a row that moves: when it stays, because the other passport has the like; ? and ? are the other
}

// What may become of a row.
const (
	moves   = "moves"   // it is the other passport's from now on
	follows = "follows" // it goes where the badge goes that it speaks of (badge_id), or what of names
	stays   = "stays"   // it stays with what is left of the joined passport: undoing finds it, and it goes when that does
	ends    = "ends"    // it goes at once and for good: what lets in, and what is under way
	apart   = "apart"   // pkg/account decides, row by row
)

var mergeRules = []mergeRule{
	{table: "addresses", column: "person_id", does: apart},
	{table: "archives", column: "person_id", does: stays},
	{table: "audit", column: "actor_id", does: moves},
	{table: "audit", column: "person_id", does: moves},
	{table: "badge_tags", column: "person_id", does: follows},
	{table: "badges", column: "person_id", does: apart},
	{table: "blocked_badges", column: "person_id", does: follows, key: "badge_id || ' ' || block_id"},
	{table: "blocks", column: "created_by", does: moves},
	{table: "calendars", column: "person_id", does: stays}, // its address is the other passport's own to make
	{table: "collections", column: "person_id", does: moves},
	{table: "declined_offers", column: "person_id", does: stays},
	{table: "faces", column: "person_id", does: stays},
	{table: "former_handles", column: "person_id", does: moves, key: "handle_key"},
	{table: "identities", column: "person_id", does: moves},
	{table: "import_items", column: "person_id", does: moves},
	{table: "imports", column: "person_id", does: moves},
	{table: "invitations", column: "created_by", does: moves},
	{table: "letter_wishes", column: "person_id", does: stays},
	{table: "linkedin_pages", column: "person_id", does: stays},
	{table: "merges", column: "from_id", does: stays}, // one after another: the last is undone first
	{table: "merges", column: "into_id", does: stays},
	{table: "news", column: "person_id", does: follows},
	{table: "passkeys", column: "person_id", does: stays}, // devices know them by the id of the person they were made for
	{
		table: "person_blocks", column: "blocked_id", does: moves, key: "person_id", partial: true,
		unless: "person_id = ? OR EXISTS (SELECT 1 FROM person_blocks o WHERE o.person_id = person_blocks.person_id AND o.blocked_id = ?)",
	},
	{
		table: "person_blocks", column: "person_id", does: moves, key: "blocked_id", partial: true,
		unless: "blocked_id = ? OR EXISTS (SELECT 1 FROM person_blocks o WHERE o.blocked_id = person_blocks.blocked_id AND o.person_id = ?)",
	},
	{table: "person_words", column: "person_id", does: stays},
	{table: "portraits", column: "person_id", does: stays},
	{table: "profile_links", column: "person_id", does: stays},
	{table: "profiles", column: "person_id", does: stays},
	{table: "provider_visits", column: "person_id", does: ends},
	{table: "second_factors", column: "person_id", does: stays},
	{table: "sessions", column: "person_id", does: apart}, // ended as any session is, so that none is written back
	{table: "share_links", column: "person_id", does: follows},
	{table: "share_links", column: "person_id", does: follows, of: "collection"},
	{table: "sign_in_letters", column: "person_id", does: ends},
	{table: "tokens", column: "person_id", does: ends},
	{table: "undos", column: "person_id", does: ends},
	{table: "wall_entries", column: "person_id", does: follows, key: "badge_id"},
}

// leads is what says which rows follow things of a person's.
func (r mergeRule) leads() string {
	of := r.of
	if of == "" {
		of = "badge"
	}
	return of + "_id IN (SELECT id FROM " + of + "s WHERE person_id = ?)"
}

func (r mergeRule) rowKey() string {
	if r.key == "" {
		return "id"
	}
	return r.key
}

// mergePlaces are the columns besides those of the rules that a merge changes.
var mergePlaces = map[string]mergePlace{
	"addresses.is_primary":       {table: "addresses", key: "id", column: "is_primary", kind: asBool},
	"addresses.removed_at":       {table: "addresses", key: "id", column: "removed_at", kind: asTime},
	"addresses.verified_at":      {table: "addresses", key: "id", column: "verified_at", kind: asTime},
	"badges.address_id":          {table: "badges", key: "id", column: "address_id", kind: asText},
	"badges.deleted_at":          {table: "badges", key: "id", column: "deleted_at", kind: asTime},
	"badges.state":               {table: "badges", key: "id", column: "state", kind: asText},
	"badges.visibility":          {table: "badges", key: "id", column: "visibility", kind: asText},
	"collection_badges.badge_id": {table: "collection_badges", key: "collection_id", column: "badge_id", kind: asText, partial: true},
	"collections.cover_badge_id": {table: "collections", key: "id", column: "cover_badge_id", kind: asText},
	"evidence.badge_id":          {table: "evidence", key: "id", column: "badge_id", kind: asText},
	"persons.disabled_at":        {table: "persons", key: "id", column: "disabled_at", kind: asTime},
	"persons.handle":             {table: "persons", key: "id", column: "handle", kind: asText},
	"persons.role":               {table: "persons", key: "id", column: "role", kind: asText},
	"share_links.badge_id":       {table: "share_links", key: "id", column: "badge_id", kind: asText},
	"badge_tags.badge_id":        {table: "badge_tags", key: "id", column: "badge_id", kind: asText},
	"wall_entries.favourite":     {table: "wall_entries", key: "badge_id", column: "favourite", kind: asBool},
}
