package store

import (
	"time"
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
