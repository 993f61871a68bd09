package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// quarantine is the folder of what was set aside; its name is no folder of files' own.
const quarantine = "astray"

// KeptAside is how long a file that was set aside is kept: whoever notices within it that a database speaks of it after all,
// as when an older one was restored beside these files for a rehearsal, has lost nothing.
const KeptAside = 30 * 24 * time.Hour

// astray is how long a file must have lain untouched before SetAside takes it: longer than anything takes between a Put and
// the row that speaks of it.
const astray = 24 * time.Hour

// folders are how many there are of the first level, and in each of the second.
const folders = 256

// Old are keys of files that were put, or put again, more than a day before now: those of one folder of the first level, at
// most about so many, beginning at another place in it with each round. turn counts the calls: after 256 each folder had its
// own, whatever there is in all.
func (s *Store) Old(ctx context.Context, turn uint64, now time.Time, most int) ([]string, error) {
	first, round := turn%folders, turn/folders
	var keys []string
	for i := range uint64(folders) {
		if err := ctx.Err(); err != nil || len(keys) >= most {
			return keys, err
		}
		dir := filepath.Join(s.root, fmt.Sprintf("%02x", first), fmt.Sprintf("%02x", (round*37+i)%folders))
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return keys, fmt.Errorf("list old files: %w", err)
		}
		for _, entry := range entries {
			info, err := entry.Info()
			if err == nil && s.check(ctx, entry.Name()) == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > astray {
				keys = append(keys, entry.Name())
			}
		}
	}
	return keys, nil
}

// SetAside moves what is kept under a key into quarantine, unless it was put again within the day before now, and tells
// whether it did. Read finds it there, and brings it back. One that is gone already is no error.
func (s *Store) SetAside(ctx context.Context, key string, now time.Time) (bool, error) {
	if err := s.check(ctx, key); err != nil {
		return false, fmt.Errorf("set an old file aside: %w", err)
	}
	moved, err := s.setAside(key, now)
	if errors.Is(err, fs.ErrNotExist) { // gone meanwhile, or brought back
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("set old file %s aside: %w", key, err)
	}
	return moved, nil
}

// setAside marks the file before it is moved, so that its time in quarantine begins now wherever the machine stops, and looks
// at it again afterwards, so that a Put in another process either finds it gone, and writes it anew, or has touched it.
func (s *Store) setAside(key string, now time.Time) (bool, error) {
	path, aside := s.path(key), s.aside(key)
	info, err := os.Lstat(path)
	if err != nil || now.Sub(info.ModTime()) <= astray {
		return false, err
	}
	if err := makeFolder(filepath.Dir(aside)); err != nil {
		return false, err
	}
	marked := now.Add(-astray - time.Second) // old still
	if err := os.Chtimes(path, marked, marked); err != nil {
		return false, err
	}
	if err := os.Rename(path, aside); err != nil {
		return false, err
	}
	if info, err = os.Lstat(aside); err != nil {
		return false, err
	}
	if now.Sub(info.ModTime()) <= astray {
		return false, os.Rename(aside, path)
	}
	return true, syncFolder(filepath.Dir(aside))
}

// Aside are the keys of all that is in quarantine.
func (s *Store) Aside(ctx context.Context) ([]string, error) {
	var keys []string
	for i := range folders {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		entries, err := os.ReadDir(filepath.Join(s.root, quarantine, fmt.Sprintf("%02x", i)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("list what is set aside: %w", err)
		}
		for _, entry := range entries {
			if isKey(entry.Name()) {
				keys = append(keys, entry.Name())
			}
		}
	}
	return keys, nil
}

// DeleteAside forgets for good what has been in quarantine for KeptAside before now, and tells whether it did.
func (s *Store) DeleteAside(ctx context.Context, key string, now time.Time) (bool, error) {
	if err := s.check(ctx, key); err != nil {
		return false, fmt.Errorf("delete what is set aside: %w", err)
	}
	aside := s.aside(key)
	info, err := os.Lstat(aside)
	if err == nil && now.Sub(info.ModTime()) <= astray+KeptAside {
		return false, nil
	}
	if err == nil {
		err = os.Remove(aside)
	}
	if errors.Is(err, fs.ErrNotExist) { // brought back meanwhile
		return false, nil
	}
	if err == nil {
		err = syncFolder(filepath.Dir(aside))
	}
	if err != nil {
		return false, fmt.Errorf("delete file %s, set aside: %w", key, err)
	}
	return true, nil
}

// bringBack reads what is in quarantine, and moves it to where it was, as if it were put just now.
func (s *Store) bringBack(key string) ([]byte, error) {
	path, aside := s.path(key), s.aside(key)
	content, err := os.ReadFile(aside)
	if errors.Is(err, fs.ErrNotExist) {
		return os.ReadFile(path) // another may have brought it back just now
	}
	if err != nil || keyOf(content) != key {
		return content, err
	}
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if touch(aside) && os.Rename(aside, path) == nil {
		return content, syncFolder(filepath.Dir(path))
	}
	return content, write(path, content)
}

func (s *Store) aside(key string) string {
	return filepath.Join(s.root, quarantine, key[:2], key)
}
