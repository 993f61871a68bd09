package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// siteSetting is one thing that is set for the whole house, as text.
type siteSetting struct {
	Name      string `gorm:"primaryKey"`
	Value     string
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

// TableName is where the settings of the house are kept.
func (siteSetting) TableName() string { return "site_settings" }

// SiteSettings are all settings of the house that were ever set, by name; what they mean is pkg/account's to say.
func (s *Store) SiteSettings(ctx context.Context) (map[string]string, error) {
	var rows []siteSetting
	err := s.reader(ctx).Find(&rows).Error
	settings := make(map[string]string, len(rows))
	for _, row := range rows {
		settings[row.Name] = row.Value
	}
	return settings, failed("read the settings of the house", err)
}

// SetSiteSetting keeps one setting of the house, in place of what it was.
func (s *Store) SetSiteSetting(ctx context.Context, name, value string, now time.Time) error {
	known := clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"value", "updated_at"})}
	row := siteSetting{Name: name, Value: legible(value), UpdatedAt: stamp(now)}
	return kept("keep a setting of the house", s.writer(ctx).Clauses(known).Create(&row).Error)
}
