package bake

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"unicode/utf8"
)

// SVG returns picture with credential baked in: the namespace on the root and one badge element as its first child,
// older badge elements removed, every other byte as it was (OB 3.0 §"Baking into SVG"). JSON becomes a CDATA body;
// a JWS or an address becomes the attribute verify. The errors are [ErrNotImage], [ErrTooLarge] and [ErrNotText].
func SVG(picture, credential []byte, k Keyword) ([]byte, error) {
	if err := checkText(credential); err != nil {
		return nil, err
	}
	if !xmlText(credential) {
		return nil, fmt.Errorf("%w: it holds characters that XML forbids", ErrNotText)
	}
	drawing, err := look(picture)
	if err != nil {
		return nil, err
	}
	return drawing.with(credential, k), nil
}

// with cuts the old badges out of the drawing and sets the new one behind the root's opening tag.
func (d drawing) with(credential []byte, k Keyword) []byte {
	out := bytes.NewBuffer(make([]byte, 0, len(d.source)+len(credential)+256))
	out.Write(d.source[:d.root.nameEnd])
	if !d.root.prefixDeclared {
		fmt.Fprintf(out, ` xmlns:openbadges="%s"`, k.namespace())
	}
	elsewhere := d.root.prefixDeclared && d.root.prefixNamespace != k.namespace()
	if d.root.selfClosing {
		out.Write(d.source[d.root.nameEnd : d.root.end-2])
		out.WriteByte('>')
		writeElement(out, credential, k, elsewhere)
		fmt.Fprintf(out, "</%s>", d.source[d.root.start+1:d.root.nameEnd])
	} else {
		out.Write(d.source[d.root.nameEnd:d.root.end])
		writeElement(out, credential, k, elsewhere)
	}
	at := d.root.end
	for _, old := range d.badges {
		out.Write(d.source[at:old.start])
		at = old.end
	}
	out.Write(d.source[at:])
	return out.Bytes()
}

// writeElement writes the badge element; the namespace stands on it where the root uses the prefix for another one.
func writeElement(out *bytes.Buffer, credential []byte, k Keyword, withNamespace bool) {
	fmt.Fprintf(out, "<openbadges:%s", k.tag())
	if withNamespace {
		fmt.Fprintf(out, ` xmlns:openbadges="%s"`, k.namespace())
	}
	if verify := verifyAttribute(credential, k); verify != "" {
		out.WriteString(` verify="`)
		escape(out, verify)
		out.WriteByte('"')
	}
	if !isJSON(credential) {
		out.WriteString("/>")
		return
	}
	body := bytes.ReplaceAll(credential, []byte("]]>"), []byte("]]]]><![CDATA[>"))
	fmt.Fprintf(out, "><![CDATA[%s]]></openbadges:%s>", body, k.tag())
}

// verifyAttribute is the JWS or address itself or, for a hosted OB 1.x/2.0 assertion, where it is hosted.
// An OB 3.0 credential with an embedded proof must have none.
func verifyAttribute(credential []byte, k Keyword) string {
	if !isJSON(credential) {
		return string(bytes.TrimSpace(credential))
	}
	var hosted struct {
		ID     any `json:"id"`
		Verify struct {
			URL any `json:"url"`
		} `json:"verify"`
	}
	if k == Credential || json.Unmarshal(credential, &hosted) != nil {
		return ""
	}
	if url, isText := hosted.Verify.URL.(string); isText {
		return url
	}
	id, _ := hosted.ID.(string)
	return id
}

// escape writes an attribute's value. xml.EscapeText errs only when the writer does, and a buffer never does.
func escape(out *bytes.Buffer, value string) {
	if err := xml.EscapeText(out, []byte(value)); err != nil {
		panic(err)
	}
}

// xmlText tells whether all of credential is made of characters that XML 1.0 allows.
func xmlText(credential []byte) bool {
	for rest := credential; len(rest) > 0; {
		letter, size := utf8.DecodeRune(rest)
		if letter < ' ' && letter != '\t' && letter != '\n' && letter != '\r' || letter == 0xFFFE || letter == 0xFFFF {
			return false
		}
		rest = rest[size:]
	}
	return true
}
