package store

import (
	"context"
	"errors"

	"gorm.io/gorm/clause"
)

// linkedInPage is the number of an issuer's page on LinkedIn, as a holder of its badges has looked it up.
type linkedInPage struct {
	PersonID string `gorm:"primaryKey"`
	IssuerID string `gorm:"primaryKey"`
	Page     string
}

// TableName is where the numbers of issuers' pages are kept.
func (linkedInPage) TableName() string { return "linkedin_pages" }

// LinkedInPage is the number a person has given for an issuer's page; empty where they have given none.
func (s *Store) LinkedInPage(ctx context.Context, person, issuer string) (string, error) {
	var p linkedInPage
	err := failed("find an issuer's page", s.reader(ctx).Take(&p, "person_id = ? AND issuer_id = ?", person, issuer).Error)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return p.Page, err
}

// SetLinkedInPage keeps the number of an issuer's page for a person; an empty one is forgotten.
func (s *Store) SetLinkedInPage(ctx context.Context, person, issuer, page string) error {
	const doing = "keep an issuer's page"
	if page == "" {
		return failed(doing, s.writer(ctx).Delete(&linkedInPage{}, "person_id = ? AND issuer_id = ?", person, issuer).Error)
	}
	return failed(doing, s.writer(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&linkedInPage{person, issuer, page}).Error)
}
