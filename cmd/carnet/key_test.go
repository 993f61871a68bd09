package main

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestTheKeyOfTheHouseIsMadeOnceForItsOwnersEyes(t *testing.T) {
	folder := t.TempDir()
	keys := make([][]byte, 8)
	var wait sync.WaitGroup
	for i := range keys {
		wait.Go(func() {
			key, err := houseKey(folder)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	wait.Wait()
	for _, key := range keys {
		if len(key) != keySize || !bytes.Equal(key, keys[0]) || bytes.Equal(key, make([]byte, keySize)) {
			t.Fatalf("several starts have several keys: %d bytes", len(key))
		}
	}
	info, err := os.Stat(filepath.Join(folder, "key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key may be read by others: %v %v", info, err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if err := os.WriteFile(filepath.Join(folder, "key"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := houseKey(folder); err == nil {
		t.Error("a damaged key is taken")
	}
}
