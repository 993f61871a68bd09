package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	keptMost  = 500 // letters
	extension = ".eml"
	idTime    = "20060102T150405.000000000"
)

// Folder is the [Post] of an instance without a mail server: it keeps the newest 500 letters as .eml files.
type Folder struct {
	sender
	dir  string
	now  func() time.Time
	mu   sync.Mutex
	last time.Time
}

// NewFolder opens dir and makes it when it is missing.
func NewFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the folder for letters: %w", err)
	}
	from, err := newSender("", "http://localhost")
	if err != nil {
		return nil, err
	}
	return &Folder{sender: from, dir: dir, now: time.Now}, nil
}

// Send keeps a letter. What is seen in the folder is always whole.
func (f *Folder) Send(ctx context.Context, letter Letter) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotNow, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.later()
	m, err := f.compose(letter, at)
	if err != nil {
		return err
	}
	content, err := written(m)
	if err != nil {
		return err
	}
	if err := f.write(at.Format(idTime)+"-"+rand.Text()[:8]+extension, content); err != nil {
		return fmt.Errorf("%w: keep it: %w", ErrNotNow, err)
	}
	return f.thin()
}

// Try keeps a letter; there is nobody to talk to.
func (f *Folder) Try(ctx context.Context, letter Letter) ([]string, error) {
	return nil, f.Send(ctx, letter)
}

// later is now, or just after the last letter: names sort as letters came.
func (f *Folder) later() time.Time {
	at := f.now().UTC()
	if !at.After(f.last) {
		at = f.last.Add(time.Nanosecond)
	}
	f.last = at
	return at
}

func (f *Folder) write(name string, content []byte) error {
	file, err := os.CreateTemp(f.dir, ".writing-")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(f.dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// thin lets the oldest letters go.
func (f *Folder) thin() error {
	ids, err := f.ids()
	if err != nil {
		return err
	}
	for _, id := range ids[min(len(ids), keptMost):] {
		if err := os.Remove(f.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("let an old letter go: %w", err)
		}
	}
	return nil
}

// ids lists what is kept, newest first.
func (f *Folder) ids() ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, fmt.Errorf("list the letters: %w", err)
	}
	var ids []string
	for _, entry := range entries {
		if id, is := strings.CutSuffix(entry.Name(), extension); is && plain(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids, nil
}

func (f *Folder) path(id string) string { return filepath.Join(f.dir, id+extension) }

// Kept answers the newest letters, at most limit, newest first.
func (f *Folder) Kept(ctx context.Context, limit int) ([]KeptLetter, error) {
	ids, err := f.ids()
	if err != nil {
		return nil, err
	}
	var letters []KeptLetter
	for _, id := range ids[:min(len(ids), max(limit, 0))] {
		letter, err := f.Letter(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue // let go meanwhile
		}
		if err != nil {
			return nil, err
		}
		letters = append(letters, letter)
	}
	return letters, nil
}

// Letter answers one kept letter. The error is [ErrNotFound] or says why the file is no letter.
func (f *Folder) Letter(ctx context.Context, id string) (KeptLetter, error) {
	if err := ctx.Err(); err != nil {
		return KeptLetter{}, err
	}
	if !plain(id) {
		return KeptLetter{}, ErrNotFound
	}
	content, err := os.ReadFile(f.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return KeptLetter{}, ErrNotFound
	}
	if err != nil {
		return KeptLetter{}, fmt.Errorf("read letter %s: %w", id, err)
	}
	letter, err := parse(content)
	if err != nil {
		return KeptLetter{}, fmt.Errorf("read letter %s: %w", id, err)
	}
	letter.ID = id
	return letter, nil
}
