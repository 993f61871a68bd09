package openbadges

import (
	"encoding/json"
	"testing"
	"time"
)

func TestDatesOfAllTimesAreRead(t *testing.T) {
	at := func(text string) time.Time {
		date, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return date
	}
	for _, test := range []struct {
		text  any
		date  time.Time
		zoned bool
	}{
		{"2013-02-21", at("2013-02-21T00:00:00Z"), false},
		{"2013-02", at("2013-02-01T00:00:00Z"), false},
		{"20130221", at("2013-02-21T00:00:00Z"), false},
		{"2013-02-21T15:18Z", at("2013-02-21T15:18:00Z"), true},
		{"2013-02-21T15:18-0500", at("2013-02-21T20:18:00Z"), true},
		{"20130221T1518Z", at("2013-02-21T15:18:00Z"), true},
		{"2016-12-31T23:59:60Z", at("2017-01-01T00:00:00Z"), true},
		{"2016-12-31T23:59:59.5+00:00", at("2016-12-31T23:59:59.5Z"), true},
		{"2016-12-31T24:00:00Z", at("2017-01-01T00:00:00Z"), true},
		{"2016-12-31T23:59:59", at("2016-12-31T23:59:59Z"), false},
		{"1361561067", at("2013-02-22T19:24:27Z"), true},
		{json.Number("1361561067"), at("2013-02-22T19:24:27Z"), true},
		{json.Number("0"), at("1970-01-01T00:00:00Z"), true},
	} {
		date, zoned, ok := parseDate(test.text)
		if !ok || !date.Equal(test.date) || zoned != test.zoned {
			t.Errorf("%v: %v %v %v", test.text, date, zoned, ok)
		}
	}
}

func TestWhatIsNoDateIsNoDate(t *testing.T) {
	for _, v := range []any{
		"", "soon", "2015-04-31", "2015-13-01", "2015-02-29", "08/13/1985", "2013022", "201302", "1361561085305", "000000000000000000000",
		"2001-10-190-19", "2015-01-01T25:00:00Z", "2015-01-01T10:60:00Z", "2015-01-01T10:00:00+25:00", nil, true,
		[]any{},
		json.Number("-1"), json.Number("1e400"),
		"0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01",
	} {
		if date, _, ok := parseDate(v); ok {
			t.Errorf("%v became %v", v, date)
		}
	}
}

// TestEveryDateShownCanBeWritten: in UTC an end of time may lie in the year 10000, which RFC 3339 cannot write.
func TestEveryDateShownCanBeWritten(t *testing.T) {
	for _, text := range []string{"9999-12-31T23:59:59-14:00", "9999-12-31T24:00:00Z", "9999-12-31T23:59:60Z"} {
		badge := badgeOf(V30, node{"validFrom": text, "validUntil": text, "awardedDate": text})
		if _, err := json.Marshal(badge); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !isDateTime(text) || badge.Expires.Format(time.RFC3339) != "9999-12-31T23:59:59Z" || !badge.ValidFrom.Equal(badge.Expires) {
			t.Errorf("%s became %v", text, badge.Expires)
		}
	}
	if !sameSecond(json.Number("253402351199"), "9999-12-31T23:59:59-14:00") {
		t.Error("an end of time is not itself as a NumericDate")
	}
}
