package store

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// The states of an Import.
const (
	ImportFilling = "filling" // its items are still coming
	ImportRunning = "running" // somebody is at it, or will be
	ImportStopped = "stopped" // its person has stopped it; what is done stays, the rest waits to be gone on with
	ImportDone    = "done"
	ImportUndone  = "undone" // what it brought was put in the trash again
)

// The states of an ImportItem.
const (
	ItemWaiting   = "waiting"   // it was not looked at yet
	ItemSettled   = "settled"   // nothing is left to do about it
	ItemOpen      = "open"      // its person must do something, or it is tried again later
	ItemDismissed = "dismissed" // its person does not want it
)

// Import is many things a person brings in at once. LeftOut are those there was no room for.
type Import struct {
	ID         string `gorm:"primaryKey"`
	PersonID   string
	State      string
	Total      int
	LeftOut    int
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
	FinishedAt *time.Time
}

// TableName is where imports are kept.
func (Import) TableName() string { return "imports" }

// ImportItem is one of the things of an Import: a link to be asked, else bytes that lie in a file until nothing is left
// to do about them. Result is a word, empty while it waits; Reason, Detail and Params say why, as findings do.
type ImportItem struct {
	ID       string `gorm:"primaryKey"`
	ImportID string
	PersonID string
	Position int    // from 0, as they came
	Name     string // of the file; empty for a link and a text
	Size     int64  // bytes
	Link     string
	BlobKey  string // empty for a link, and when the bytes are no longer kept
	State    string
	Result   string
	Reason   string
	Detail   string
	Params   []byte // JSON
	BadgeID  *string
	Attempts int        // how often it was begun
	RetryAt  *time.Time // when it is tried again by itself
	DoneAt   *time.Time // when it got its Result, or was dismissed
}

// TableName is where the items of imports are kept.
func (ImportItem) TableName() string { return "import_items" }

// CreateImport keeps a new import; an empty ID and time are filled.
func (s *Store) CreateImport(ctx context.Context, i *Import) error {
	if i.ID == "" {
		i.ID = NewID()
	}
	if i.CreatedAt.IsZero() {
		i.CreatedAt = time.Now()
	}
	stampAll(&i.CreatedAt, i.FinishedAt)
	return s.create(ctx, "begin an import", i)
}

// AddImportItem keeps a new item; an empty ID is filled.
func (s *Store) AddImportItem(ctx context.Context, i *ImportItem) error {
	if i.ID == "" {
		i.ID = NewID()
	}
	i.tidy()
	return s.create(ctx, "keep an item of an import", i)
}

func (i *ImportItem) tidy() {
	for _, text := range []*string{&i.Name, &i.Link, &i.Reason, &i.Detail} {
		*text = legible(*text)
	}
	stampAll(i.RetryAt, i.DoneAt)
}

// Import is one of this person's imports, held while a Tx lasts; ErrNotFound when it is not theirs.
func (s *Store) Import(ctx context.Context, owner, id string) (Import, error) {
	var i Import
	err := s.holder(ctx).Take(&i, "id = ? AND person_id = ?", id, owner).Error
	return i, failed("find an import", err)
}

// AnyImport is the import with this id, whoever's, held while a Tx lasts; ErrNotFound.
func (s *Store) AnyImport(ctx context.Context, id string) (Import, error) {
	var i Import
	err := s.holder(ctx).Take(&i, "id = ?", id).Error
	return i, failed("find an import", err)
}

// Imports are a person's imports, the latest first, at most limit.
func (s *Store) Imports(ctx context.Context, owner string, limit int) ([]Import, error) {
	var found []Import
	err := s.reader(ctx).Where("person_id = ?", owner).Order("id DESC").Limit(limit).Find(&found).Error
	return found, failed("list a person's imports", err)
}

// ImportBefore is the oldest import of a person that runs, which others wait for; ErrNotFound when none does.
func (s *Store) ImportBefore(ctx context.Context, owner string) (Import, error) {
	var i Import
	err := s.reader(ctx).Where("person_id = ? AND state = 'running'", owner).Order("id").Take(&i).Error
	return i, failed("find the import that runs", err)
}

// UpdateImport keeps what an import's state is, its total and what was left out; ErrNotFound.
func (s *Store) UpdateImport(ctx context.Context, i Import) error {
	stampAll(i.FinishedAt)
	return one("change an import", s.writer(ctx).Exec(`UPDATE imports SET state = ?, total = ?, left_out = ?, finished_at = ? WHERE id = ?`,
		i.State, i.Total, i.LeftOut, i.FinishedAt, i.ID))
}

// ImportsUnfinished are the imports of a state that were begun before a time, the oldest first, at most limit.
func (s *Store) ImportsUnfinished(ctx context.Context, state string, before time.Time, limit int) ([]Import, error) {
	var found []Import
	err := s.reader(ctx).Where("state = ? AND created_at < ? AND finished_at IS NULL", state, stamp(before)).
		Order("created_at").Limit(limit).Find(&found).Error
	return found, failed("list imports that are not finished", err)
}

// ImportItem is one of this person's items, held while a Tx lasts; ErrNotFound when it is not theirs.
func (s *Store) ImportItem(ctx context.Context, owner, id string) (ImportItem, error) {
	var i ImportItem
	err := s.holder(ctx).Take(&i, "id = ? AND person_id = ?", id, owner).Error
	return i, failed("find an item of an import", err)
}

// WaitingItems are the items of an import that were not looked at yet, in the order they came, at most limit.
func (s *Store) WaitingItems(ctx context.Context, id string, limit int) ([]ImportItem, error) {
	var found []ImportItem
	err := s.reader(ctx).Where("import_id = ? AND state = 'waiting'", id).Order("position").Limit(limit).Find(&found).Error
	return found, failed("list what waits in an import", err)
}

// BeginItem counts that an item is begun, and tells how often it was; ErrNotFound when it is gone.
func (s *Store) BeginItem(ctx context.Context, id string) (int, error) {
	var attempts []int
	err := s.writer(ctx).Raw(`UPDATE import_items SET attempts = attempts + 1 WHERE id = ? RETURNING attempts`, id).Scan(&attempts).Error
	if err == nil && len(attempts) == 0 {
		return 0, fmt.Errorf("begin an item: %w", ErrNotFound)
	}
	if err != nil {
		return 0, failed("begin an item", err)
	}
	return attempts[0], nil
}

// UpdateImportItem keeps everything of an item but whose it is and where it stands; ErrNotFound when it is gone.
func (s *Store) UpdateImportItem(ctx context.Context, i *ImportItem) error {
	i.tidy()
	return s.update(ctx, "change an item of an import", i, "id", "import_id", "person_id", "position")
}

// ItemCount is how many items of an import have a state and a result.
type ItemCount struct {
	State  string
	Result string
	Count  int
}

// ImportCounts counts the items of an import by state and result.
func (s *Store) ImportCounts(ctx context.Context, id string) ([]ItemCount, error) {
	var counts []ItemCount
	err := s.reader(ctx).Raw(`SELECT state, result, COUNT(*) AS count FROM import_items WHERE import_id = ? GROUP BY state, result`, id).Scan(&counts).Error
	return counts, failed("count the items of an import", err)
}

// ItemsQuery asks for a page of an import's items. Only is empty for all, else "added" or "open".
type ItemsQuery struct {
	Import string
	Only   string
	After  int // the position of the last one seen; -1 for the first page
	Limit  int
}

// ImportItems are the items of an import in the order they came.
func (s *Store) ImportItems(ctx context.Context, q ItemsQuery) ([]ImportItem, error) {
	db := s.reader(ctx).Where("import_id = ? AND position > ?", q.Import, q.After)
	switch q.Only {
	case "added":
		db = db.Where("result IN ('added', 'updated')")
	case "open":
		db = db.Where("(state = 'open' OR result = 'waiting')")
	}
	var found []ImportItem
	err := db.Order("position").Limit(q.Limit).Find(&found).Error
	return found, failed("list the items of an import", err)
}

// OpenItems are a person's items that are left to do, the latest first, at most limit; after is the id of the last one
// seen, empty for the first.
func (s *Store) OpenItems(ctx context.Context, owner, after string, limit int) ([]ImportItem, error) {
	db := s.reader(ctx).Where("person_id = ? AND state = 'open'", owner)
	if after != "" {
		db = db.Where("id < ?", after)
	}
	var found []ImportItem
	err := db.Order("id DESC").Limit(limit).Find(&found).Error
	return found, failed("list what is left to fix", err)
}

// CountOpen is how many items a person has that are left to do.
func (s *Store) CountOpen(ctx context.Context, owner string) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&ImportItem{}).Where("person_id = ? AND state = 'open'", owner).Count(&n).Error
	return int(n), failed("count what is left to fix", err)
}

// CountUnfinished is how many items a person has that are left to do or were not looked at yet.
func (s *Store) CountUnfinished(ctx context.Context, owner string) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&ImportItem{}).Where("person_id = ? AND state IN ('open', 'waiting')", owner).Count(&n).Error
	return int(n), failed("count what is not brought in yet", err)
}

// DismissOpen dismisses all that is left to do of a person; it tells how many. RestoreDismissed takes that back by its time.
func (s *Store) DismissOpen(ctx context.Context, owner string, now time.Time) (int, error) {
	done := s.writer(ctx).Exec(`UPDATE import_items SET state = 'dismissed', done_at = ? WHERE person_id = ? AND state = 'open'`, stamp(now), owner)
	return int(done.RowsAffected), failed("dismiss what is left to fix", done.Error)
}

// RestoreDismissed opens again what a person dismissed at a time; it tells how many.
func (s *Store) RestoreDismissed(ctx context.Context, owner string, at time.Time) (int, error) {
	done := s.writer(ctx).Exec(`UPDATE import_items SET state = 'open' WHERE person_id = ? AND state = 'dismissed' AND done_at = ?`, owner, stamp(at))
	return int(done.RowsAffected), failed("open again what was dismissed", done.Error)
}

// RetryItemAt says when an item is tried again by itself; nil: never. ErrNotFound.
func (s *Store) RetryItemAt(ctx context.Context, id string, at *time.Time) error {
	stampAll(at)
	return one("put off an item", s.writer(ctx).Exec(`UPDATE import_items SET retry_at = ? WHERE id = ?`, at, id))
}

// RetryDue are the open items that are to be tried again by a time, at most limit: of each person the longest due first, and
// everybody's first before anybody's second, so that nobody waits behind a thousand of somebody else's.
func (s *Store) RetryDue(ctx context.Context, now time.Time, limit int) ([]ImportItem, error) {
	var found []ImportItem
	err := s.reader(ctx).Where("retry_at IS NOT NULL AND retry_at <= ? AND state = 'open'", stamp(now)).
		Order("retry_at").Limit(dueLooked * limit).Find(&found).Error
	return inTurn(found, limit), failed("list what is tried again", err)
}

// dueLooked is among how many times as many as are tried the turns are shared out.
const dueLooked = 40

// inTurn are everybody's first, then everybody's second, and so on.
func inTurn(items []ImportItem, limit int) []ImportItem {
	turns, before := map[string]int{}, map[string]int{}
	for _, i := range items {
		before[i.ID] = turns[i.PersonID]
		turns[i.PersonID]++
	}
	slices.SortStableFunc(items, func(a, b ImportItem) int { return before[a.ID] - before[b.ID] })
	return items[:min(limit, len(items))]
}

// OpenOf are a person's open items of a result.
func (s *Store) OpenOf(ctx context.Context, owner, result string, limit int) ([]ImportItem, error) {
	var found []ImportItem
	err := s.reader(ctx).Where("person_id = ? AND state = 'open' AND result = ?", owner, result).Order("id DESC").Limit(limit).Find(&found).Error
	return found, failed("list what is left to fix", err)
}

// KeptBytes is how many bytes are kept of the items of a person.
func (s *Store) KeptBytes(ctx context.Context, owner string) (int64, error) {
	var n int64
	err := s.reader(ctx).Raw(`SELECT COALESCE(SUM(size), 0) FROM import_items WHERE person_id = ? AND blob_key <> ''`, owner).Scan(&n).Error
	return n, failed("measure what is kept of imports", err)
}

// AddedBy are the badges an import has added, of the state they are in now: in the trash or not.
func (s *Store) AddedBy(ctx context.Context, owner, id string, trashed bool) ([]Badge, error) {
	deleted := "b.deleted_at IS NULL"
	if trashed {
		deleted = "b.deleted_at IS NOT NULL"
	}
	var found []Badge
	err := s.reader(ctx).Raw(`SELECT b.id, b.state, b.visibility, b.deleted_at FROM import_items i JOIN badges b ON b.id = i.badge_id
		WHERE i.import_id = ? AND (i.result = 'added' OR i.result = 'waiting' AND i.reason = 'added') AND b.person_id = ? AND `+deleted+` ORDER BY i.position`, id, owner).Scan(&found).Error
	return found, failed("list what an import has added", err)
}

// BadgesOf are those of some badges that this person holds, deleted or not, without their Documents, by their ids.
func (s *Store) BadgesOf(ctx context.Context, owner string, ids []string) (map[string]Badge, error) {
	all := map[string]Badge{}
	if len(ids) == 0 {
		return all, nil
	}
	var found []Badge
	err := s.reader(ctx).Omit("document").Where("id IN ? AND person_id = ?", ids, owner).Find(&found).Error
	for _, b := range found {
		all[b.ID] = b
	}
	return all, failed("list some badges", err)
}

// ReleaseItems lets go of the bytes of an import's settled items and tells the keys of those nobody uses any more: they are
// the caller's to delete.
func (s *Store) ReleaseItems(ctx context.Context, id string) (unused []string, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		var keys []string
		const settled = `import_id = ? AND state = 'settled' AND blob_key <> ''`
		if err := tx.writer(ctx).Raw(`SELECT DISTINCT blob_key FROM import_items WHERE `+settled, id).Scan(&keys).Error; err != nil {
			return err
		}
		if err := tx.writer(ctx).Exec(`UPDATE import_items SET blob_key = '' WHERE `+settled, id).Error; err != nil {
			return err
		}
		unused, err = withoutUse(tx.writer(ctx), keys)
		return err
	})
	return unused, failed("let go of what came in", err)
}

// PurgeImports forgets what was settled, dismissed or left alone before a time, and imports of which nothing is left. It
// tells the keys of files nobody uses any more: they are the caller's to delete.
func (s *Store) PurgeImports(ctx context.Context, before time.Time) (unused []string, err error) {
	before = stamp(before)
	err = s.Tx(ctx, func(tx *Store) error {
		var keys, more []string
		err := tx.writer(ctx).Raw(`DELETE FROM import_items WHERE state IN ('settled', 'dismissed') AND done_at < ? RETURNING blob_key`, before).Scan(&keys).Error
		if err != nil {
			return err
		}
		err = tx.writer(ctx).Raw(`DELETE FROM import_items WHERE state = 'waiting' AND import_id IN
			(SELECT id FROM imports WHERE finished_at < ?) RETURNING blob_key`, before).Scan(&more).Error
		if err != nil {
			return err
		}
		err = tx.writer(ctx).Exec(`DELETE FROM imports WHERE finished_at < ? AND NOT EXISTS
			(SELECT 1 FROM import_items i WHERE i.import_id = imports.id)`, before).Error
		if err != nil {
			return err
		}
		unused, err = withoutUse(tx.writer(ctx), distinct(append(keys, more...)))
		return err
	})
	return unused, failed("purge imports", err)
}

func distinct(keys []string) (once []string) {
	seen := map[string]bool{"": true}
	for _, key := range keys {
		if !seen[key] {
			seen[key] = true
			once = append(once, key)
		}
	}
	return once
}
