package store

import (
	"context"

	"gorm.io/gorm/clause"
)

// RecordedPage is an answer of the demo world's recorded web.
type RecordedPage struct {
	URL         string `gorm:"primaryKey"`
	Status      int
	ContentType string
	Body        []byte
}

// TableName is where recorded pages are kept.
func (RecordedPage) TableName() string { return "recorded_pages" }

// pagesAtOnce keeps one INSERT below the databases' limits of bound values.
const pagesAtOnce = 500

// KeepPages keeps answers, replacing those with the same URL. Of two with one URL among pages, the last stays.
func (s *Store) KeepPages(ctx context.Context, pages []RecordedPage) error {
	last := map[string]int{}
	for i, page := range pages {
		last[page.URL] = i
	}
	kept := make([]RecordedPage, 0, len(last))
	for i, page := range pages {
		if last[page.URL] == i {
			kept = append(kept, filled(page))
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return s.Tx(ctx, func(tx *Store) error {
		known := clause.OnConflict{UpdateAll: true}
		return failed("keep recorded pages", tx.writer(ctx).Clauses(known).CreateInBatches(kept, pagesAtOnce).Error)
	})
}

// filled turns an absent body into an empty one: the schema has no third case, and SQLite hands back nil for empty.
func filled(page RecordedPage) RecordedPage {
	if page.Body == nil {
		page.Body = []byte{}
	}
	return page
}

// RecordedPage is the recorded answer for this very URL; ErrNotFound.
func (s *Store) RecordedPage(ctx context.Context, url string) (RecordedPage, error) {
	var page RecordedPage
	err := s.reader(ctx).Take(&page, "url = ?", url).Error
	return filled(page), failed("find a recorded page", err)
}
