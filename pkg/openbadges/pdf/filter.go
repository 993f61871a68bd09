package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"errors"
	"fmt"
	"io"
)

var errFilter = errors.New("a filter that is not read")

// content undoes the filters of a stream (ISO 32000-2 §7.4): those that attached files and metadata use. The answer is
// at most limit bytes long.
func (d *document) content(s stream, limit int) ([]byte, error) {
	data := d.raw(s)
	for i, filter := range d.listAt(s.dict, "Filter") {
		if i >= 4 {
			return nil, errFilter
		}
		var err error
		if data, err = d.undo(d.resolve(filter), data, s.dict); err != nil {
			return nil, err
		}
	}
	if len(data) > limit {
		return nil, fmt.Errorf("%w: a stream of %d bytes, at most %d", ErrTooLarge, len(data), limit)
	}
	return data, nil
}

func (d *document) undo(filter any, data []byte, options dict) ([]byte, error) {
	switch filter {
	case name("FlateDecode"), name("Fl"):
		if d.predicted(options) {
			return nil, errFilter
		}
		return d.inflate(data)
	case name("ASCIIHexDecode"), name("AHx"):
		digits, _, _ := bytes.Cut(data, []byte(">"))
		return fromHex(digits)
	case name("ASCII85Decode"), name("A85"):
		return fromASCII85(data)
	}
	return nil, errFilter
}

// predicted tells data of which only the differences are kept: pictures and tables, never text.
func (d *document) predicted(options dict) bool {
	for _, parameters := range append(d.listAt(options, "DecodeParms"), d.listAt(options, "DP")...) {
		said, _ := d.resolve(parameters).(dict)
		if predictor, isNumber := d.at(said, "Predictor").(float64); isNumber && predictor > 1 {
			return true
		}
	}
	return false
}

// inflate takes what it inflates off the budget of the document. What is whole but for its checksum is read.
func (d *document) inflate(data []byte) ([]byte, error) {
	reader, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(reader, int64(d.inflation)+1))
	d.inflation -= len(out)
	if d.inflation < 0 {
		return nil, ErrTooLarge
	}
	if err != nil && !errors.Is(err, zlib.ErrChecksum) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return out, nil
}

func fromASCII85(data []byte) ([]byte, error) {
	data, _, _ = bytes.Cut(data, []byte("~>"))
	data = bytes.TrimPrefix(bytes.TrimLeft(data, spaces), []byte("<~"))
	out, err := io.ReadAll(ascii85.NewDecoder(bytes.NewReader(data)))
	if err != nil {
		return nil, err
	}
	return out, nil
}
