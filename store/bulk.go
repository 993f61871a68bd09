package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Change is one value of one badge that a deed changed, as it was and as it is since. Empty is no tag, no favourite, not
// in the trash.
type Change struct {
	Badge  string `json:"b"`
	Place  string `json:"p"`
	Former string `json:"f,omitempty"`
	Since  string `json:"s,omitempty"`
}

// The places of a Change.
const (
	VisibilityPlace = "visibility"
	FavouritePlace  = "favourite" // "yes" or empty
	TagPlace        = "tag"       // the name of a tag that stands there, or empty
	DeletedPlace    = "deleted"   // when it was put in the trash, or empty
)

// undo is what a deed changed, kept for as long as it can be taken back.
type undo struct {
	ID       string `gorm:"primaryKey"`
	PersonID string
	Changes  []byte // of Change, as JSON
	At       time.Time
}

// TableName is where it is kept how deeds are taken back.
func (undo) TableName() string { return "undos" }

// partOfMany is how many badges one statement names.
const partOfMany = 500

func inParts(badges []string, do func(part []string) error) error {
	for part := range slices.Chunk(badges, partOfMany) {
		if err := do(part); err != nil {
			return err
		}
	}
	return nil
}

// SetVisibilities changes who may see some badges that are not deleted; those that are not accepted are shown to nobody. It
// tells what it changed.
func (s *Store) SetVisibilities(ctx context.Context, owner string, badges []string, visibility string, now time.Time) (changes []Change, err error) {
	where := ` WHERE id IN ? AND person_id = ? AND deleted_at IS NULL AND visibility <> ?` + mayBecome
	err = inParts(badges, func(part []string) error {
		var before []Badge
		err := s.reader(ctx).Raw(`SELECT id, visibility FROM badges`+where+s.locked(), part, owner, visibility, visibility).Scan(&before).Error
		for _, b := range before {
			changes = append(changes, Change{Badge: b.ID, Place: VisibilityPlace, Former: b.Visibility, Since: visibility})
		}
		if err != nil || len(before) == 0 {
			return err
		}
		return s.writer(ctx).Exec(`UPDATE badges SET visibility = ?, updated_at = ?`+where, visibility, stamp(now), part, owner, visibility, visibility).Error
	})
	return changes, failed("set the visibility of badges", err)
}

// locked holds the rows that a Tx will change.
func (s *Store) locked() string {
	if s.kind == "postgres" && s.inTx {
		return " FOR UPDATE"
	}
	return ""
}

// SetFavourites makes some badges that are not deleted favourites, or not. It tells what it changed.
func (s *Store) SetFavourites(ctx context.Context, owner string, badges []string, favourite bool) (changes []Change, err error) {
	former, since := "", "yes"
	if !favourite {
		former, since = since, former
	}
	err = inParts(badges, func(part []string) error {
		var ids []string
		err := s.writer(ctx).Raw(`UPDATE wall_entries SET favourite = ? WHERE badge_id IN (SELECT id FROM badges WHERE id IN ? AND person_id = ? AND deleted_at IS NULL)
			AND person_id = ? AND favourite <> ? RETURNING badge_id`, favourite, part, owner, owner, favourite).Scan(&ids).Error
		for _, id := range ids {
			changes = append(changes, Change{Badge: id, Place: FavouritePlace, Former: former, Since: since})
		}
		return err
	})
	return changes, failed("mark favourites", err)
}

// DeleteBadges puts some badges into the trash. It tells what it changed.
func (s *Store) DeleteBadges(ctx context.Context, owner string, badges []string, now time.Time) (changes []Change, err error) {
	now = stamp(now)
	err = inParts(badges, func(part []string) error {
		var ids []string
		err := s.writer(ctx).Raw(`UPDATE badges SET deleted_at = ?, updated_at = ? WHERE id IN ? AND person_id = ? AND deleted_at IS NULL RETURNING id`,
			now, now, part, owner).Scan(&ids).Error
		for _, id := range ids {
			changes = append(changes, Change{Badge: id, Place: DeletedPlace, Since: now.Format(time.RFC3339Nano)})
		}
		return err
	})
	return changes, failed("delete badges", err)
}

// RestoreBadges takes some badges out of the trash, as they were those deleted since a time, private those deleted before:
// their holder may no longer have in mind who saw them. It tells what it changed, and how many stay because the same
// credential was brought in again.
func (s *Store) RestoreBadges(ctx context.Context, owner string, badges []string, now, since time.Time) (changes []Change, taken int, err error) {
	const doing = "restore badges"
	var trashed []Badge
	err = inParts(badges, func(part []string) error {
		var some []Badge
		err := s.reader(ctx).Raw(`SELECT id, visibility, deleted_at FROM badges WHERE id IN ? AND person_id = ? AND deleted_at IS NOT NULL ORDER BY id`+s.locked(),
			part, owner).Scan(&some).Error
		trashed = append(trashed, some...)
		return err
	})
	if err != nil {
		return nil, 0, failed(doing, err)
	}
	for _, b := range trashed {
		err := s.RestoreBadge(ctx, owner, b.ID, now)
		if errors.Is(err, ErrTaken) {
			taken++
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		changes = append(changes, Change{Badge: b.ID, Place: DeletedPlace, Former: stamp(*b.DeletedAt).Format(time.RFC3339Nano)})
		if b.Visibility == Private || !b.DeletedAt.Before(since) {
			continue
		}
		if err := s.SetVisibility(ctx, owner, b.ID, Private, now); err != nil {
			return nil, 0, err
		}
		changes = append(changes, Change{Badge: b.ID, Place: VisibilityPlace, Former: b.Visibility, Since: Private})
	}
	return changes, taken, nil
}

// KeepUndo keeps what a deed changed, and answers under which id.
func (s *Store) KeepUndo(ctx context.Context, owner string, changes []Change, now time.Time) (string, error) {
	text, err := json.Marshal(changes)
	if err != nil {
		return "", fmt.Errorf("keep how a deed is taken back: %w", err)
	}
	row := undo{ID: NewID(), PersonID: owner, Changes: text, At: stamp(now)}
	return row.ID, s.create(ctx, "keep how a deed is taken back", &row)
}

// TakeUndo is what a deed changed that was done since a time; it can be had once. ErrNotFound.
func (s *Store) TakeUndo(ctx context.Context, owner, id string, since time.Time) ([]Change, error) {
	const doing = "find how a deed is taken back"
	var rows []undo
	err := s.writer(ctx).Raw(`DELETE FROM undos WHERE id = ? AND person_id = ? AND at >= ? RETURNING changes`, id, owner, stamp(since)).Scan(&rows).Error
	if err != nil {
		return nil, failed(doing, err)
	}
	if len(rows) == 0 {
		return nil, failed(doing, ErrNotFound)
	}
	var changes []Change
	if err := json.Unmarshal(rows[0].Changes, &changes); err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	return changes, nil
}

// PurgeUndos forgets how deeds that were done before a time are taken back.
func (s *Store) PurgeUndos(ctx context.Context, before time.Time) error {
	return failed("forget how deeds are taken back", s.writer(ctx).Delete(&undo{}, "at < ?", stamp(before)).Error)
}

// PutBack gives values back what they were before a deed, the last changed first, but those that were changed again since.
// It tells how many were put back.
func (s *Store) PutBack(ctx context.Context, owner string, changes []Change, now time.Time) (done int, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		for end := len(changes); end > 0; {
			start := runBefore(changes, end)
			n, err := tx.putBack(ctx, owner, changes[start:end], now)
			if err != nil {
				return err
			}
			done, end = done+n, start
		}
		return nil
	})
	return done, failed("take a deed back", err)
}

// runBefore is where the run of changes begins that are alike and end before end.
func runBefore(changes []Change, end int) int {
	start := end - 1
	for start > 0 && end-start < partOfMany && alike(changes[start-1], changes[end-1]) {
		start--
	}
	return start
}

func alike(a, b Change) bool { return a.Place == b.Place && a.Former == b.Former && a.Since == b.Since }

// putBack puts changes back that are alike.
func (s *Store) putBack(ctx context.Context, owner string, changes []Change, now time.Time) (int, error) {
	ids := make([]string, 0, len(changes))
	for _, c := range changes {
		ids = append(ids, c.Badge)
	}
	c := changes[0]
	switch c.Place {
	case VisibilityPlace:
		done := s.writer(ctx).Exec(`UPDATE badges SET visibility = ?, updated_at = ? WHERE id IN ? AND person_id = ? AND visibility = ?`+mayBecome, c.Former, stamp(now), ids, owner, c.Since, c.Former)
		return int(done.RowsAffected), done.Error
	case FavouritePlace:
		done := s.writer(ctx).Exec(`UPDATE wall_entries SET favourite = ? WHERE badge_id IN ? AND person_id = ? AND favourite = ?`, c.Former != "", ids, owner, c.Since != "")
		return int(done.RowsAffected), done.Error
	case TagPlace:
		return s.putTagBack(ctx, owner, c, ids)
	case DeletedPlace:
		if c.Since == "" {
			return s.putInTrash(ctx, owner, c, ids, now)
		}
		return s.putOutOfTrash(ctx, owner, c, ids, now)
	}
	return 0, fmt.Errorf("put a %s back: %w", c.Place, ErrNotFound)
}

func (s *Store) putTagBack(ctx context.Context, owner string, c Change, ids []string) (int, error) {
	if c.Former == "" {
		done := s.writer(ctx).Delete(&badgeTag{}, "badge_id IN ? AND key = ? AND person_id = ?", ids, TagKey(c.Since), owner)
		return int(done.RowsAffected), done.Error
	}
	var there []string
	err := s.reader(ctx).Raw(`SELECT id FROM badges WHERE id IN ? AND person_id = ?`, ids, owner).Scan(&there).Error
	rows := make([]badgeTag, 0, len(there))
	for _, id := range there {
		rows = append(rows, tagOn(id, owner, c.Former))
	}
	if err != nil {
		return 0, err
	}
	return len(rows), s.addTags(ctx, rows)
}

// putInTrash puts badges into the trash again, where they had lain since a time.
func (s *Store) putInTrash(ctx context.Context, owner string, c Change, ids []string, now time.Time) (int, error) {
	at, err := time.Parse(time.RFC3339Nano, c.Former)
	if err != nil {
		return 0, fmt.Errorf("read when a badge was deleted: %w", err)
	}
	done := s.writer(ctx).Exec(`UPDATE badges SET deleted_at = ?, updated_at = ? WHERE id IN ? AND person_id = ? AND deleted_at IS NULL`, at, stamp(now), ids, owner)
	return int(done.RowsAffected), done.Error
}

// putOutOfTrash restores badges one by one: of any the same credential may have been brought in again meanwhile.
func (s *Store) putOutOfTrash(ctx context.Context, owner string, c Change, ids []string, now time.Time) (done int, err error) {
	at, err := time.Parse(time.RFC3339Nano, c.Since)
	if err != nil {
		return 0, fmt.Errorf("read when a badge was deleted: %w", err)
	}
	for _, id := range ids {
		var deleted []string
		if err := s.reader(ctx).Raw(`SELECT id FROM badges WHERE id = ? AND person_id = ? AND deleted_at = ?`, id, owner, at).Scan(&deleted).Error; err != nil {
			return done, err
		}
		if len(deleted) == 0 {
			continue
		}
		err := s.RestoreBadge(ctx, owner, id, now)
		if errors.Is(err, ErrTaken) {
			continue
		}
		if err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}
