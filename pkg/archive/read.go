package archive

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
)

// What an archive may take, however small it is packed.
const (
	MaxFile      = 128 << 20 // bytes of one file
	MaxTogether  = 16 << 30  // bytes of all files
	maxManifest  = 32 << 20  // bytes of the manifest
	maxDirectory = 16 << 20  // bytes of the ZIP's directory, which bounds how many files it has
)

// Archive is a passport's archive of which everything was checked but the files' content, which Read checks.
type Archive struct {
	Manifest
	files map[string]*zip.File
	sums  map[string]File
}

// meter lets only so much be read while a directory is being read: its length is what the reader of a ZIP believes.
type meter struct {
	r    io.ReaderAt
	left atomic.Int64
	off  atomic.Bool
}

var errTooMuch = errors.New("its directory is too long")

func (m *meter) ReadAt(p []byte, at int64) (int, error) {
	if !m.off.Load() && m.left.Add(-int64(len(p))) < 0 {
		return 0, errTooMuch
	}
	return m.r.ReadAt(p, at)
}

// Open checks a ZIP of size bytes, which may be anybody's. The error is a *Refused; what is no archive costs little.
func Open(r io.ReaderAt, size int64) (*Archive, error) {
	m := &meter{r: r}
	m.left.Store(maxDirectory)
	z, err := zip.NewReader(m, size)
	m.off.Store(true)
	switch {
	case errors.Is(err, errTooMuch):
		return nil, refused(TooMany, nil)
	case errors.Is(err, zip.ErrInsecurePath):
		return nil, refused(UnsafeName, nil)
	case err != nil:
		return nil, refused(NotZip, err)
	}
	a := &Archive{files: map[string]*zip.File{}, sums: map[string]File{}}
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == ManifestName }) {
		return nil, refused(NoManifest, nil)
	}
	if err := a.takeAll(z.File, size); err != nil {
		return nil, err
	}
	return a, a.readManifest()
}

// takeAll checks every entry of the directory, and that no two lie in the same bytes.
func (a *Archive) takeAll(entries []*zip.File, size int64) error {
	seen, together := map[string]bool{}, uint64(0)
	type span struct{ begins, ends int64 }
	spans := make([]span, 0, len(entries))
	for _, f := range entries {
		if err := plain(f); err != nil {
			return err
		}
		if folded := strings.ToLower(f.Name); seen[folded] {
			return refused(UnsafeName, fmt.Errorf("%q twice", f.Name))
		} else {
			seen[folded] = true
		}
		if together += f.UncompressedSize64; together > MaxTogether {
			return refused(TooLarge, nil)
		}
		begins, err := f.DataOffset()
		if err != nil {
			return refused(NotZip, err)
		}
		spans = append(spans, span{begins, begins + int64(f.CompressedSize64)}) //nolint:gosec // plain bounds it
		a.files[f.Name] = f
	}
	slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.begins, y.begins) })
	end := int64(0)
	for _, s := range spans {
		if s.begins < end || s.ends > size {
			return refused(Overlap, nil)
		}
		end = s.ends
	}
	return nil
}

// plain refuses an entry that is no plain file with a harmless name and a size that can be borne.
func plain(f *zip.File) error {
	const encrypted = 1
	switch {
	case !safe(f.Name):
		return refused(UnsafeName, fmt.Errorf("%.100q", f.Name))
	case !f.Mode().IsRegular(), f.Flags&encrypted != 0, f.Method != zip.Store && f.Method != zip.Deflate:
		return refused(NoPlainFile, fmt.Errorf("%q", f.Name))
	case f.UncompressedSize64 > MaxFile, f.CompressedSize64 > MaxFile+MaxFile/100:
		return refused(TooLarge, fmt.Errorf("%q", f.Name))
	case f.Name == ManifestName && f.UncompressedSize64 > maxManifest:
		return refused(TooLarge, fmt.Errorf("%q", f.Name))
	}
	return nil
}

// readManifest reads carnet.json and holds the ZIP's directory against it.
func (a *Archive) readManifest() error {
	text, err := unpacked(a.files[ManifestName])
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&a.Manifest); err != nil {
		return refused(Malformed, err)
	}
	switch {
	case a.Kind != Passport, a.Carnet < 1:
		return refused(Malformed, errors.New("it is no passport's"))
	case a.Carnet > Version:
		return refused(Newer, nil)
	case len(a.Files) != len(a.files)-1:
		return refused(Unlisted, fmt.Errorf("%d files, %d listed", len(a.files)-1, len(a.Files)))
	}
	for _, listed := range a.Files {
		f := a.files[listed.Name]
		if f == nil || listed.Name == ManifestName || a.sums[listed.Name].Name != "" {
			return refused(Unlisted, fmt.Errorf("%.100q", listed.Name))
		}
		if listed.Size < 0 || uint64(listed.Size) != f.UncompressedSize64 {
			return refused(Damaged, fmt.Errorf("%q", listed.Name))
		}
		a.sums[listed.Name] = listed
	}
	return a.folders()
}

// folders refuses badges that are no single folder each.
func (a *Archive) folders() error {
	seen := map[string]bool{}
	for _, badge := range a.Badges {
		if !safe(badge) || strings.Contains(badge, "/") || seen[badge] {
			return refused(Malformed, fmt.Errorf("the badge %.100q", badge))
		}
		seen[badge] = true
	}
	return nil
}

// Has says whether the archive has a file.
func (a *Archive) Has(name string) bool { return a.sums[name].Name != "" }

// Read is a file's content, which is what the manifest says it is; at most most bytes. *Refused: TooLarge, Damaged,
// Unlisted.
func (a *Archive) Read(name string, most int64) ([]byte, error) {
	listed, known := a.sums[name]
	if !known {
		return nil, refused(Unlisted, fmt.Errorf("%.100q", name))
	}
	if listed.Size > most {
		return nil, refused(TooLarge, fmt.Errorf("%q", name))
	}
	content, err := unpacked(a.files[name])
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != listed.SHA256 {
		return nil, refused(Damaged, fmt.Errorf("%q", name))
	}
	return content, nil
}

// unpacked is an entry's content: as much as it says it has, which plain has bounded.
func unpacked(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, refused(Damaged, err)
	}
	var out bytes.Buffer
	_, err = io.Copy(&out, io.LimitReader(r, int64(f.UncompressedSize64)+1)) //nolint:gosec // bounded by plain
	if err = errors.Join(err, r.Close()); err != nil || uint64(out.Len()) != f.UncompressedSize64 {
		return nil, refused(Damaged, err)
	}
	return out.Bytes(), nil
}
