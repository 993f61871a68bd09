package store

import (
	"context"
	"time"
)

// Figures are what the house counts of itself.
type Figures struct {
	People   int // disabled ones too
	Proved   int // who have proved an address
	Disabled int
	Admins   int
	Joined   []int // in each of the last weeks, the oldest first
	Badges   []BadgeCount
	Database int64  // bytes
	Version  string // of the database's own program
	Schema   int64  // the last migration
}

// BadgeCount is how many accepted badges there are of a standard and verdict.
type BadgeCount struct {
	Standard string
	Verdict  string
	Count    int
}

// Figures counts people, badges and bytes; weeks are counted back from now.
func (s *Store) Figures(ctx context.Context, now time.Time, weeks int) (Figures, error) {
	var f Figures
	for _, count := range []struct {
		into  *int
		query string
	}{
		{&f.People, "SELECT COUNT(*) FROM persons"},
		{&f.Proved, "SELECT COUNT(DISTINCT person_id) FROM addresses WHERE verified_at IS NOT NULL"},
		{&f.Disabled, "SELECT COUNT(*) FROM persons WHERE disabled_at IS NOT NULL"},
		{&f.Admins, "SELECT COUNT(*) FROM persons WHERE role = 'admin' AND disabled_at IS NULL"},
	} {
		if err := s.reader(ctx).Raw(count.query).Scan(count.into).Error; err != nil {
			return Figures{}, failed("count the people", err)
		}
	}
	for week := weeks; week > 0; week-- {
		var n int64
		until := now.AddDate(0, 0, -7*(week-1))
		err := since(s.reader(ctx).Model(&Person{}), "created_at", until.AddDate(0, 0, -7), until).Count(&n).Error
		if err != nil {
			return Figures{}, failed("count who joined", err)
		}
		f.Joined = append(f.Joined, int(n))
	}
	err := s.reader(ctx).Raw(`SELECT standard, verdict, COUNT(*) AS count FROM badges
		WHERE deleted_at IS NULL AND state = 'accepted' GROUP BY standard, verdict ORDER BY standard, verdict`).Scan(&f.Badges).Error
	if err != nil {
		return Figures{}, failed("count the badges", err)
	}
	return f, s.weigh(ctx, &f)
}

// weigh fills in what the database says of itself.
func (s *Store) weigh(ctx context.Context, f *Figures) error {
	size, version := "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", "SELECT sqlite_version()"
	if s.kind == "postgres" {
		size, version = "SELECT pg_database_size(current_database())", "SHOW server_version"
	}
	if err := s.reader(ctx).Raw(size).Scan(&f.Database).Error; err != nil {
		return failed("measure the database", err)
	}
	if err := s.reader(ctx).Raw(version).Scan(&f.Version).Error; err != nil {
		return failed("ask the database for its version", err)
	}
	err := s.reader(ctx).Raw("SELECT MAX(version_id) FROM goose_db_version").Scan(&f.Schema).Error
	return failed("ask for the version of the schema", err)
}
