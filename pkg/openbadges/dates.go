package openbadges

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// isoDate is ISO 8601 as OB 1.0 badges use it: basic or extended, the day, the time and the zone left out at will.
var isoDate = regexp.MustCompile(`^(\d{4})-?(\d{2})(?:-?(\d{2}))?(?:[T ](\d{2}):?(\d{2})(?::?(\d{2}))?([.,]\d+)?(Z|z|[+-]\d{2}:?\d{2})?)?$`)

// unixTime is a count of seconds; fewer digits would be a day, more would be milliseconds.
var unixTime = regexp.MustCompile(`^[1-9]\d{8,9}$`)

// parseDate reads a date of any version; zoned says whether it named a time and a zone.
func parseDate(v any) (t time.Time, zoned, ok bool) {
	if n, isNumber := v.(json.Number); isNumber {
		seconds, err := strconv.ParseInt(n.String(), 10, 64)
		return time.Unix(seconds, 0).UTC(), true, err == nil && seconds >= 0 && seconds < 1e10
	}
	text := strings.TrimSpace(asString(v))
	if unixTime.MatchString(text) {
		seconds, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(seconds, 0).UTC(), true, err == nil
	}
	parts := isoDate.FindStringSubmatch(text)
	if parts == nil || len(text) == 6 {
		return time.Time{}, false, false
	}
	return composeDate(parts)
}

func composeDate(parts []string) (t time.Time, zoned, ok bool) {
	field := func(i, otherwise int) int {
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			return otherwise
		}
		return n
	}
	year, month, day := field(1, 0), field(2, 0), field(3, 1)
	hour, minute, second := field(4, 0), field(5, 0), field(6, 0)
	fraction, _ := strconv.ParseFloat("0"+strings.Replace(parts[7], ",", ".", 1), 64)
	zone, known := parseZone(parts[8])
	if !known || !isDay(year, month, day) || !isClock(hour, minute, second) {
		return time.Time{}, false, false
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, int(fraction*1e9), zone).UTC()
	if t.Year() < 1 {
		return time.Time{}, false, false
	}
	return t, parts[4] != "" && parts[8] != "", true
}

func isDay(year, month, day int) bool {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.Year() == year && int(t.Month()) == month && t.Day() == day
}

// isClock knows leap seconds and the end of a day (ISO 8601 §4.2).
func isClock(hour, minute, second int) bool {
	if hour == 24 {
		return minute == 0 && second == 0
	}
	return hour < 24 && minute < 60 && second <= 60
}

func parseZone(text string) (*time.Location, bool) {
	if text == "" || text == "Z" || text == "z" {
		return time.UTC, true
	}
	offset, err := strconv.Atoi(strings.Replace(text, ":", "", 1))
	if err != nil || offset < -1400 || offset > 1400 || offset%100 >= 60 || offset%100 <= -60 {
		return nil, false
	}
	return time.FixedZone("", (offset/100*60+offset%100)*60), true
}

// dateOf is for showing: what can not be read is no date, and an end of time that is the year 10000 in UTC is the last
// second before it, since RFC 3339 writes no later one.
func dateOf(v any) time.Time {
	t, _, ok := parseDate(v)
	switch {
	case !ok:
		return time.Time{}
	case t.Year() > 9999:
		return time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)
	}
	return t
}

// day writes a date for a sentence.
func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// askDates compares with the moment asked about (OB 2.0 §Verification 5, OB 3.0 §9, VC 2.0 §4.9).
func (q *inquiry) askDates(badge Badge) {
	from := badge.ValidFrom
	if from.IsZero() {
		from = badge.IssuedOn
	}
	switch {
	case !badge.Expires.IsZero() && badge.Expires.Before(from):
		q.say(CheckDates, Fail, ReasonDatesReversed, "from", day(from), "until", day(badge.Expires))
	case q.at.Before(from):
		q.say(CheckDates, Fail, ReasonNotYetValid, "from", day(from))
	case !badge.Expires.IsZero() && q.at.After(badge.Expires):
		q.say(CheckDates, Fail, ReasonExpired, "until", day(badge.Expires))
	case badge.Expires.IsZero():
		q.say(CheckDates, Pass, ReasonNoEnd)
	default:
		q.say(CheckDates, Pass, ReasonInForce, "until", day(badge.Expires))
	}
}
