package paper

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// objects writes the numbered objects of a PDF one after the other (ISO 32000-2 §7.3.10, §7.5).
type objects struct {
	bytes.Buffer
	places []int        // of each object, from 1; 0: not written yet
	packer *zlib.Writer // used again and again: each takes a megabyte
}

func newObjects() *objects {
	o := &objects{}
	o.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return o
}

// promise is the number of an object that is written later.
func (o *objects) promise() int {
	o.places = append(o.places, 0)
	return len(o.places)
}

// keep writes an object that was promised.
func (o *objects) keep(number int, content string) {
	o.places[number-1] = o.Len()
	fmt.Fprintf(o, "%d 0 obj\n%s\nendobj\n", number, content)
}

func (o *objects) add(content string) int {
	number := o.promise()
	o.keep(number, content)
	return number
}

// stream adds a stream; members stand in its dictionary. It is compressed where that gains anything.
func (o *objects) stream(members string, content []byte) int {
	if len(content) > 120 {
		if packed := o.deflated(content); len(packed) < len(content) {
			return o.raw(members+" /Filter /FlateDecode", packed)
		}
	}
	return o.raw(members, content)
}

func (o *objects) raw(members string, content []byte) int {
	number := o.promise()
	o.places[number-1] = o.Len()
	fmt.Fprintf(o, "%d 0 obj\n<< %s /Length %d >>\nstream\n", number, members, len(content))
	o.Write(content)
	o.WriteString("\nendstream\nendobj\n")
	return number
}

func (o *objects) deflated(content []byte) []byte {
	var out bytes.Buffer
	if o.packer == nil {
		o.packer = zlib.NewWriter(&out)
	}
	o.packer.Reset(&out)
	_, _ = o.packer.Write(content) // a buffer takes all
	_ = o.packer.Close()
	return out.Bytes()
}

// close writes where everything is. The file's identifier is made of its bytes.
func (o *objects) close(root, info int) []byte {
	sum := sha256.Sum256(o.Bytes())
	id := hex.EncodeToString(sum[:16])
	start := o.Len()
	fmt.Fprintf(o, "xref\n0 %d\n0000000000 65535 f \n", len(o.places)+1)
	for _, at := range o.places {
		fmt.Fprintf(o, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(o, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n", len(o.places)+1, root, info, id, id, start)
	return o.Bytes()
}

// text is a text string (ISO 32000-2 §7.9.2.2), in UTF-16 where it is not plain ASCII.
func text(said string) string {
	plain := true
	for _, r := range said {
		plain = plain && r >= ' ' && r < 0x7f
	}
	if plain {
		return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(said) + ")"
	}
	return "<feff" + hex16(said) + ">"
}

func hex16(said string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(said)) {
		fmt.Fprintf(&out, "%04x", unit)
	}
	return out.String()
}

// name is a name object; what is not plain is written as its code (ISO 32000-2 §7.3.5).
func name(said string) string {
	var out strings.Builder
	out.WriteByte('/')
	for _, b := range []byte(said) {
		if b > ' ' && b < 0x7f && !strings.ContainsRune("#/()<>[]{}%", rune(b)) {
			out.WriteByte(b)
		} else {
			fmt.Fprintf(&out, "#%02x", b)
		}
	}
	return out.String()
}

func reference(number int) string { return fmt.Sprintf("%d 0 R", number) }

func references(numbers []int) string {
	list := make([]string, len(numbers))
	for i, n := range numbers {
		list[i] = reference(n)
	}
	return "[" + strings.Join(list, " ") + "]"
}

func date(t time.Time) string { return "(D:" + t.UTC().Format("20060102150405") + "Z)" }

// number writes a measure with as many digits as paper shows.
func number(x float64) string {
	s := fmt.Sprintf("%.2f", x)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}
