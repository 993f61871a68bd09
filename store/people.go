package store

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm/clause"
)

// personWord is a word by which a person is found: their handle, and the words of handle and name, folded as sortKey does.
type personWord struct {
	PersonID string `gorm:"primaryKey"`
	Word     string `gorm:"primaryKey"`
}

// TableName is where the words are kept.
func (personWord) TableName() string { return "person_words" }

// PeopleQuery asks for a page of people, the newest first. Words are beginnings of what they are called by, all of which
// must fit; or one id, an @handle or address or the beginning of one. Only is "", "admin" or "disabled".
type PeopleQuery struct {
	Words string
	Only  string
	After string // the cursor the page before ended with
	Limit int
}

const peopleOrder = "people"

// mostWords bounds what one question looks for.
const mostWords = 5

// People is a page of people and the cursor of the next; empty on the last. ErrNotFound when the cursor is none.
func (s *Store) People(ctx context.Context, q PeopleQuery) ([]Person, string, error) {
	const doing = "find people"
	db := s.reader(ctx)
	switch q.Only {
	case "admin":
		db = db.Where("role = 'admin' AND disabled_at IS NULL")
	case "disabled":
		db = db.Where("disabled_at IS NOT NULL")
	}
	for _, word := range soughtWords(q.Words) {
		fits, err := s.fits(ctx, word)
		if err != nil {
			return nil, "", failed(doing, err)
		}
		db = db.Where(fits)
	}
	if q.After != "" {
		at, id, err := placeInTime(peopleOrder, q.After)
		if err != nil {
			return nil, "", failed(doing, err)
		}
		db = db.Where("(created_at, id) < (?, ?)", at, id)
	}
	var found []Person
	err := db.Order("created_at DESC, id DESC").Limit(q.Limit + 1).Find(&found).Error
	if err != nil || len(found) <= q.Limit {
		return found, "", failed(doing, err)
	}
	last := found[q.Limit-1]
	return found[:q.Limit], cursorInTime(peopleOrder, last.CreatedAt, last.ID), nil
}

func soughtWords(typed string) []string {
	words := strings.Fields(legible(typed))
	return words[:min(len(words), mostWords)]
}

// fewFit is how many people a word may fit to be found from it; where it fits more, people are walked, the newest first,
// until a page is full.
const fewFit = 2000

// fits is the condition that a person is called by a word.
func (s *Store) fits(ctx context.Context, word string) (clause.Expr, error) {
	name, key := sortKey(strings.TrimPrefix(word, "@")), EmailKey(word)
	email := s.bytewise("email_key")
	called := "word >= ? AND word < ? AND word <> ''"
	mailed := email + " >= ? AND " + email + " < ?"
	values := []any{name, beyond(name), key, beyond(key)}
	if name == "" {
		values[1] = "" // nobody is called nothing
	}
	var few []string
	err := s.reader(ctx).Raw("SELECT person_id FROM person_words WHERE "+called+" UNION ALL SELECT person_id FROM addresses WHERE "+mailed+
		" LIMIT ?", append(values, fewFit+1)...).Scan(&few).Error
	if err != nil {
		return clause.Expr{}, err
	}
	if len(few) <= fewFit {
		return clause.Expr{SQL: "id IN ?", Vars: []any{append(few, strings.ToUpper(word))}}, nil
	}
	// A value that is there, where EXISTS or equality would let PostgreSQL look at everybody before it shows the first.
	return clause.Expr{SQL: "COALESCE((SELECT 1 FROM person_words WHERE person_id = persons.id AND " + called + ` LIMIT 1),
		(SELECT 1 FROM addresses WHERE person_id = ` + s.usual("persons.id") + ` AND ` + mailed + " LIMIT 1)) IS NOT NULL", Vars: values}, nil
}

// beyond is the least text that is greater than everything that begins so.
func beyond(beginning string) string { return beginning + string(utf8.MaxRune) }

// bytewise compares a column by its bytes, whatever language the database sorts in.
func (s *Store) bytewise(column string) string {
	if s.kind == "postgres" {
		return column + ` COLLATE "C"`
	}
	return column
}

// usual compares a column by the rules its database sorts in, as most references to ids do: PostgreSQL finds nothing by an
// index of other rules.
func (s *Store) usual(column string) string {
	if s.kind == "postgres" {
		return column + ` COLLATE "default"`
	}
	return column
}

// keepWords makes a person findable by what they are called now.
func (s *Store) keepWords(ctx context.Context, p *Person) error {
	words := wordsOf(p)
	if err := s.writer(ctx).Delete(&personWord{}, "person_id = ? AND word NOT IN ?", p.ID, words).Error; err != nil {
		return failed("forget what a person was called", err)
	}
	rows := make([]personWord, 0, len(words))
	for _, word := range words {
		rows = append(rows, personWord{PersonID: p.ID, Word: word})
	}
	err := s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
	return failed("keep what a person is called", err)
}

func wordsOf(p *Person) []string {
	between := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return append(strings.FieldsFunc(sortKey(p.Name+" "+p.Handle), between), strings.ToLower(p.Handle))
}
