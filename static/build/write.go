package main

import (
	"bytes"
	"compress/gzip"
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

// write puts every asset into dist under the hash of its bytes, with its compressed forms, and the manifest last.
func write(dist string, assets []asset) error {
	manifest := make(map[string]string, len(assets))
	for _, a := range assets {
		name := hashed(a)
		manifest[a.Name] = name
		forms, err := compressed(a.Body)
		if err != nil {
			return fmt.Errorf("compressing %s: %w", a.Name, err)
		}
		for suffix, body := range forms {
			if err := os.WriteFile(filepath.Join(dist, name+suffix), body, 0o644); err != nil {
				return fmt.Errorf("writing %s: %w", name, err)
			}
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

// compressed gives the file as it is, and under .gz and .br where that is smaller.
func compressed(body []byte) (map[string][]byte, error) {
	forms := map[string][]byte{"": body}
	var gz, br bytes.Buffer
	z, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	b := brotli.NewWriterLevel(&br, brotli.BestCompression)
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{z, b} {
		if _, err := w.Write(body); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	if gz.Len() < len(body) {
		forms[".gz"] = gz.Bytes()
	}
	if br.Len() < len(body) {
		forms[".br"] = br.Bytes()
	}
	return forms, nil
}
