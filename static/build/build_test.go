package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// front builds the front end into a folder of the test.
func front(t *testing.T) (dist string, names map[string]string) {
	t.Helper()
	if _, err := os.Stat("../node_modules"); err != nil {
		t.Skip("static/node_modules is not there: run npm ci in static")
	}
	dist = t.TempDir()
	if err := build("..", dist); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(filepath.Join(dist, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &names); err != nil {
		t.Fatal(err)
	}
	return dist, names
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// whole is a built file before it was packed.
func whole(t *testing.T, dist, name string) []byte {
	t.Helper()
	if body, err := os.ReadFile(filepath.Join(dist, name)); err == nil {
		return body
	}
	body, err := io.ReadAll(brotli.NewReader(bytes.NewReader(read(t, filepath.Join(dist, name+".br")))))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func zipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFilesAreNamedByTheirBytesAndPacked(t *testing.T) {
	dist, names := front(t)
	for plain, name := range names {
		if got := hashed(asset{Name: plain, Body: whole(t, dist, name)}); got != name {
			t.Errorf("%s holds what would be %s", name, got)
		}
		if _, err := os.Stat(filepath.Join(dist, name+".br")); err != nil && plain != "favicon.svg" {
			t.Errorf("%s is not packed: %v", plain, err)
		}
	}
}

func TestTheFrontEndStaysSmall(t *testing.T) {
	dist, names := front(t)
	for name, most := range map[string]int{
		"carnet.css": 14 << 10, "carnet.js": 4 << 10, "passkey.js": 3 << 10, "htmx.js": 17 << 10, "icons.svg": 6 << 10, "emblem.svg": 2 << 10, "favicon.svg": 1 << 10,
	} {
		if names[name] == "" {
			t.Errorf("%s is not built", name)
			continue
		}
		got := len(zipped(t, whole(t, dist, names[name])))
		t.Logf("%s: %d bytes gzipped", name, got)
		if got > most {
			t.Errorf("%s: %d bytes gzipped, at most %d", name, got, most)
		}
	}
}

func TestBuildingTwiceGivesTheSameNames(t *testing.T) {
	_, first := front(t)
	_, second := front(t)
	for plain, name := range first {
		if second[plain] != name {
			t.Errorf("%s: %s, then %s", plain, name, second[plain])
		}
	}
}

// ASVS: V3.6.1, V14.2.3
func TestNothingIsFetchedFromElsewhere(t *testing.T) {
	dist, names := front(t)
	for plain, name := range names {
		body := string(whole(t, dist, name))
		body = strings.ReplaceAll(body, "http://www.w3.org/", "")
		if plain != "htmx.js" && (strings.Contains(body, "//") && strings.Contains(body, "http")) {
			t.Errorf("%s names another site", plain)
		}
		if strings.HasSuffix(plain, ".css") && (strings.Contains(body, "@import") || strings.Contains(body, "url(")) {
			t.Errorf("%s asks for another file", plain)
		}
	}
}

func TestTheLockNamesNoRegistry(t *testing.T) {
	if body := string(read(t, "../package-lock.json")); strings.Contains(body, `"resolved"`) {
		t.Error("package-lock.json holds the address of a registry")
	}
}
