package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Merge is the record of one passport having been joined to another, kept while that can be undone. FromID is what is
// left of the joined one: an account that nobody can open and that holds only what the other had already.
type Merge struct {
	ID     string `gorm:"primaryKey"`
	IntoID string
	FromID string
	At     time.Time
}

// TableName is where merges are kept.
func (Merge) TableName() string { return "merges" }

// mergeChange is one value that a merge changed. Place is table.column, RowID the key of the row as text; Former and
// Since the value before and after, as text, nil for NULL. Steps are undone in the order of the last first.
type mergeChange struct {
	MergeID string `gorm:"primaryKey"`
	Step    int    `gorm:"primaryKey"`
	RowID   string `gorm:"primaryKey"`
	Place   string
	Former  *string
	Since   *string
}

// TableName is where the changes of merges are kept.
func (mergeChange) TableName() string { return "merge_changes" }

// Merging writes down every value it changes, so that it can be put back. It lives as long as its transaction.
type Merging struct {
	Merge
	tx   *Store
	step int
}

// BeginMerge begins to join one passport to another; ErrTaken when the joined one is joined already.
func (s *Store) BeginMerge(ctx context.Context, into, from string, now time.Time) (*Merging, error) {
	m := Merge{ID: NewID(), IntoID: into, FromID: from, At: stamp(now)}
	return &Merging{Merge: m, tx: s}, s.create(ctx, "begin a merge", &m)
}

// MergesInto are the merges by which others were joined to this person's passport, the newest first.
func (s *Store) MergesInto(ctx context.Context, person string) ([]Merge, error) {
	var found []Merge
	err := s.reader(ctx).Where("into_id = ?", person).Order("at DESC, id DESC").Find(&found).Error
	return found, failed("list merges", err)
}

// MergeInto is one of them; ErrNotFound.
func (s *Store) MergeInto(ctx context.Context, person, id string) (Merge, error) {
	var m Merge
	err := s.reader(ctx).Take(&m, "id = ? AND into_id = ?", id, person).Error
	return m, failed("find a merge", err)
}

// MergeOf is the merge by which this person's passport was joined to another; ErrNotFound.
func (s *Store) MergeOf(ctx context.Context, person string) (Merge, error) {
	var m Merge
	err := s.reader(ctx).Take(&m, "from_id = ?", person).Error
	return m, failed("find a merge", err)
}

// MergesBefore are the merges made before a time, the oldest first, at most limit.
func (s *Store) MergesBefore(ctx context.Context, before time.Time, limit int) ([]Merge, error) {
	var found []Merge
	err := s.reader(ctx).Where("at < ?", stamp(before)).Order("at").Limit(limit).Find(&found).Error
	return found, failed("list merges that are over", err)
}

// Twins are two badges of one credential: one of the passport another is joined to, and one of the other. Only what
// tells which is better is filled.
type Twins struct{ Into, From Badge }

// Twins are the badges, not deleted, that both passports hold.
func (m *Merging) Twins(ctx context.Context) ([]Twins, error) {
	return m.tx.Twins(ctx, m.IntoID, m.FromID)
}

// Twins are the badges, not deleted, that two people both hold.
func (s *Store) Twins(ctx context.Context, into, from string) ([]Twins, error) {
	columns := "id, credential_key, state, visibility, verdict, issued_at"
	var theirs, ours []Badge
	const both = `person_id = ? AND deleted_at IS NULL AND credential_key IN
		(SELECT credential_key FROM badges WHERE person_id = ? AND deleted_at IS NULL)`
	err := s.reader(ctx).Select(columns).Where(both, into, from).Order("id").Find(&ours).Error
	if err == nil {
		err = s.reader(ctx).Select(columns).Where(both, from, into).Find(&theirs).Error
	}
	other := map[string]Badge{}
	for _, one := range theirs {
		other[one.CredentialKey] = one
	}
	var all []Twins
	for _, one := range ours {
		all = append(all, Twins{Into: one, From: other[one.CredentialKey]})
	}
	return all, failed("look for badges in both passports", err)
}

// Set changes one value of one row: a string, a bool, a *string or a *time.Time. Place is one of mergePlaces.
func (m *Merging) Set(ctx context.Context, place, row string, value any) error {
	p, err := placeOf(place)
	if err != nil {
		return err
	}
	former, err := p.read(m.tx.writer(ctx), row)
	if err != nil {
		return failed("merge: read "+place, err)
	}
	since := textOf(value)
	if equal(former, since) {
		return nil
	}
	m.step++
	change := mergeChange{MergeID: m.ID, Step: m.step, RowID: row, Place: place, Former: former, Since: since}
	if err := m.tx.writer(ctx).Create(&change).Error; err != nil {
		return failed("merge: write down a change", err)
	}
	return failed("merge: change "+place, p.write(m.tx.writer(ctx), row, since))
}

// setWhere changes a text column of every row that a condition names.
func (m *Merging) setWhere(ctx context.Context, place, value, where string, values ...any) error {
	p, err := placeOf(place)
	if err != nil {
		return err
	}
	m.step++
	db := m.tx.writer(ctx)
	err = db.Exec(`INSERT INTO merge_changes (merge_id, step, row_id, place, former, since)
		SELECT ?, CAST(? AS integer), `+p.key+`, ?, `+p.column+`, ? FROM `+p.table+` WHERE `+where,
		append([]any{m.ID, m.step, place, value}, values...)...).Error
	if err == nil {
		err = db.Exec(`UPDATE `+p.table+` SET `+p.column+` = ? WHERE `+where, append([]any{value}, values...)...).Error
	}
	return failed("merge: change "+place, err)
}

// Rows gives every row of the joined passport what its rule says, but those of badges, addresses and persons, whose rule
// is the caller's.
func (m *Merging) Rows(ctx context.Context) error {
	for _, rule := range mergeRules {
		var err error
		switch rule.does {
		case moves:
			where := rule.column + " = ?"
			values := []any{m.FromID}
			if rule.unless != "" {
				where += " AND NOT (" + rule.unless + ")"
				values = append(values, m.IntoID, m.IntoID)
			}
			err = m.setWhere(ctx, rule.table+"."+rule.column, m.IntoID, where, values...)
		case follows:
			err = m.follow(ctx, rule)
		case ends:
			err = m.tx.writer(ctx).Exec("DELETE FROM "+rule.table+" WHERE "+rule.column+" = ?", m.FromID).Error
		}
		if err != nil {
			return failed("merge "+rule.table, err)
		}
	}
	return nil
}

// follow gives rows that speak of a badge, or of a collection, to whoever has that now.
func (m *Merging) follow(ctx context.Context, rule mergeRule) error {
	for _, pair := range [][2]string{{m.FromID, m.IntoID}, {m.IntoID, m.FromID}} {
		err := m.setWhere(ctx, rule.table+"."+rule.column, pair[1],
			rule.column+" = ? AND "+rule.leads(), pair[0], pair[1])
		if err != nil {
			return err
		}
	}
	return nil
}

// Unmerged is what could not be put back when a merge was undone.
type Unmerged struct {
	Changed int // values that were changed since
	Gone    int // rows that are no longer there
}

// Undo puts back what a merge changed and nobody has changed since, and forgets the merge. Rows that speak of a badge go
// with the badge, those made since too.
func (s *Store) Undo(ctx context.Context, m Merge) (done Unmerged, err error) {
	const doing = "undo a merge"
	err = s.Tx(ctx, func(tx *Store) error {
		var steps []mergeChange
		err := tx.reader(ctx).Raw(`SELECT DISTINCT step, place FROM merge_changes WHERE merge_id = ? ORDER BY step DESC`, m.ID).Scan(&steps).Error
		if err != nil {
			return err
		}
		for _, one := range steps {
			back, err := tx.undoStep(ctx, m.ID, one.Step, one.Place)
			if err != nil {
				return err
			}
			done.Changed += back.Changed
			if one.Place != "wall_entries.person_id" { // it goes with its badge, which is counted
				done.Gone += back.Gone
			}
		}
		for _, rule := range mergeRules {
			if rule.does == follows {
				if err := tx.followBack(ctx, m, rule); err != nil {
					return err
				}
			}
		}
		return tx.writer(ctx).Delete(&Merge{}, "id = ?", m.ID).Error
	})
	return done, failed(doing, err)
}

func (s *Store) undoStep(ctx context.Context, merge string, step int, place string) (done Unmerged, err error) {
	p, err := placeOf(place)
	if err != nil {
		return done, err
	}
	var changes []mergeChange
	err = s.reader(ctx).Where("merge_id = ? AND step = ?", merge, step).Order("row_id").Find(&changes).Error
	if err != nil {
		return done, err
	}
	for _, one := range changes {
		if p.partial {
			gone, err := p.putBack(s.writer(ctx), one)
			if err != nil {
				return done, err
			}
			done.Gone += gone
			continue
		}
		present, err := p.read(s.writer(ctx), one.RowID)
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			done.Gone++
			continue
		case err != nil:
			return done, err
		case !equal(present, one.Since):
			done.Changed++
			continue
		}
		err = failed("put a value back", s.guarded(ctx, func(db *gorm.DB) error { return p.write(db, one.RowID, one.Former) }))
		if errors.Is(err, ErrTaken) {
			done.Changed++
		} else if err != nil {
			return done, err
		}
	}
	return done, nil
}

func (s *Store) followBack(ctx context.Context, m Merge, rule mergeRule) error {
	for _, pair := range [][2]string{{m.FromID, m.IntoID}, {m.IntoID, m.FromID}} {
		err := s.writer(ctx).Exec(`UPDATE `+rule.table+` SET `+rule.column+` = ? WHERE `+rule.column+` = ? AND `+rule.leads(), pair[1], pair[0], pair[1]).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// DropFormerHandle forgets that a person had a handle; that they had not is no error.
func (s *Store) DropFormerHandle(ctx context.Context, person, handle string) error {
	return failed("forget a former handle", s.writer(ctx).Exec(`DELETE FROM former_handles WHERE handle_key = lower(?) AND person_id = ?`,
		handle, person).Error)
}

// EndMerge ends the time in which a merge can be undone: its record goes, and what was left of the joined passport.
func (s *Store) EndMerge(ctx context.Context, m Merge) (e Erased, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		e, err = tx.eraseRest(ctx, m.FromID)
		return err
	})
	return e, failed("end a merge", err)
}

// eraseRest erases what a merge left of the joined passport. Its addresses go first: they are the other passport's too,
// whose letters under way must stay.
func (s *Store) eraseRest(ctx context.Context, from string) (Erased, error) {
	if err := s.writer(ctx).Exec(`DELETE FROM addresses WHERE person_id = ?`, from).Error; err != nil {
		return Erased{}, err
	}
	e, err := s.erase(ctx, from)
	e.Words = nil
	return e, err
}

// eraseJoined erases what is left of the passports that were joined to a person's.
func (s *Store) eraseJoined(ctx context.Context, person string) (all Erased, err error) {
	merges, err := s.MergesInto(ctx, person)
	for _, m := range merges {
		if err != nil {
			return all, err
		}
		var e Erased
		e, err = s.eraseRest(ctx, m.FromID)
		all.Blobs, all.Archives = append(all.Blobs, e.Blobs...), append(all.Archives, e.Archives...)
	}
	return all, err
}

func equal(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// mergePlace is a column whose values a merge changes, of rows that key names. Where the column is part of what names a
// row, key is the other part of it.
type mergePlace struct {
	table, key, column, kind string
	partial                  bool
}

// The kinds of values.
const (
	asText = "text"
	asBool = "bool"
	asTime = "time"
)

func placeOf(name string) (mergePlace, error) {
	p, known := mergePlaces[name]
	if !known {
		for _, rule := range mergeRules {
			if rule.table+"."+rule.column == name {
				return mergePlace{table: rule.table, key: rule.rowKey(), column: rule.column, kind: asText, partial: rule.partial}, nil
			}
		}
		return p, fmt.Errorf("merge: %s is no place a merge may change", name)
	}
	return p, nil
}

// read is a value as text.
func (p mergePlace) read(db *gorm.DB, row string) (*string, error) {
	from := " FROM " + p.table + " WHERE " + p.key + " = ?"
	switch p.kind {
	case asBool:
		var v struct{ Value bool }
		err := db.Raw("SELECT "+p.column+" AS value"+from, row).Take(&v).Error
		return textOf(v.Value), err
	case asTime:
		var v struct{ Value *time.Time }
		err := db.Raw("SELECT "+p.column+" AS value"+from, row).Take(&v).Error
		return textOf(v.Value), err
	}
	var v struct{ Value *string }
	err := db.Raw("SELECT "+p.column+" AS value"+from, row).Take(&v).Error
	return v.Value, err
}

// write keeps a value that is given as text.
func (p mergePlace) write(db *gorm.DB, row string, text *string) error {
	var value any = text
	if text != nil && p.kind == asBool {
		value = *text == "true"
	}
	if text != nil && p.kind == asTime {
		at, err := time.Parse(time.RFC3339Nano, *text)
		if err != nil {
			return err
		}
		value = at
	}
	return db.Exec("UPDATE "+p.table+" SET "+p.column+" = ? WHERE "+p.key+" = ?", value, row).Error
}

// putBack is write for a partial key; it tells how many rows were no longer there.
func (p mergePlace) putBack(db *gorm.DB, c mergeChange) (gone int, err error) {
	done := db.Exec("UPDATE "+p.table+" SET "+p.column+" = ? WHERE "+p.key+" = ? AND "+p.column+" = ?", c.Former, c.RowID, c.Since)
	return 1 - int(done.RowsAffected), done.Error
}

func textOf(value any) *string {
	var text string
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		text = v
	case *string:
		return v
	case bool:
		text = fmt.Sprint(v)
	case *time.Time:
		if v == nil {
			return nil
		}
		text = stamp(*v).Format(time.RFC3339Nano)
	}
	return &text
}
