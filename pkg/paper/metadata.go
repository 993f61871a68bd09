package paper

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// openBadges is the namespace under which a credential stands in metadata, as in baked drawings.
const openBadges = "http://openbadges.org"

// mostInPacket is the size up to which a credential is repeated in the metadata; the attachment has it in any case.
const mostInPacket = 256 << 10

// packet is the metadata of a document as XMP (ISO 16684-1): what it is called and, of a single badge, the credential.
func packet(d *document, title Text, about string) []byte {
	var out bytes.Buffer
	out.WriteString("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n" +
		"<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" xmlns:openbadges=\"" + openBadges + "\">\n" +
		"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\n")
	stamp := d.made.UTC().Format("2006-01-02T15:04:05Z")
	fmt.Fprintf(&out, "<dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:title>\n", inXML(title.Said))
	if about != "" {
		fmt.Fprintf(&out, "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:description>\n", inXML(about))
	}
	fmt.Fprintf(&out, "<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language><pdf:Producer>%s</pdf:Producer><xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate><xmp:MetadataDate>%s</xmp:MetadataDate>\n",
		inXML(d.words.Language), inXML(d.words.Producer), stamp, stamp, stamp)
	if len(d.files) == 1 && survives(d.files[0].Content) {
		fmt.Fprintf(&out, "<openbadges:credential>%s</openbadges:credential>\n", inXML(string(d.files[0].Content)))
	}
	out.WriteString("</rdf:Description>\n" + extension + "</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
	return out.Bytes()
}

// extension tells what properties are that PDF/A does not know, as it demands (ISO 19005-3
// §6.6.2.3).
const extension = `<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Open Badges</pdfaSchema:schema><pdfaSchema:namespaceURI>` + openBadges + `</pdfaSchema:namespaceURI><pdfaSchema:prefix>openbadges</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>credential</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>The credential of the badge: JSON or a compact JWS</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
`

func inXML(said string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(said)) // a builder takes all
	return out.String()
}

// survives says whether a text comes out of XML as it went in. What does not is only attached: two readings of one
// credential that differ would be two badges.
func survives(content []byte) bool {
	if len(content) > mostInPacket || !utf8.Valid(content) || len(bytes.TrimSpace(content)) != len(content) {
		return false
	}
	for _, r := range string(content) {
		if r == '\r' || r < ' ' && r != '\n' && r != '\t' || r == '\ufffe' || r == '\uffff' {
			return false
		}
	}
	return true
}

// sRGB is a small ICC profile (version 2.1) of the colour space of screens, so that colours mean the same for ever.
func sRGB() []byte {
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", described("sRGB")},
		{"cprt", append([]byte("text\x00\x00\x00\x00"), "No copyright, use freely\x00"...)},
		{"wtpt", xyz(0.9642, 1, 0.8249)},
		{"rXYZ", xyz(0.43607, 0.22249, 0.01392)},
		{"gXYZ", xyz(0.38515, 0.71687, 0.09708)},
		{"bXYZ", xyz(0.14307, 0.06061, 0.71410)},
		{"rTRC", curve()},
		{"gTRC", curve()},
		{"bTRC", curve()},
	}
	at := 128 + 4 + 12*len(tags)
	table, body := binary.BigEndian.AppendUint32(nil, uint32(len(tags))), []byte{}
	for _, tag := range tags {
		table = append(table, tag.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(at+len(body)))  //nolint:gosec // small
		table = binary.BigEndian.AppendUint32(table, uint32(len(tag.data))) //nolint:gosec // small
		body = append(body, tag.data...)
		body = append(body, make([]byte, -len(body)&3)...)
	}
	head := make([]byte, 128)
	binary.BigEndian.PutUint32(head, uint32(at+len(body))) //nolint:gosec // small
	copy(head[8:], "\x02\x10\x00\x00mntrRGB XYZ \x07\xea\x00\x01\x00\x01")
	copy(head[36:], "acsp")
	copy(head[68:], xyz(0.9642, 1, 0.8249)[8:])
	return append(append(head, table...), body...)
}

func xyz(values ...float64) []byte {
	out := []byte("XYZ \x00\x00\x00\x00")
	for _, v := range values {
		out = binary.BigEndian.AppendUint32(out, uint32(v*65536+0.5))
	}
	return out
}

// curve is a gamma of 2.2.
func curve() []byte { return []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x33") }

func described(said string) []byte {
	out := binary.BigEndian.AppendUint32([]byte("desc\x00\x00\x00\x00"), uint32(len(said)+1)) //nolint:gosec // small
	out = append(out, said...)
	return append(out, make([]byte, 1+8+3+67)...)
}

func sorted(set map[int]bool) []int { return slices.Sorted(maps.Keys(set)) }
