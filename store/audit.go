package store

import (
	"context"
	"time"
)

// AuditEntry is something done to an account or to the house that somebody may have to look up later. PersonID is whom
// it concerns, and in whose own log it stands (nil: the house); ActorID who did it (nil: the house itself, or somebody
// who has left). What is a stable word, such as "signed-in"; Detail one more word, a number or an id: never an address,
// a secret or what somebody wrote.
type AuditEntry struct {
	ID       string `gorm:"primaryKey"`
	PersonID *string
	ActorID  *string
	What     string
	Detail   string
	At       time.Time
}

// TableName is where audit entries are kept.
func (AuditEntry) TableName() string { return "audit" }

// Audit keeps an entry, in the caller's Tx if there is one; an empty ID and a zero At (now) are filled.
func (s *Store) Audit(ctx context.Context, e AuditEntry) error {
	if e.ID == "" {
		e.ID = NewID()
	}
	born(&e.At, &e.At)
	stampAll(&e.At)
	return s.create(ctx, "keep an audit entry", &e)
}

// AuditQuery asks for a page of the audit, the newest first. Empty fields ask for everything; After is the cursor the page
// before ended with.
type AuditQuery struct {
	Person string // whom it concerns
	What   string
	After  string
	Limit  int
}

// AuditOf are entries that concern a person, the newest first, at most limit; after is the cursor of the page before,
// empty for the first. An empty next means that this page is the last. ErrNotFound when the cursor is none.
func (s *Store) AuditOf(ctx context.Context, person, after string, limit int) (entries []AuditEntry, next string, err error) {
	return s.AuditPage(ctx, AuditQuery{Person: person, After: after, Limit: limit})
}

// AuditAll are the entries of everybody and the house, as AuditOf has them.
func (s *Store) AuditAll(ctx context.Context, after string, limit int) (entries []AuditEntry, next string, err error) {
	return s.AuditPage(ctx, AuditQuery{After: after, Limit: limit})
}

// auditOrder is the only order in which audit entries are listed.
const auditOrder = "audit"

// AuditPage is a page of the audit and the cursor of the next; empty on the last. ErrNotFound when the cursor is none.
func (s *Store) AuditPage(ctx context.Context, q AuditQuery) (entries []AuditEntry, next string, err error) {
	const doing = "list audit entries"
	db := s.reader(ctx)
	if q.Person != "" {
		db = db.Where("person_id = ?", q.Person)
	}
	if q.What != "" {
		db = db.Where("what = ?", q.What)
	}
	if q.After != "" {
		at, id, err := placeInTime(auditOrder, q.After)
		if err != nil {
			return nil, "", failed(doing, err)
		}
		db = db.Where("(at, id) < (?, ?)", at, id)
	}
	err = db.Order("at DESC, id DESC").Limit(q.Limit + 1).Find(&entries).Error
	if err != nil || len(entries) <= q.Limit {
		return entries, "", failed(doing, err)
	}
	last := entries[q.Limit-1]
	return entries[:q.Limit], cursorInTime(auditOrder, last.At, last.ID), nil
}

// AuditWords are all the words that What ever was; each is found from the one before.
func (s *Store) AuditWords(ctx context.Context) (words []string, err error) {
	for last := ""; ; {
		var next *string
		if err := s.reader(ctx).Raw("SELECT MIN(what) FROM audit WHERE what > ?", last).Scan(&next).Error; err != nil {
			return nil, failed("list what the audit speaks of", err)
		}
		if next == nil {
			return words, nil
		}
		words, last = append(words, *next), *next
	}
}
