// Package archive writes and reads the one ZIP in which a passport leaves a Carnet and comes into another: files with
// their hashes, listed in carnet.json. It knows nothing of badges, of people, or of why somebody takes them along.
package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

const (
	// ManifestName is the file that makes a ZIP a passport's archive.
	ManifestName = "carnet.json"
	// Version is the newest form of archive that this program writes and reads.
	Version = 1
	// Passport is the only kind of archive there is.
	Passport = "passport"
)

// Manifest is carnet.json: what an archive is, and every other file in it. Kinds of files that later versions add, such
// as evidence or a discussion, are files like all others: who does not know them leaves them alone.
type Manifest struct {
	Carnet   int       `json:"carnet"`           // the Version of the form
	Kind     string    `json:"kind"`             // Passport
	Made     time.Time `json:"made"`             // when it was asked for, UTC
	By       string    `json:"by"`               // scheme://host of the Carnet it comes from
	Language string    `json:"language"`         // BCP 47, of its pages
	Badges   []string  `json:"badges"`           // the folders of its badges below badges/, the oldest first
	Files    []File    `json:"files"`            // in the order they lie in
	Others   []string  `json:"others,omitempty"` // what is meant to come in later versions
}

// File is one file of an archive.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // 64 lower case hexadecimal digits
}

// Refused says why something is not taken for an archive. Word is a stable word, such as "overlap".
type Refused struct {
	Word string
	Why  error // may be nil
}

// The words of Refused.
const (
	NotZip      = "not-zip"       // it cannot be read as a ZIP
	NoManifest  = "no-manifest"   // a ZIP, but no passport's archive
	Malformed   = "malformed"     // its manifest is not as it must be
	Newer       = "newer"         // of a Version this program does not know
	TooLarge    = "too-large"     // a file, or all of them, would take too much room
	TooMany     = "too-many"      // more files than any passport has
	UnsafeName  = "unsafe-name"   // a file's name leads out of the archive, or is another's
	NoPlainFile = "no-plain-file" // a link, a folder with content, a device, an encrypted file
	Overlap     = "overlap"       // two files lie in the same bytes
	Unlisted    = "unlisted"      // a file is not in the manifest, or the manifest names one that is not there
	Damaged     = "damaged"       // a file is not what the manifest says
)

// Error names the word.
func (r *Refused) Error() string {
	if r.Why == nil {
		return "archive: refused: " + r.Word
	}
	return fmt.Sprintf("archive: refused: %s: %v", r.Word, r.Why)
}

// Unwrap is the cause.
func (r *Refused) Unwrap() error { return r.Why }

func refused(word string, why error) error { return &Refused{Word: word, Why: why} }

// WordOf is the word of a refusal in an error's chain; empty where there is none.
func WordOf(err error) string {
	var r *Refused
	if errors.As(err, &r) {
		return r.Word
	}
	return ""
}

const (
	longestName = 240
	deepest     = 8 // folders
)

// safe says whether a name stays in the archive's own folder on every system there is.
func safe(name string) bool {
	if name == "" || len(name) > longestName || path.Clean(name) != name || strings.HasPrefix(name, "/") || strings.Count(name, "/") > deepest {
		return false
	}
	for _, part := range strings.Split(name, "/") {
		if part == ".." || part == "." || strings.HasSuffix(part, ".") {
			return false
		}
	}
	// No letter beyond these is ever written, so none that folds into another can be smuggled in.
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") == ""
}

func (m Manifest) written() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write an archive's manifest: %w", err)
	}
	return append(text, '\n'), nil
}
