package blob

import (
	"errors"
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

// sweep removes what was never finished. A day is longer than any writing takes, here or in another process. What bears a
// whole key is finished: an earlier version called a file so while it decided whether to delete it, and was stopped there.
func (s *Store) sweep() error {
	left, err := filepath.Glob(filepath.Join(s.root, "??", "??", unfinished+"*"))
	if err != nil {
		return err
	}
	for _, path := range left {
		if err := s.sweepOne(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (s *Store) sweepOne(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	key, ours := strings.CutPrefix(info.Name(), unfinished)
	switch {
	case ours && isKey(key):
		return os.Rename(path, s.path(key))
	case !ours || time.Since(info.ModTime()) < 24*time.Hour:
		return nil
	}
	return os.Remove(path)
}

// touch marks a file as put just now, so that SetAside leaves it alone; false where there is none. That it is there is
// looked at afterwards: it may go aside between being found and being marked.
func touch(path string) bool {
	now := time.Now()
	if os.Chtimes(path, now, now) != nil {
		return false
	}
	_, err := os.Lstat(path)
	return err == nil
}
