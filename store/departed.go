package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// departed is a person who has left: nothing of them but that their id was somebody's. ScrubbedAt is when the bytes of
// their rows were seen to be gone from the database's file, too.
type departed struct {
	ID         string `gorm:"primaryKey"`
	DepartedAt time.Time
	ScrubbedAt *time.Time
}

// TableName is where those who have left are kept.
func (departed) TableName() string { return "departed" }

// departedHandle is a handle nobody may have any more, by a hash.
type departedHandle struct {
	Hash       string `gorm:"primaryKey"`
	DepartedID string
}

// TableName is where the handles of those who have left are kept.
func (departedHandle) TableName() string { return "departed_handles" }

// Erased is what else there is of a person whose rows are gone: it is the caller's to delete.
type Erased struct {
	Blobs    []string // keys of files that nobody uses any more
	Archives []string // ids on the shelf of archives
	Words    []string // what a letter to them would hold: their addresses, their name
}

// LeavingBy are the people whose time to change their mind was over at a time, the longest gone first, at most limit.
func (s *Store) LeavingBy(ctx context.Context, now time.Time, limit int) ([]Person, error) {
	var found []Person
	err := s.reader(ctx).Where("leaving_at IS NOT NULL AND leaving_at <= ?", stamp(now)).Order("leaving_at").Limit(limit).Find(&found).Error
	return found, failed("list who is leaving", err)
}

// HandlesOf are the handles a person has and had.
func (s *Store) HandlesOf(ctx context.Context, person string) ([]string, error) {
	var handles []string
	err := s.reader(ctx).Raw(`SELECT lower(handle) FROM persons WHERE id = ?
		UNION SELECT handle_key FROM former_handles WHERE person_id = ?`, person, person).Scan(&handles).Error
	return handles, failed("list a person's handles", err)
}

// Erase forgets a person: every row that is theirs, every job that speaks of them; the hashes of their handles are kept,
// so that nobody gets these. ErrNotFound when there is no such person. The bytes are gone after Scrub.
func (s *Store) Erase(ctx context.Context, person string, handles []string, now time.Time) (e Erased, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		e, err = tx.erase(ctx, person)
		if err != nil {
			return err
		}
		return tx.KeepDeparted(ctx, person, handles, now)
	})
	if err != nil {
		return Erased{}, fmt.Errorf("erase a person: %w", err)
	}
	return e, nil
}

func (s *Store) erase(ctx context.Context, person string) (e Erased, err error) {
	p, err := s.Person(ctx, person)
	if err != nil {
		return Erased{}, err
	}
	db := s.writer(ctx)
	var files []Badge
	if err := db.Raw(`SELECT original_key, picture_key FROM badges WHERE person_id = ? UNION
		SELECT f.original_key, f.picture_key FROM badges b JOIN former_documents f ON f.badge_id = b.id WHERE b.person_id = ?`,
		person, person).Scan(&files).Error; err != nil {
		return Erased{}, failed("list a person's files", err)
	}
	var brought []string
	if err := db.Raw(`SELECT DISTINCT blob_key FROM import_items WHERE person_id = ?`, person).Scan(&brought).Error; err != nil {
		return Erased{}, failed("list what a person has brought", err)
	}
	var beside []string
	if err := db.Raw(`SELECT e.file_key FROM badges b JOIN evidence e ON e.badge_id = b.id WHERE b.person_id = ?`, person).Scan(&beside).Error; err != nil {
		return Erased{}, failed("list a person's files of evidence", err)
	}
	if err := db.Raw(`SELECT id FROM archives WHERE person_id = ?`, person).Scan(&e.Archives).Error; err != nil {
		return Erased{}, failed("list a person's archives", err)
	}
	if err := db.Raw(`SELECT email FROM addresses WHERE person_id = ?`, person).Scan(&e.Words).Error; err != nil {
		return Erased{}, failed("list a person's addresses", err)
	}
	if err := s.eraseJobs(ctx, append([]string{person}, e.Words...)); err != nil {
		return Erased{}, err
	}
	if err := db.Exec(`DELETE FROM jobs WHERE kind <> ? AND unique_key LIKE ?`, EraseJob, person+"%").Error; err != nil {
		return Erased{}, failed("erase jobs", err)
	}
	for _, email := range e.Words {
		if err := db.Exec(`DELETE FROM invitations WHERE lower(email) = ?`, strings.ToLower(email)).Error; err != nil {
			return Erased{}, failed("erase invitations", err)
		}
		// Those asked for while the address was nobody's name no person.
		if err := db.Exec(`DELETE FROM sign_in_letters WHERE lower(email) = ?`, strings.ToLower(email)).Error; err != nil {
			return Erased{}, failed("erase letters for signing in", err)
		}
	}
	joined, err := s.eraseJoined(ctx, person)
	if err != nil {
		return Erased{}, err
	}
	if err := db.Exec(`DELETE FROM persons WHERE id = ?`, person).Error; err != nil {
		return Erased{}, failed("erase a person", err)
	}
	e.Words = append(e.Words, p.Name)
	e.Archives = append(e.Archives, joined.Archives...)
	if e.Blobs, err = withoutUse(db, distinct(append(blobsOf(files, beside...), brought...))); err == nil {
		e.Blobs = append(e.Blobs, joined.Blobs...)
	}
	return e, failed("look for files nobody uses", err)
}

// eraseJobs forgets every job that speaks of somebody by one of these words, in what it is to do or in how it failed.
func (s *Store) eraseJobs(ctx context.Context, words []string) error {
	said := "instr(payload, unhex(?)) > 0 OR instr(CAST(last_error AS blob), unhex(?)) > 0"
	if s.kind == "postgres" {
		said = "position(decode(?, 'hex') in payload) > 0 OR position(decode(?, 'hex') in convert_to(last_error, 'UTF8')) > 0"
	}
	for _, word := range words {
		spelled, err := json.Marshal(word)
		if err != nil {
			return fmt.Errorf("erase jobs: %w", err)
		}
		inside := strings.Trim(string(spelled), `"`)
		var found []Job
		err = s.writer(ctx).Where("kind <> ?", EraseJob).Where(said, hex.EncodeToString([]byte(inside)), hex.EncodeToString([]byte(word))).
			Select("id", "payload", "last_error").Find(&found).Error
		if err != nil {
			return failed("look for jobs to erase", err)
		}
		for _, job := range found {
			if !speaksOf(string(job.Payload), inside) && !speaksOf(job.LastError, word) {
				continue
			}
			if err := s.writer(ctx).Delete(&Job{ID: job.ID}).Error; err != nil {
				return failed("erase jobs", err)
			}
		}
	}
	return nil
}

// speaksOf says whether a text has a word that is not merely a part of a longer one, as an address is of another.
func speaksOf(text, word string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		if !endsInWord(text[:at]) && !beginsInWord(text[at+len(word):]) {
			return true
		}
		from = at + 1
	}
}

const besides = ".+-_@%" // what an address goes on with besides letters and digits

func endsInWord(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && (unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune(besides, last))
}

// beginsInWord lets a full stop end a sentence.
func beginsInWord(text string) bool {
	first, size := utf8.DecodeRuneInString(text)
	if first == '.' {
		first, _ = utf8.DecodeRuneInString(text[size:])
		return len(text) > size && (unicode.IsLetter(first) || unicode.IsDigit(first))
	}
	return text != "" && (unicode.IsLetter(first) || unicode.IsDigit(first) || strings.ContainsRune(besides, first))
}

// KeepDeparted keeps that somebody has left, and their handles' hashes; known already is no error.
func (s *Store) KeepDeparted(ctx context.Context, person string, handles []string, now time.Time) error {
	db := s.writer(ctx)
	err := db.Exec(`INSERT INTO departed (id, departed_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`, person, stamp(now)).Error
	for _, hash := range handles {
		if err == nil {
			err = db.Exec(`INSERT INTO departed_handles (hash, departed_id) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING`, hash, person).Error
		}
	}
	return failed("keep who has left", err)
}

// HandleDeparted tells whether the handle with this hash was that of somebody who has left.
func (s *Store) HandleDeparted(ctx context.Context, hash string) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&departedHandle{}).Where("hash = ?", hash).Limit(1).Count(&n).Error
	return n > 0, failed("look for a departed handle", err)
}

// Unscrubbed tells whether somebody has left of whom bytes may still lie in the database's file.
func (s *Store) Unscrubbed(ctx context.Context) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&departed{}).Where("scrubbed_at IS NULL").Limit(1).Count(&n).Error
	return n > 0, failed("look for who is not scrubbed", err)
}

// Scrub makes what was erased unreadable in the database's files, not only in its answers, and notes it. SQLite writes
// its file anew and empties its log, which takes time and room like a copy; PostgreSQL does so by itself, later
// (VACUUM). ErrUnavailable when somebody reads so long that the log cannot be emptied.
func (s *Store) Scrub(ctx context.Context, now time.Time) error {
	if s.kind == "sqlite" {
		if err := s.writer(ctx).Exec("VACUUM").Error; err != nil {
			return failed("write the database anew", err)
		}
	}
	err := s.writer(ctx).Exec(`UPDATE departed SET scrubbed_at = ? WHERE scrubbed_at IS NULL`, stamp(now)).Error
	if err != nil || s.kind != "sqlite" {
		return failed("note that the database is clean", err)
	}
	return s.emptyLog(ctx)
}

const (
	logTries = 50
	logPause = 100 * time.Millisecond
)

// emptyLog brings all of SQLite's write-ahead log into the file and cuts the log to nothing. Whoever is reading an older
// state holds that up.
func (s *Store) emptyLog(ctx context.Context) error {
	for range logTries {
		var done struct{ Busy int }
		err := s.writer(ctx).Raw("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&done).Error
		if err != nil || done.Busy == 0 {
			return failed("empty the log", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(logPause):
		}
	}
	return fmt.Errorf("empty the log: %w", ErrUnavailable)
}
