package openbadges

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
)

func TestRecordedWebKeepsEveryByte(t *testing.T) {
	web := RecordedWeb{
		"https://a.example/text":  {Status: 200, ContentType: "text/plain", Body: []byte("l’eau\x00")},
		"https://a.example/bytes": {Status: 200, ContentType: "image/png", Body: []byte("\x89PNG\xff")},
		"https://a.example/gone":  {Status: 410, Body: []byte{}},
		"https://a.example/led":   {Status: 200, Body: []byte{}, URL: "https://b.example/"},
	}
	data, err := json.Marshal(web)
	if err != nil {
		t.Fatal(err)
	}
	var again RecordedWeb
	if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(web, again) {
		t.Errorf("%v\n%s", err, data)
	}
}

func TestNothingBeyondTheRecordedWebIsReached(t *testing.T) {
	if _, err := (RecordedWeb{}).Fetch(context.Background(), "https://a.example"); !errors.Is(err, ErrUnreachable) {
		t.Error(err)
	}
}

func TestEveryAddressIsAskedOnceAndNotTooMany(t *testing.T) {
	asked := 0
	v := newVisit(func(_ context.Context, url string) (Document, error) {
		asked++
		if asked%2 == 0 {
			return Document{}, ErrUnreachable
		}
		return Document{URL: url, Status: 200}, nil
	})
	for i := range 2 * maxFetches {
		for range 2 {
			_, _ = v.load(context.Background(), fmt.Sprintf("https://a.example/%d", i))
		}
	}
	if asked != maxFetches {
		t.Errorf("asked %d times", asked)
	}
	for _, address := range []string{"", "ftp://a.example", "file:///etc/passwd", "https://u:p@a.example", "a.example"} {
		if _, err := newVisit(RecordedWeb{address: {}}.Fetch).load(context.Background(), address); !errors.Is(err, ErrUnreachable) {
			t.Errorf("%s was asked", address)
		}
	}
}
