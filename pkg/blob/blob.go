// Package blob keeps files: pictures and other bytes that are too large for the database, each under the hash of its content.
// It knows nothing of badges, of people, or of who may see what.
//
// A file ab12… lies in the folder ab/12. One of which no database speaks, as its owner finds out, is set aside (SetAside): it
// then lies in astray/ab for thirty days, where Read finds it, and from where Read brings it back, before it can be deleted.
// So a wrong database, or an older one, beside the files of another takes nothing from it for good.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotFound means that nothing is kept under a key.
var ErrNotFound = errors.New("blob: no such file")

// ErrMalformedKey means that a key is not 64 lower case hexadecimal digits.
var ErrMalformedKey = errors.New("blob: malformed key")

// ErrDamaged means that a kept file no longer has the content its key names.
var ErrDamaged = errors.New("blob: the file on disk is damaged")

// unfinished begins the names of files that are still being written.
const unfinished = ".writing-"

// Store keeps files in a folder of the file system. It may be used by several goroutines and processes at once.
type Store struct {
	root string
}

// Folder opens the store in dir and makes dir when it is missing.
// What an earlier process left half written more than a day ago is swept out.
func Folder(dir string) (*Store, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the folder for files: %w", err)
	}
	s := &Store{root: root}
	if err := makeFolder(root); err != nil {
		return nil, fmt.Errorf("open the folder for files: %w", err)
	}
	if err := s.sweep(); err != nil {
		return nil, fmt.Errorf("sweep the folder for files: %w", err)
	}
	return s, nil
}

// Put keeps content and answers its key: the SHA-256 of content, 64 lower case hexadecimal digits.
// When Put has answered, content is on the disk. The same content twice is one file.
func (s *Store) Put(ctx context.Context, content []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("keep a file: %w", err)
	}
	key := keyOf(content)
	if _, err := s.Read(ctx, key); err == nil && touch(s.path(key)) {
		return key, nil
	}
	if err := write(s.path(key), content); err != nil {
		return "", fmt.Errorf("keep file %s: %w", key, err)
	}
	return key, nil
}

// Read answers what is kept under key, and brings it back where it was set aside. The error is [ErrNotFound], [ErrMalformedKey], [ErrDamaged] or the disk's own.
func (s *Store) Read(ctx context.Context, key string) ([]byte, error) {
	if err := s.check(ctx, key); err != nil {
		return nil, fmt.Errorf("read a file: %w", err)
	}
	content, err := os.ReadFile(s.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		content, err = s.bringBack(key)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, key)
	}
	if err != nil {
		return nil, fmt.Errorf("read file %s: %w", key, err)
	}
	if keyOf(content) != key {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, key)
	}
	return content, nil
}

// Delete forgets what is kept under key, also where it was set aside. The error is [ErrNotFound], [ErrMalformedKey] or the disk's own.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := s.check(ctx, key); err != nil {
		return fmt.Errorf("delete a file: %w", err)
	}
	gone := false
	for _, path := range []string{s.aside(key), s.path(key)} {
		err := os.Remove(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = syncFolder(filepath.Dir(path))
		}
		if err != nil {
			return fmt.Errorf("delete file %s: %w", key, err)
		}
		gone = true
	}
	if !gone {
		return fmt.Errorf("%w: %s", ErrNotFound, key)
	}
	return nil
}

func (s *Store) check(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !isKey(key) {
		return ErrMalformedKey
	}
	return nil
}

func isKey(key string) bool {
	return len(key) == 2*sha256.Size && strings.Trim(key, "0123456789abcdef") == ""
}

// path fans out over two levels of 256 folders, so that no folder becomes slow to list.
func (s *Store) path(key string) string {
	return filepath.Join(s.root, key[:2], key[2:4], key)
}

func keyOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Size is how many files are kept and how many bytes they have. It looks at every one, until ctx ends: then it is what was
// seen so far, and whole is false.
func (s *Store) Size(ctx context.Context) (files int, bytes int64, whole bool, err error) {
	whole = true
	err = filepath.WalkDir(s.root, func(_ string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted meanwhile
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			whole = false
			return fs.SkipAll
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			files, bytes = files+1, bytes+info.Size()
		}
		return nil
	})
	if err != nil {
		return 0, 0, false, fmt.Errorf("measure the files: %w", err)
	}
	return files, bytes, whole, nil
}
