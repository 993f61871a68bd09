package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keySize is in bytes.
const keySize = 32

// houseKey is the key that seals what the database must not tell by itself: it lies in the data folder, beside the
// files, made at the first start. Whoever backs up the database on its own backs this up elsewhere.
func houseKey(folder string) ([]byte, error) {
	path := filepath.Join(folder, "key")
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = newKey(folder, path); err == nil {
			key, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the key %s: %w", path, plain(err))
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("the key %s has %d bytes, not %d: bring back the one that was there", path, len(key), keySize)
	}
	return key, nil
}

// newKey makes the key whole before it is there, for its owner's eyes only; if another start was faster, theirs it is.
func newKey(folder, path string) error {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, ".key-*") // readable by its owner alone
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(key)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
