package parcel

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"sync/atomic"
)

const (
	maxDirectory = 4 << 20 // bytes of a ZIP's directory, which bounds how many files it has
	mostEntries  = 20_000  // that are looked at; most are no badges, or folders
	encrypted    = 1       // the flag of a file that is
)

// meter lets only so much be read while a directory is being read: its length is what the reader of a ZIP believes.
type meter struct {
	r    io.ReaderAt
	left atomic.Int64
	off  atomic.Bool
}

var errTooMuch = errors.New("parcel: the directory is too long")

func (m *meter) ReadAt(p []byte, at int64) (int, error) {
	if !m.off.Load() && m.left.Add(-int64(len(p))) < 0 {
		return 0, errTooMuch
	}
	return m.r.ReadAt(p, at)
}

// Zip takes a ZIP of size bytes apart, whatever folders it has. Nothing is ever written under a name that stands in it; what
// it says of sizes is not believed.
func (o *Opening) Zip(name string, r io.ReaderAt, size int64) error { return o.zip(name, r, size, 0) }

func (o *Opening) zip(name string, r io.ReaderAt, size int64, depth int) error {
	m := &meter{r: r}
	m.left.Store(maxDirectory)
	z, err := zip.NewReader(m, size)
	m.off.Store(true)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return o.give(Find{Name: name, Size: size, Trouble: Damaged})
	}
	for i, f := range z.File {
		if i >= mostEntries {
			o.left += len(z.File) - i
			return nil
		}
		if !f.Mode().IsRegular() || rubbish(f.Name) {
			continue
		}
		if err := o.entry(f, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// entry reads one file of a ZIP, of which there may be less or more than is said.
func (o *Opening) entry(f *zip.File, depth int) error {
	if o.took >= o.limits.Items || o.bytes >= o.limits.Bytes {
		o.left++
		return nil
	}
	find := Find{Name: f.Name, Size: int64(min(f.UncompressedSize64, 1<<50))}
	if f.Flags&encrypted != 0 {
		find.Trouble = Locked
		return o.give(find)
	}
	data, trouble := o.unpack(f)
	o.bytes += int64(len(data))
	switch {
	case trouble != "":
		find.Trouble = trouble
		return o.give(find)
	case o.bytes > o.limits.Bytes:
		o.left++
		return nil
	}
	return o.file(f.Name, data, depth)
}

// unpack reads at most one byte more than a file may have.
func (o *Opening) unpack(f *zip.File) (data []byte, trouble string) {
	if f.UncompressedSize64 > uint64(o.limits.Item) { //nolint:gosec // a limit is positive
		return nil, TooLarge
	}
	r, err := f.Open()
	if err != nil {
		return nil, Damaged
	}
	var out bytes.Buffer
	_, err = io.Copy(&out, io.LimitReader(r, o.limits.Item+1))
	if err = errors.Join(err, r.Close()); err != nil {
		o.bytes += int64(out.Len()) // it has cost as much
		return nil, Damaged
	}
	if int64(out.Len()) > o.limits.Item {
		o.bytes += int64(out.Len())
		return nil, TooLarge
	}
	return out.Bytes(), ""
}
