package archive

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"
)

// Draft is an archive that is being written, step by step, so that whoever is stopped in the middle, however hard, goes
// on after the last step that was whole. The same steps give the same bytes, whoever wrote them and how often they were
// stopped. It is for one goroutine.
//
// The ZIP grows in one file. Beside it a journal has a line for every step, with the step's part of the ZIP's directory,
// which a ZIP has only at its end.
type Draft struct {
	folder  string
	zip     *os.File
	journal *os.File
	at      int64 // where the next step begins in the ZIP
	noted   int64 // and in the journal
	steps   []Step
}

// Step is one part of an archive that is written whole, such as all files of one badge.
type Step struct {
	Name      string          `json:"name"`
	Note      json.RawMessage `json:"note"`      // whatever its writer must know of it at the end
	Files     []File          `json:"files"`     //
	Directory []byte          `json:"directory"` // central directory headers (APPNOTE 4.3.12)
	End       int64           `json:"end"`       // where the ZIP ends with it
}

// Put adds a file to a step.
type Put func(name string, at time.Time, content []byte) error

// DoneFile is what a folder holds when its draft is finished.
const DoneFile = "archive.zip"

const (
	draftFile   = "draft.zip"
	journalFile = "journal"
)

// Continue opens the draft in a folder, which is made when it is missing, after its last whole step.
func Continue(folder string) (*Draft, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil { //nolint:gosec // the folder is the house's own
		return nil, fmt.Errorf("open a draft: %w", err)
	}
	d := &Draft{folder: folder}
	err := d.open()
	if err == nil {
		err = d.rewind()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open a draft: %w", err), d.Close())
	}
	return d, nil
}

func (d *Draft) open() (err error) {
	const rw = os.O_RDWR | os.O_CREATE
	if d.zip, err = os.OpenFile(filepath.Join(d.folder, draftFile), rw, 0o600); err != nil { //nolint:gosec // the folder is the house's own
		return err
	}
	d.journal, err = os.OpenFile(filepath.Join(d.folder, journalFile), rw, 0o600) //nolint:gosec // as above
	return err
}

// rewind forgets what a step that was never finished has left.
func (d *Draft) rewind() error {
	info, err := d.zip.Stat()
	if err != nil {
		return err
	}
	lines := bufio.NewReader(d.journal)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var step Step
		if json.Unmarshal(line, &step) != nil || step.End < d.at || step.End > info.Size() {
			break
		}
		d.steps, d.at, d.noted = append(d.steps, step), step.End, d.noted+int64(len(line))
	}
	if err := errors.Join(d.journal.Truncate(d.noted), d.zip.Truncate(d.at)); err != nil {
		return err
	}
	if _, err := d.journal.Seek(d.noted, io.SeekStart); err != nil {
		return err
	}
	_, err = d.zip.Seek(d.at, io.SeekStart)
	return err
}

// Steps are those that are written, in order.
func (d *Draft) Steps() []Step { return d.steps }

// Last is the name of the step that was written last; empty before the first.
func (d *Draft) Last() string {
	if len(d.steps) == 0 {
		return ""
	}
	return d.steps[len(d.steps)-1].Name
}

// Step writes one step: all that write puts, and the note it returns. When Step has answered without an error, the step
// is on the disk; with one, it is as if it was never begun.
func (d *Draft) Step(name string, write func(put Put) (note any, err error)) error {
	step, err := d.write(name, write)
	if err == nil {
		err = d.keep(step)
	}
	if err != nil {
		d.steps, d.at, d.noted = nil, 0, 0
		if _, failed := d.journal.Seek(0, io.SeekStart); failed != nil {
			return errors.Join(err, failed)
		}
		return errors.Join(fmt.Errorf("write %s: %w", name, err), d.rewind())
	}
	return nil
}

// turnout leads what is written into the file or, once the directory begins, aside.
type turnout struct{ to io.Writer }

func (t *turnout) Write(p []byte) (int, error) { return t.to.Write(p) }

func (d *Draft) write(name string, write func(put Put) (any, error)) (Step, error) {
	step := Step{Name: name}
	out := &turnout{to: d.zip}
	z := packer{Writer: zip.NewWriter(out)}
	z.SetOffset(d.at)
	note, err := write(func(name string, at time.Time, content []byte) error {
		file, err := z.add(name, at, content)
		step.Files = append(step.Files, file)
		return err
	})
	if err != nil {
		return Step{}, err
	}
	if step.Note, err = json.Marshal(note); err != nil {
		return Step{}, err
	}
	if err := z.Flush(); err != nil {
		return Step{}, err
	}
	if step.End, err = d.zip.Seek(0, io.SeekCurrent); err != nil {
		return Step{}, err
	}
	var directory bytes.Buffer
	out.to = &directory
	if err := z.Close(); err != nil {
		return Step{}, err
	}
	step.Directory, err = headers(directory.Bytes(), len(step.Files))
	return step, err
}

// packer packs files into a ZIP.
type packer struct {
	*zip.Writer
	squeeze *flate.Writer // nil before the first file; making one is dear
}

// add puts a file into the ZIP, with its sizes before it, so that nothing of it comes after.
func (z *packer) add(name string, at time.Time, content []byte) (File, error) {
	if !safe(name) {
		return File{}, refused(UnsafeName, fmt.Errorf("%q", name))
	}
	method, packed, err := z.packed(name, content)
	if err != nil {
		return File{}, err
	}
	header := zip.FileHeader{
		Name: name, Method: method, CRC32: crc32.ChecksumIEEE(content),
		CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(content)),
	}
	header.SetModTime(later(at.UTC(), time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC))) //nolint:staticcheck // what CreateRaw writes
	w, err := z.CreateRaw(&header)
	if err == nil {
		_, err = w.Write(packed)
	}
	sum := sha256.Sum256(content)
	return File{Name: name, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}, err
}

// packed compresses what is not compressed already.
func (z *packer) packed(name string, content []byte) (method uint16, packed []byte, err error) {
	if slices.Contains([]string{".png", ".jpg", ".gif", ".webp", ".pdf"}, path.Ext(name)) {
		return zip.Store, content, nil
	}
	var out bytes.Buffer
	if z.squeeze == nil {
		if z.squeeze, err = flate.NewWriter(&out, flate.DefaultCompression); err != nil {
			return 0, nil, err
		}
	}
	z.squeeze.Reset(&out)
	if _, err := z.squeeze.Write(content); err != nil {
		return 0, nil, err
	}
	err = z.squeeze.Close()
	return zip.Deflate, out.Bytes(), err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// headers are the central directory headers alone, of a directory with its end.
func headers(directory []byte, files int) ([]byte, error) {
	const (
		signature = 0x02014b50
		fixed     = 46
	)
	at := 0
	for range files {
		if len(directory) < at+fixed || binary.LittleEndian.Uint32(directory[at:]) != signature {
			return nil, errors.New("the directory is not as it was written")
		}
		le := binary.LittleEndian
		at += fixed + int(le.Uint16(directory[at+28:])) + int(le.Uint16(directory[at+30:])) + int(le.Uint16(directory[at+32:]))
	}
	if len(directory) < at {
		return nil, errors.New("the directory is not as it was written")
	}
	return directory[:at], nil
}

// keep puts a step on the disk: first its bytes, then the line that says they are good.
func (d *Draft) keep(step Step) error {
	if err := d.zip.Sync(); err != nil {
		return err
	}
	line, err := json.Marshal(step)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	if _, err := d.journal.Write(line); err != nil {
		return err
	}
	if err := d.journal.Sync(); err != nil {
		return err
	}
	d.steps, d.at, d.noted = append(d.steps, step), step.End, d.noted+int64(len(line))
	return nil
}

// Finish writes the manifest, whose Files it fills, and the directory, and closes the draft: from now on the folder holds
// the finished archive. It tells how many bytes that has.
func (d *Draft) Finish(m Manifest) (size int64, err error) {
	if size, err = d.finish(m); err != nil {
		return 0, errors.Join(fmt.Errorf("finish an archive: %w", err), d.Close())
	}
	if err := d.Close(); err != nil {
		return 0, err
	}
	if err := os.Rename(filepath.Join(d.folder, draftFile), filepath.Join(d.folder, DoneFile)); err != nil {
		return 0, fmt.Errorf("finish an archive: %w", err)
	}
	if err := os.Remove(filepath.Join(d.folder, journalFile)); err != nil {
		return 0, fmt.Errorf("finish an archive: %w", err)
	}
	return size, syncFolder(d.folder)
}

func (d *Draft) finish(m Manifest) (int64, error) {
	m.Carnet, m.Kind, m.Made, m.Files = Version, Passport, m.Made.UTC(), nil
	for _, step := range d.steps {
		m.Files = append(m.Files, step.Files...)
	}
	text, err := m.written()
	if err != nil {
		return 0, err
	}
	last, err := d.write(ManifestName, func(put Put) (any, error) { return nil, put(ManifestName, m.Made, text) })
	if err != nil {
		return 0, err
	}
	return d.close(last, len(m.Files)+1)
}

// close writes the directory of all steps and its end.
func (d *Draft) close(last Step, files int) (int64, error) {
	w := bufio.NewWriter(d.zip)
	length := int64(0)
	for _, step := range append(d.steps, last) {
		n, err := w.Write(step.Directory)
		length += int64(n)
		if err != nil {
			return 0, err
		}
	}
	n, err := w.Write(ending(int64(files), length, last.End))
	if err := errors.Join(err, w.Flush(), d.zip.Sync()); err != nil {
		return 0, err
	}
	return last.End + length + int64(n), nil
}

// ending is the end of a ZIP's directory (APPNOTE 4.3.14 to 4.3.16), in its wide form where the numbers ask for it.
func ending(files, length, begins int64) []byte {
	le := binary.LittleEndian
	var b []byte
	if files >= 1<<16-1 || length >= 1<<32-1 || begins >= 1<<32-1 {
		b = le.AppendUint32(b, 0x06064b50)
		b = le.AppendUint64(b, 44)
		b = le.AppendUint16(b, 45)
		b = le.AppendUint16(b, 45)
		b = le.AppendUint64(b, 0) // two disks: this one and the one where the directory begins
		for _, n := range []int64{files, files, length, begins} {
			b = le.AppendUint64(b, uint64(n))
		}
		b = le.AppendUint32(b, 0x07064b50)
		b = le.AppendUint32(b, 0)
		b = le.AppendUint64(b, uint64(begins+length))
		b = le.AppendUint32(b, 1)
		files, length, begins = 1<<16-1, 1<<32-1, 1<<32-1 // all of them are told above
	}
	b = le.AppendUint32(b, 0x06054b50)
	b = le.AppendUint32(b, 0)
	b = le.AppendUint16(b, uint16(files))
	b = le.AppendUint16(b, uint16(files))
	b = le.AppendUint32(b, uint32(length))
	b = le.AppendUint32(b, uint32(begins))
	return le.AppendUint16(b, 0)
}

// Close lets go of a draft, which can be continued.
func (d *Draft) Close() error {
	var err error
	for _, f := range []*os.File{d.zip, d.journal} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	d.zip, d.journal = nil, nil
	if err != nil {
		return fmt.Errorf("close a draft: %w", err)
	}
	return nil
}

func syncFolder(dir string) error {
	folder, err := os.Open(dir) //nolint:gosec // the house's own folder
	if err != nil {
		return fmt.Errorf("put a folder on the disk: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}
