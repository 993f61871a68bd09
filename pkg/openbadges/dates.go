package openbadges

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// dateParts are the parts of a date as they are written, empty where they are left out.
type dateParts struct{ year, month, day, hour, minute, second, fraction, zone string }

// datePartsOf takes ISO 8601 apart as OB 1.0 badges use it: basic or extended, the day, the time and the zone left out at
// will.
func datePartsOf(text string) (p dateParts, ok bool) {
	rest := text
	if !digits(&rest, &p.year, 4) || !afterSign(&rest, '-', &p.month) {
		return p, false
	}
	afterSign(&rest, '-', &p.day)
	if rest == "" {
		return p, len(text) != len("201302")
	}
	if rest[0] != 'T' && rest[0] != ' ' {
		return p, false
	}
	if rest = rest[1:]; !digits(&rest, &p.hour, 2) || !afterSign(&rest, ':', &p.minute) {
		return p, false
	}
	afterSign(&rest, ':', &p.second)
	if rest != "" && (rest[0] == '.' || rest[0] == ',') {
		end := 1
		for end < len(rest) && isDigit(rest[end]) {
			end++
		}
		p.fraction, rest = rest[:end], rest[end:]
	}
	p.zone = rest
	return p, p.fraction != "." && p.fraction != "," && isZone(rest)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// digits moves so many digits from rest to field, or nothing.
func digits(rest, field *string, count int) bool {
	if len(*rest) < count {
		return false
	}
	for i := range count {
		if !isDigit((*rest)[i]) {
			return false
		}
	}
	*field, *rest = (*rest)[:count], (*rest)[count:]
	return true
}

// afterSign moves two digits from rest to field, and the sign before them if it is there, or nothing.
func afterSign(rest *string, sign byte, field *string) bool {
	signed := *rest
	if signed != "" && signed[0] == sign {
		signed = signed[1:]
	}
	if !digits(&signed, field, 2) {
		return false
	}
	*rest = signed
	return true
}

func isZone(text string) bool {
	if text == "" || text == "Z" || text == "z" {
		return true
	}
	var hours, minutes string
	rest := text[1:]
	return (text[0] == '+' || text[0] == '-') && digits(&rest, &hours, 2) && afterSign(&rest, ':', &minutes) && rest == ""
}

// isUnixTime knows a count of seconds; fewer digits would be a day, more would be milliseconds.
func isUnixTime(text string) bool {
	if len(text) < 9 || len(text) > 10 || text[0] == '0' {
		return false
	}
	for i := range len(text) {
		if !isDigit(text[i]) {
			return false
		}
	}
	return true
}

// parseDate reads a date of any version; zoned says whether it named a time and a zone.
func parseDate(v any) (t time.Time, zoned, ok bool) {
	if n, isNumber := v.(json.Number); isNumber {
		seconds, err := strconv.ParseInt(n.String(), 10, 64)
		return time.Unix(seconds, 0).UTC(), true, err == nil && seconds >= 0 && seconds < 1e10
	}
	text := strings.TrimSpace(asString(v))
	if isUnixTime(text) {
		seconds, err := strconv.ParseInt(text, 10, 64)
		return time.Unix(seconds, 0).UTC(), true, err == nil
	}
	parts, ok := datePartsOf(text)
	if !ok {
		return time.Time{}, false, false
	}
	return composeDate(parts)
}

func composeDate(parts dateParts) (t time.Time, zoned, ok bool) {
	year, month, day := number(parts.year, 0), number(parts.month, 0), number(parts.day, 1)
	hour, minute, second := number(parts.hour, 0), number(parts.minute, 0), number(parts.second, 0)
	fraction := 0.0
	if parts.fraction != "" {
		fraction, _ = strconv.ParseFloat("0."+parts.fraction[1:], 64)
	}
	zone, known := parseZone(parts.zone)
	if !known || !isDay(year, month, day) || !isClock(hour, minute, second) {
		return time.Time{}, false, false
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, int(fraction*1e9), zone).UTC()
	if t.Year() < 1 {
		return time.Time{}, false, false
	}
	return t, parts.hour != "" && parts.zone != "", true
}

func number(digits string, otherwise int) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return otherwise
	}
	return n
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
