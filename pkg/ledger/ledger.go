// Package ledger keeps, in a file that only grows, who has left for good, so that a database restored from an older copy
// forgets them again. It knows no database and nobody's name: an id, a day, and salted hashes.
package ledger

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Entry is somebody who has left.
type Entry struct {
	ID      string    `json:"id"`      // as it was in the database; it tells nothing of them
	Handles []string  `json:"handles"` // each as Hash has it
	At      time.Time `json:"at"`
}

// Ledger is an open ledger. It may be used by several goroutines and processes at once. A nil one keeps nothing.
type Ledger struct {
	path string
	mu   sync.Mutex
	salt []byte
}

// head is the first line.
type head struct {
	Ledger int    `json:"ledger"`
	Salt   string `json:"salt"`
}

// Open opens the ledger in a file and begins it when it is missing. A last line that was cut off while it was written is
// dropped: what it told had not been answered yet.
func Open(path string) (*Ledger, error) {
	if err := begin(path); err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator's own file
	if err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	if whole := bytes.LastIndexByte(content, '\n') + 1; whole < len(content) {
		if err := os.Truncate(path, int64(whole)); err != nil {
			return nil, fmt.Errorf("open the ledger: %w", err)
		}
	}
	var h head
	first, _, _ := bytes.Cut(content, []byte("\n"))
	if err := json.Unmarshal(first, &h); err != nil || h.Ledger != 1 {
		return nil, fmt.Errorf("open the ledger: %s is none of this version", filepath.Base(path))
	}
	salt, err := hex.DecodeString(h.Salt)
	if err != nil || len(salt) != sha256.Size {
		return nil, errors.New("open the ledger: its salt is damaged")
	}
	return &Ledger{path: path, salt: salt}, nil
}

// begin makes the file, once, whoever else does so at the same moment.
func begin(path string) error {
	if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	salt := make([]byte, sha256.Size)
	if _, err := rand.Read(salt); err != nil {
		return err
	}
	line, err := json.Marshal(head{Ledger: 1, Salt: hex.EncodeToString(salt)})
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".ledger-*")
	if err != nil {
		return err
	}
	_, err = part.Write(append(line, '\n'))
	if err == nil {
		err = part.Sync()
	}
	err = errors.Join(err, part.Close())
	if err == nil {
		err = os.Link(part.Name(), path)
	}
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return errors.Join(err, os.Remove(part.Name()), syncFolder(filepath.Dir(path)))
}

// Hash is a word as the ledger keeps it, whatever its case: 64 hexadecimal digits.
func (l *Ledger) Hash(word string) string {
	var salt []byte
	if l != nil {
		salt = l.salt
	}
	sum := hmac.New(sha256.New, salt)
	sum.Write([]byte(strings.ToLower(word)))
	return hex.EncodeToString(sum.Sum(nil))
}

// Append writes that somebody has left; when it has answered, that is on the disk.
func (l *Ledger) Append(e Entry) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	file, err := os.OpenFile(l.path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	_, err = file.Write(append(line, '\n'))
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	return nil
}

// Entries are all who have left, in the order they were written; some may stand there twice.
func (l *Ledger) Entries() ([]Entry, error) {
	if l == nil {
		return nil, nil
	}
	file, err := os.Open(l.path)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	lines.Scan() // its head
	var all []Entry
	for lines.Scan() {
		var e Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.ID == "" {
			return nil, errors.Join(errors.New("read the ledger: a line of it is damaged"), err)
		}
		all = append(all, e)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	return all, nil
}

func syncFolder(dir string) error {
	folder, err := os.Open(dir) //nolint:gosec // the operator's own folder
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
