//go:build ignore

// This program packs the list of common passwords: go run common_generate.go path/to/passwords.json, where the file
// is src/passwords.json of the npm package @zxcvbn-ts/language-common (npm pack @zxcvbn-ts/language-common@4.1.3).
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"log"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// shortest leaves out what could only match by accident inside another password.
const shortest = 5

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run common_generate.go passwords.json")
	}
	source, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var words []string
	if err := json.Unmarshal(source, &words); err != nil {
		log.Fatal(err)
	}
	var list []string
	for _, word := range words {
		if word = strings.ToLower(word); utf8.RuneCountInString(word) >= shortest && !strings.ContainsAny(word, "\r\n") {
			list = append(list, word)
		}
	}
	slices.Sort(list)
	var packed bytes.Buffer
	out, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := out.Write([]byte(strings.Join(slices.Compact(list), "\n") + "\n")); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("common.txt.gz", packed.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
