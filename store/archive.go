package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The directions of an Archive, and the states it may be in.
const (
	Out = "out" // a person takes everything along
	In  = "in"  // a person brings what they took along elsewhere

	Making    = "making" // somebody is at it, or will be
	Ready     = "ready"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// Archive is a passport on its way out of this Carnet or into it. The file itself lies on a shelf under the same ID.
// Done of Total badges are through; Reason is a word for why it failed; Results what became of what came in, in JSON.
type Archive struct {
	ID         string `gorm:"primaryKey"`
	PersonID   string
	Direction  string
	State      string
	Done       int
	Total      int
	Size       int64 // bytes; 0 while it is not known
	Reason     string
	Results    []byte
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
	FinishedAt *time.Time
	ExpiresAt  *time.Time // when the file is thrown away
}

// TableName is where archives are kept.
func (Archive) TableName() string { return "archives" }

// BeginArchive keeps a new archive of a direction in the place of the person's last one, whose ID it returns where there
// was one: its file is the caller's to remove. ErrTaken while the last one is being made. Call it in a Tx.
func (s *Store) BeginArchive(ctx context.Context, a *Archive) (former string, err error) {
	const doing = "begin an archive"
	if a.ID == "" {
		a.ID = NewID()
	}
	a.State = Making
	stampAll(&a.CreatedAt, a.FinishedAt, a.ExpiresAt)
	last, err := s.ArchiveOf(ctx, a.PersonID, a.Direction)
	switch {
	case errors.Is(err, ErrNotFound):
		return "", s.create(ctx, doing, a)
	case err != nil:
		return "", err
	case last.State == Making:
		return "", fmt.Errorf("%s: %w", doing, ErrTaken)
	}
	if err := s.writer(ctx).Delete(&Archive{}, "id = ?", last.ID).Error; err != nil {
		return "", failed(doing, err)
	}
	return last.ID, s.create(ctx, doing, a)
}

// Archive is the archive with this id, held while a Tx lasts; ErrNotFound.
func (s *Store) Archive(ctx context.Context, id string) (Archive, error) {
	var a Archive
	err := s.holder(ctx).Take(&a, "id = ?", id).Error
	return a, failed("find an archive", err)
}

// ArchiveOf is a person's archive of a direction, held while a Tx lasts; ErrNotFound.
func (s *Store) ArchiveOf(ctx context.Context, person, direction string) (Archive, error) {
	var a Archive
	err := s.holder(ctx).Take(&a, "person_id = ? AND direction = ?", person, direction).Error
	return a, failed("find a person's archive", err)
}

// AdvanceArchive notes how far an archive is; ErrNotFound when it is not being made any more, so that whoever makes it
// stops.
func (s *Store) AdvanceArchive(ctx context.Context, id string, done, total int, results []byte) error {
	return one("advance an archive", s.writer(ctx).Exec(`UPDATE archives SET done = ?, total = ?, results = ?
		WHERE id = ? AND state = 'making'`, done, total, results, id))
}

// EndArchive notes how the making of an archive ended: ready, failed for a reason, or cancelled. ErrNotFound when it had
// ended already.
func (s *Store) EndArchive(ctx context.Context, a Archive) error {
	stampAll(a.FinishedAt, a.ExpiresAt)
	return one("end an archive", s.writer(ctx).Exec(`UPDATE archives SET state = ?, size = ?, reason = ?, finished_at = ?, expires_at = ?
		WHERE id = ? AND state = 'making'`, a.State, a.Size, a.Reason, a.FinishedAt, a.ExpiresAt, a.ID))
}

// PurgeArchives forgets the archives that expired before a time and tells their ids: their files are the caller's to
// remove.
func (s *Store) PurgeArchives(ctx context.Context, now time.Time) ([]string, error) {
	var gone []string
	err := s.writer(ctx).Raw(`DELETE FROM archives WHERE expires_at < ? RETURNING id`, stamp(now)).Scan(&gone).Error
	return gone, failed("purge archives", err)
}

// BadgesAfter are a person's badges of every state, those in the trash too, in the order they were made, at most limit;
// after is the id of the last one seen, empty for the first. Only their IDs are told.
func (s *Store) BadgesAfter(ctx context.Context, owner, after string, limit int) ([]string, error) {
	var ids []string
	err := s.reader(ctx).Raw(`SELECT id FROM badges WHERE person_id = ? AND id > ? ORDER BY id LIMIT ?`, owner, after, limit).Scan(&ids).Error
	return ids, failed("list all badges", err)
}

// CountBadges is how many badges a person has, of every state and in the trash.
func (s *Store) CountBadges(ctx context.Context, owner string) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&Badge{}).Where("person_id = ?", owner).Count(&n).Error
	return int(n), failed("count all badges", err)
}

// TrashedKeys are the credential keys of the badges in a person's trash.
func (s *Store) TrashedKeys(ctx context.Context, owner string) ([]string, error) {
	var keys []string
	err := s.reader(ctx).Model(&Badge{}).Where("person_id = ? AND deleted_at IS NOT NULL", owner).Pluck("credential_key", &keys).Error
	return keys, failed("list what is in the trash", err)
}

// GiveUpArchives ends as failed those that were begun before a time and are still being made.
func (s *Store) GiveUpArchives(ctx context.Context, before, now time.Time) error {
	return failed("give archives up", s.writer(ctx).Exec(`UPDATE archives SET state = 'failed', reason = 'stuck', finished_at = ?, expires_at = ?
		WHERE state = 'making' AND created_at < ?`, stamp(now), stamp(now.Add(7*24*time.Hour)), stamp(before)).Error)
}
