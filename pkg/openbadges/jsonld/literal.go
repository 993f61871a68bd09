package jsonld

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

const xsd = "http://www.w3.org/2001/XMLSchema#"

// literal turns a value object into a literal (JSON-LD 1.1 API §8.2.2).
func literal(members map[string]any) (rdf.Term, error) {
	for key := range members {
		if key != "@value" && key != "@type" && key != "@language" {
			return rdf.Term{}, fmt.Errorf("%w: %s of a text", ErrUnsafe, key)
		}
	}
	datatype, _ := members["@type"].(string)
	t := rdf.Term{Kind: rdf.Literal, Datatype: datatype}
	if datatype == "@json" {
		text, err := strict.Canonical(members["@value"])
		t.Value, t.Datatype = string(text), rdfNS+"JSON"
		return t, err
	}
	if err := lexical(&t, members["@value"]); err != nil {
		return t, err
	}
	if language, has := members["@language"]; has {
		t.Language, _ = language.(string)
		if t.Datatype = rdf.LangString; !rdf.ValidLanguage(t.Language) {
			return t, fmt.Errorf("%w: %q is no language tag", ErrUnsafe, language)
		}
	}
	if !rdf.ValidIRI(t.Datatype) {
		return t, fmt.Errorf("%w: the datatype %q is no absolute IRI", ErrUnsafe, t.Datatype)
	}
	return t, nil
}

// lexical sets the text of a scalar, and its native datatype where none is stated.
func lexical(t *rdf.Term, value any) error {
	native := xsd + "string"
	switch v := value.(type) {
	case string:
		t.Value = v
	case bool:
		t.Value, native = strconv.FormatBool(v), xsd+"boolean"
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return fmt.Errorf("%w: the number %s", ErrUnsafe, v)
		}
		if t.Value, native = integer(f), xsd+"integer"; t.Datatype == xsd+"double" || f != math.Trunc(f) || math.Abs(f) >= 1e21 {
			t.Value, native = double(f), xsd+"double"
		}
	default:
		return fmt.Errorf("%w: a text that is a %T", ErrInvalid, value)
	}
	if t.Datatype == "" {
		t.Datatype = native
	}
	return nil
}

func integer(f float64) string {
	if f == 0 {
		return "0"
	}
	return strconv.FormatFloat(f, 'f', 0, 64)
}

// double writes the canonical form of xsd:double with up to 15 digits after the point, as JSON-LD processors do.
func double(f float64) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', 15, 64), "E")
	mantissa = strings.TrimRight(mantissa, "0")
	if strings.HasSuffix(mantissa, ".") {
		mantissa += "0"
	}
	sign := ""
	if exponent[0] == '-' {
		sign = "-"
	}
	if exponent = strings.TrimLeft(exponent[1:], "0"); exponent == "" {
		exponent = "0"
	}
	return mantissa + "E" + sign + exponent
}
