package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// object is a JSON object that keeps the order of its members, so that credentials read as people write them.
type object []member

type member struct {
	name  string
	value any
}

// o makes an object of names and values in turn; a value that says nothing (nil, "", an empty list) is left out.
func o(pairs ...any) object {
	out := make(object, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if says(pairs[i+1]) {
			out = append(out, member{fmt.Sprint(pairs[i]), pairs[i+1]})
		}
	}
	return out
}

func says(value any) bool {
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Invalid:
		return false
	case reflect.String, reflect.Slice, reflect.Map:
		return v.Len() > 0
	default:
		return true
	}
}

// MarshalJSON writes the members in their order.
func (all object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range all {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// text is the object as it goes over the web.
func (all object) text() ([]byte, error) { return json.MarshalIndent(all, "", "  ") }
