package pdf

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// maxTokens bounds how far into a metadata packet is read.
const maxTokens = 20_000

// inXMP finds the element assertion (or credential) of Open Badges in a metadata packet, wherever it stands, and answers
// its attribute verify or else its text. It is found by namespace and local name, as in baked SVG pictures.
func inXMP(packet []byte) []byte {
	decoder := xml.NewDecoder(bytes.NewReader(packet))
	decoder.Strict = false
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var inside strings.Builder
	open := false
	for range maxTokens {
		token, err := decoder.Token()
		if err != nil {
			return nil
		}
		switch t := token.(type) {
		case xml.StartElement:
			if verify := verifyOf(t); verify != "" {
				return []byte(verify)
			}
			open = open || isBadge(t.Name)
		case xml.CharData:
			if open {
				inside.Write(t)
			}
		case xml.EndElement:
			if said := strings.TrimSpace(inside.String()); open && isBadge(t.Name) && said != "" {
				return []byte(said)
			}
			open = open && !isBadge(t.Name)
		}
	}
	return nil
}

// verifyOf reads the attribute verify of a badge element, or a badge written as an attribute (XMP §7.5, the short form).
func verifyOf(element xml.StartElement) string {
	for _, attribute := range element.Attr {
		if isBadge(element.Name) && attribute.Name.Local == "verify" || isBadge(attribute.Name) {
			return strings.TrimSpace(attribute.Value)
		}
	}
	return ""
}

// isBadge knows the namespaces of OB 2.0 and 3.0, with and without their usual variations; an undeclared prefix stands
// for itself.
func isBadge(n xml.Name) bool {
	space := strings.TrimRight(strings.Replace(n.Space, "https://", "http://", 1), "/#")
	known := space == "http://openbadges.org" || space == "http://purl.imsglobal.org/ob/v3p0" || space == "openbadges"
	return known && (n.Local == "assertion" || n.Local == "credential")
}
