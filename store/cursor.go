package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// cursor is a place in a sorted list: where the last badge of a page stands. It holds nothing that the page did not
// show, so it needs no secrecy; the question asked with it still names the owner.
type cursor struct {
	Order string `json:"o"`
	Place string `json:"p"`
	ID    string `json:"i"`
}

// errNotACursor answers a page that does not exist, so it is a kind of ErrNotFound.
var errNotACursor = fmt.Errorf("no such place in the list: %w", ErrNotFound)

// longestCursor bounds what is decoded: a name of 500 characters folds to less.
const longestCursor = 8192

// String is the cursor as it stands in a link.
func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		return "" // three strings always marshal
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseCursor(s string) (cursor, error) {
	var c cursor
	if len(s) > longestCursor {
		return c, errNotACursor
	}
	text, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return c, errNotACursor
	}
	if err := json.Unmarshal(text, &c); err != nil || c.ID == "" {
		return cursor{}, errNotACursor
	}
	return c, nil
}

// cursorInTime is the place in a list ordered by time, then id.
func cursorInTime(order string, at time.Time, id string) string {
	return cursor{Order: order, Place: stamp(at).Format(time.RFC3339Nano), ID: id}.String()
}

// placeInTime reads what cursorInTime wrote for the same order.
func placeInTime(order, written string) (at time.Time, id string, err error) {
	c, err := parseCursor(written)
	if err != nil {
		return time.Time{}, "", err
	}
	at, err = time.Parse(time.RFC3339Nano, c.Place)
	if err != nil || c.Order != order {
		return time.Time{}, "", errNotACursor
	}
	return stamp(at), c.ID, nil
}
