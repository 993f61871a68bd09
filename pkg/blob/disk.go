package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// write puts content at path so that after a power cut either all of it is there or nothing.
func write(path string, content []byte) error {
	dir := filepath.Dir(path)
	if err := makeFolder(dir); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, unfinished)
	if err != nil {
		return err
	}
	if err := fill(file, content); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return syncFolder(dir)
}

func fill(file *os.File, content []byte) error {
	_, err := file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// makeFolder makes dir and what leads to it; each new folder's entry in its parent is on the disk before it answers.
func makeFolder(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// sweep removes what was never finished. A day is longer than any writing takes, here or in another process.
func (s *Store) sweep() error {
	left, err := filepath.Glob(filepath.Join(s.root, "??", "??", unfinished+"*"))
	if err != nil {
		return err
	}
	for _, path := range left {
		info, err := os.Lstat(path)
		if err != nil || !strings.HasPrefix(info.Name(), unfinished) || time.Since(info.ModTime()) < 24*time.Hour {
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// astray is how long a file must have lain untouched before DeleteOld takes it: longer than anything takes between a Put and
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

// DeleteOld forgets what is kept under a key, unless it was put again within the day before now, and tells whether it did.
// The file goes aside first and is looked at there, so that a Put in another process either finds it gone, and writes it
// anew, or has touched it before, and keeps it. One that is gone already is no error.
func (s *Store) DeleteOld(ctx context.Context, key string, now time.Time) (bool, error) {
	if err := s.check(ctx, key); err != nil {
		return false, fmt.Errorf("delete an old file: %w", err)
	}
	path := s.path(key)
	aside := filepath.Join(filepath.Dir(path), unfinished+key)
	err := os.Rename(path, aside)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("delete old file %s: %w", key, err)
	}
	info, err := os.Lstat(aside)
	if err == nil && now.Sub(info.ModTime()) > astray {
		err = errors.Join(os.Remove(aside), syncFolder(filepath.Dir(path)))
		return err == nil, err
	}
	return false, errors.Join(err, os.Rename(aside, path))
}

// touch marks a file as put just now, so that DeleteOld leaves it alone; false where there is none. That it is there is
// looked at afterwards: it may go aside between being found and being marked.
func touch(path string) bool {
	now := time.Now()
	if os.Chtimes(path, now, now) != nil {
		return false
	}
	_, err := os.Lstat(path)
	return err == nil
}
