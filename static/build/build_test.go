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

func TestTheFrontEndStaysSmall(t *testing.T) {
	dist, names := front(t)
	for name, most := range map[string]int{
		"carnet.css": 14 << 10, "carnet.js": 4 << 10, "passkey.js": 3 << 10, "htmx.js": 17 << 10, "icons.svg": 6 << 10, "emblem.svg": 2 << 10, "favicon.svg": 1 << 10,
	} {
		if names[name] == "" {
			t.Errorf("%s is not built", name)
			continue
		}
		got := len(read(t, filepath.Join(dist, names[name]+".gz")))
		t.Logf("%s: %d bytes gzipped", name, got)
		if got > most {
			t.Errorf("%s: %d bytes gzipped, at most %d", name, got, most)
		}
	}
}

func TestCompressedFormsHoldTheSameBytes(t *testing.T) {
	dist, names := front(t)
	for plain, name := range names {
		whole := read(t, filepath.Join(dist, name))
		z, err := gzip.NewReader(bytes.NewReader(read(t, filepath.Join(dist, name+".gz"))))
		if err != nil {
			t.Fatal(err)
		}
		unzipped, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(unzipped, whole) {
			t.Errorf("%s.gz is something else: %v", plain, err)
		}
		unbrotlied, err := io.ReadAll(brotli.NewReader(bytes.NewReader(read(t, filepath.Join(dist, name+".br")))))
		if err != nil || !bytes.Equal(unbrotlied, whole) {
			t.Errorf("%s.br is something else: %v", plain, err)
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
		body := string(read(t, filepath.Join(dist, name)))
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
