package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Shelf is a folder that holds archives, each in a folder named by an id: drafts, finished ones, and those brought in.
type Shelf struct{ root string }

// NewShelf opens the shelf in dir and makes it when it is missing.
func NewShelf(dir string) (*Shelf, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the folder for archives: %w", err)
	}
	return &Shelf{root: dir}, nil
}

// ErrID is said of an id that is none.
var ErrID = errors.New("archive: malformed id")

func (s *Shelf) folder(id string) (string, error) {
	if id == "" || len(id) > 64 || strings.Trim(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", ErrID
	}
	return filepath.Join(s.root, id), nil
}

// Draft continues the draft with this id, or begins it.
func (s *Shelf) Draft(id string) (*Draft, error) {
	folder, err := s.folder(id)
	if err != nil {
		return nil, err
	}
	return Continue(folder)
}

// Finished tells how large the archive with this id is, if it is finished.
func (s *Shelf) Finished(id string) (size int64, finished bool) {
	folder, err := s.folder(id)
	if err != nil {
		return 0, false
	}
	info, err := os.Stat(filepath.Join(folder, DoneFile))
	if err != nil {
		return 0, false
	}
	return info.Size(), true
}

// File opens the finished archive with this id; os.ErrNotExist.
func (s *Shelf) File(id string) (*os.File, error) {
	folder, err := s.folder(id)
	if err != nil {
		return nil, err
	}
	return os.Open(filepath.Join(folder, DoneFile)) //nolint:gosec // folder allows no path
}

// Lay keeps an archive that comes from elsewhere, at most most bytes; *Refused TooLarge. What is kept is whole.
func (s *Shelf) Lay(id string, from io.Reader, most int64) (size int64, err error) {
	folder, err := s.folder(id)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return 0, fmt.Errorf("keep an archive: %w", err)
	}
	part := filepath.Join(folder, draftFile)
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // folder allows no path
	if err != nil {
		return 0, fmt.Errorf("keep an archive: %w", err)
	}
	size, err = io.Copy(file, io.LimitReader(from, most+1))
	if err == nil && size > most {
		err = refused(TooLarge, nil)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(part, filepath.Join(folder, DoneFile))
	}
	if err != nil {
		return 0, errors.Join(fmt.Errorf("keep an archive: %w", err), s.Remove(id))
	}
	return size, syncFolder(folder)
}

// Remove forgets all there is with this id; nothing there is no error.
func (s *Shelf) Remove(id string) error {
	folder, err := s.folder(id)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("forget an archive: %w", err)
	}
	return nil
}

// Before are the ids of what was last written before a time.
func (s *Shelf) Before(at time.Time) ([]string, error) {
	entries, err := os.ReadDir(s.root)
	if err != nil {
		return nil, fmt.Errorf("list the archives: %w", err)
	}
	var ids []string
	for _, entry := range entries {
		info, err := entry.Info()
		if _, malformed := s.folder(entry.Name()); err != nil || malformed != nil || !info.IsDir() || !info.ModTime().Before(at) {
			continue
		}
		ids = append(ids, entry.Name())
	}
	return ids, nil
}
