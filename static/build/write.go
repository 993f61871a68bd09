package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

// clear empties dist, except the file that keeps the folder in the repository.
func clear(dist string) error {
	entries, err := os.ReadDir(dist)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("listing what was built before: %w", err)
	}
	for _, entry := range entries {
		if entry.Name() == ".keep" {
			continue
		}
		if err := os.Remove(filepath.Join(dist, entry.Name())); err != nil {
			return fmt.Errorf("removing what was built before: %w", err)
		}
	}
	return os.MkdirAll(dist, 0o755)
}

// write puts every asset into dist under the hash of its bytes, packed where that makes it smaller, and the manifest last.
func write(dist string, assets []asset) error {
	manifest := make(map[string]string, len(assets))
	for _, a := range assets {
		name := hashed(a)
		manifest[a.Name] = name
		body, err := packed(a.Body)
		if err != nil {
			return fmt.Errorf("packing %s: %w", a.Name, err)
		}
		if len(body) < len(a.Body) {
			name += ".br"
		} else {
			body = a.Body
		}
		if err := os.WriteFile(filepath.Join(dist, name), body, 0o644); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	body, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return os.WriteFile(filepath.Join(dist, "manifest.json"), append(body, '\n'), 0o644)
}

// hashed is name.HASH.ext, the hash being 50 bits of the file's SHA-256.
func hashed(a asset) string {
	sum := sha256.Sum256(a.Body)
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:10]
	ext := filepath.Ext(a.Name)
	return strings.TrimSuffix(a.Name, ext) + "." + hash + ext
}

// packed is a file as brotli packs it: the program that serves it makes other forms of that.
func packed(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}
