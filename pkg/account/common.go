package account

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sort"
	"strings"
)

// commonList is the list of common passwords, sorted, one a line, in gzip; see NOTICE and common_generate.go.
//
//go:embed common.txt.gz
var commonList []byte

// commonPasswords are the passwords that guessers try first, in lower case and sorted.
type commonPasswords []string

// readCommonPasswords unpacks the list. The list is part of the program: a damaged one is a fault of the build.
func readCommonPasswords() commonPasswords {
	packed, err := gzip.NewReader(bytes.NewReader(commonList))
	if err != nil {
		panic("account: the list of common passwords: " + err.Error())
	}
	text, err := io.ReadAll(packed)
	if err != nil {
		panic("account: the list of common passwords: " + err.Error())
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func (c commonPasswords) contains(password string) bool {
	i := sort.SearchStrings(c, password)
	return i < len(c) && c[i] == password
}
