package pdf

import (
	"bytes"
	"fmt"
	"strconv"
)

// document is a PDF whose objects have been found by reading it from end to end: the tables that say where they lie are
// often wrong and never needed. Of several objects with one number the last one counts, as in incremental updates.
type document struct {
	objects   map[reference]place
	compound  []place // object streams, still to be opened
	trailer   dict
	seen      int // objects met
	values    int // that may still be parsed
	work      int // bytes that may still be read, some of them more than once
	inflation int // bytes that may still be inflated
}

// place is where an object begins.
type place struct {
	in []byte // the file, or an object stream
	at int
}

// open finds the objects of a file.
func open(data []byte) (*document, error) {
	d := &document{objects: map[reference]place{}, trailer: dict{}, values: maxValues, work: maxWork, inflation: maxInflated}
	d.scan(data)
	for _, p := range d.compound {
		d.unpack(p)
	}
	if len(d.objects) == 0 {
		return nil, fmt.Errorf("%w: there is no object in it", ErrNotPDF)
	}
	return d, nil
}

// spent tells whether something was left out because of the limits.
func (d *document) spent() bool {
	return d.seen > maxObjects || d.values < 0 || d.work < 0 || d.inflation < 0
}

// scan notes every object and trailer of the file itself. It jumps over streams, in which anything may stand.
func (d *document) scan(data []byte) {
	for at := 0; !d.spent(); {
		next := bytes.Index(data[at:], []byte("obj"))
		if next < 0 {
			d.between(data, at, len(data))
			return
		}
		d.between(data, at, at+next)
		number, isObject := numberBefore(data, at+next)
		if at += next + len("obj"); isObject {
			at = d.note(number, place{data, at})
		}
	}
}

// between heeds the trailer that may stand between two objects.
func (d *document) between(data []byte, from, to int) {
	at := bytes.LastIndex(data[from:to], []byte("trailer"))
	if at < 0 {
		return
	}
	if value, err := d.parse(place{data, from + at + len("trailer")}); err == nil {
		d.heed(value)
	}
}

// numberBefore reads the object number and the generation that stand before obj.
func numberBefore(data []byte, at int) (reference, bool) {
	line := data[max(0, at-24):at]
	fields := bytes.Fields(line)
	if len(fields) < 2 || len(line) == 0 || !isSpace(line[len(line)-1]) && !isDigit(line[len(line)-1]) {
		return 0, false
	}
	_, err := strconv.ParseUint(string(fields[len(fields)-1]), 10, 16)
	before := fields[len(fields)-2]
	digits := before[len(bytes.TrimRight(before, "0123456789")):] // "endobj1 0 obj" is met
	number, err2 := strconv.ParseInt(string(digits), 10, 32)
	return reference(number), err == nil && err2 == nil
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// note keeps an object and answers where to read on.
func (d *document) note(number reference, p place) int {
	d.seen++
	d.objects[number] = p
	head := p.in[p.at:min(len(p.in), p.at+nearby)]
	end := bytes.Index(head, []byte("endobj"))
	if end >= 0 && !bytes.Contains(head[:end], []byte("stream")) {
		return p.at + end + len("endobj")
	}
	d.work -= len(head)
	value, err := d.parse(p)
	s, isStream := value.(stream)
	if err != nil || !isStream {
		return p.at
	}
	switch s.dict["Type"] {
	case name("ObjStm"):
		d.compound = append(d.compound, p)
	case name("XRef"):
		d.heed(s.dict)
	}
	return len(p.in) - len(s.data) + len(d.raw(s))
}

// heed takes over what a trailer says; later ones count more.
func (d *document) heed(value any) {
	said, _ := value.(dict)
	for _, key := range []name{"Root", "Info", "Encrypt"} {
		if said[key] != nil {
			d.trailer[key] = said[key]
		}
	}
}

// unpack notes the objects of an object stream (ISO 32000-2 §7.5.7).
func (d *document) unpack(p place) {
	value, err := d.parse(p)
	s, isStream := value.(stream)
	if err != nil || !isStream {
		return
	}
	count, _ := d.at(s.dict, "N").(float64)
	first, _ := d.at(s.dict, "First").(float64)
	content, err := d.content(s, maxInflated)
	if err != nil {
		return
	}
	head := scanner{data: content, budget: &d.values}
	for range int(min(max(count, 0), maxObjects)) {
		number, err := head.value()
		offset, err2 := head.value()
		n, isNumber := number.(float64)
		o, isOffset := offset.(float64)
		at := int(min(max(first+o, 0), float64(len(content))))
		if d.seen++; err != nil || err2 != nil || !isNumber || !isOffset || d.spent() {
			return
		}
		if known, there := d.objects[reference(n)]; !there || !d.isLater(known, p) {
			d.objects[reference(n)] = place{content, at}
		}
	}
}

// isLater tells whether a known object stands behind an object stream of the same file.
func (d *document) isLater(known, p place) bool {
	return len(known.in) == len(p.in) && len(p.in) > 0 && &known.in[0] == &p.in[0] && known.at > p.at
}

// parse reads the value at a place.
func (d *document) parse(p place) (any, error) {
	if d.work < 0 {
		return nil, errBudget
	}
	s := scanner{data: p.in, at: p.at, budget: &d.values}
	value, err := s.value()
	d.work -= s.at - p.at
	if err != nil {
		return nil, err
	}
	members, isDict := value.(dict)
	s.skip()
	rest := s.data[s.at:]
	if !isDict || !bytes.HasPrefix(rest, []byte("stream")) {
		return value, nil
	}
	rest = bytes.TrimPrefix(rest[len("stream"):], []byte("\r"))
	return stream{members, bytes.TrimPrefix(rest, []byte("\n"))}, nil
}

// resolve follows references to a value.
func (d *document) resolve(value any) any {
	for range maxDepth {
		number, isReference := value.(reference)
		if !isReference {
			return value
		}
		p, known := d.objects[number]
		if !known {
			return nil
		}
		var err error
		if value, err = d.parse(p); err != nil {
			return nil
		}
	}
	return nil
}

func (d *document) at(members dict, key name) any { return d.resolve(members[key]) }

func (d *document) dictAt(members dict, key name) dict {
	switch v := d.at(members, key).(type) {
	case dict:
		return v
	case stream:
		return v.dict
	}
	return nil
}

func (d *document) listAt(members dict, key name) array {
	switch v := d.at(members, key).(type) {
	case nil:
		return nil
	case array:
		return v
	default:
		return array{v}
	}
}

// raw cuts a stream's data where they end: at Length if endstream follows, else at the next endstream.
func (d *document) raw(s stream) []byte {
	if length, isNumber := d.at(s.dict, "Length").(float64); isNumber && length >= 0 && length <= float64(len(s.data)) {
		after := bytes.TrimLeft(s.data[int(length):min(len(s.data), int(length)+16)], spaces)
		if bytes.HasPrefix(after, []byte("endstream")) {
			return s.data[:int(length)]
		}
	}
	end := bytes.Index(s.data, []byte("endstream"))
	if end < 0 {
		end = len(s.data)
	}
	d.work -= end
	return s.data[:end]
}
