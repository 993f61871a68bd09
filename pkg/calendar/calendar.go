// Package calendar writes days to remember as iCalendar (RFC 5545), so that calendars elsewhere show them. It knows
// nothing of badges, of people or of HTTP.
package calendar

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Type is the media type of a calendar.
const Type = "text/calendar; charset=utf-8"

// Calendar is a set of days under a name.
type Calendar struct {
	Name string
	Lang string // BCP 47
	Days []Day
}

// Day is something that is on a day: it takes no time of it.
type Day struct {
	UID         string    // for ever the same, over all the world
	On          time.Time // the day, in UTC
	Summary     string
	Description string
	URL         string    // absolute
	Changed     time.Time // when any of this last did
	Remind      int       // how many days before one is reminded; 0: not at all
}

// ICS is the calendar as a file.
func (c Calendar) ICS() []byte {
	var w lines
	w.add("BEGIN", "", "VCALENDAR")
	w.add("VERSION", "", "2.0")
	w.add("PRODID", "", "-//Carnet//Carnet//EN")
	w.add("CALSCALE", "", "GREGORIAN")
	w.add("METHOD", "", "PUBLISH")
	lang := inLanguage(c.Lang)
	w.add("NAME", lang, text(c.Name))       // RFC 7986 §5.1
	w.add("X-WR-CALNAME", "", text(c.Name)) // what calendars read that know no RFC 7986
	w.add("REFRESH-INTERVAL", ";VALUE=DURATION", "P1D")
	w.add("X-PUBLISHED-TTL", "", "P1D")
	for _, d := range c.Days {
		w.day(d, lang)
	}
	w.add("END", "", "VCALENDAR")
	return []byte(w.String())
}

func (w *lines) day(d Day, lang string) {
	w.add("BEGIN", "", "VEVENT")
	w.add("UID", "", text(d.UID))
	w.add("DTSTAMP", "", moment(d.Changed))
	w.add("LAST-MODIFIED", "", moment(d.Changed))
	w.add("DTSTART", ";VALUE=DATE", date(d.On))
	w.add("DTEND", ";VALUE=DATE", date(d.On.UTC().AddDate(0, 0, 1)))
	w.add("SUMMARY", lang, text(d.Summary))
	if d.Description != "" {
		w.add("DESCRIPTION", lang, text(d.Description))
	}
	if d.URL != "" {
		w.add("URL", "", d.URL)
	}
	w.add("CLASS", "", "PRIVATE")
	w.add("TRANSP", "", "TRANSPARENT")
	if d.Remind > 0 {
		w.add("BEGIN", "", "VALARM")
		w.add("ACTION", "", "DISPLAY")
		w.add("DESCRIPTION", lang, text(cmp.Or(d.Description, d.Summary))) // the summary speaks of the day itself
		w.add("TRIGGER", "", "-P"+strconv.Itoa(d.Remind)+"D")
		w.add("END", "", "VALARM")
	}
	w.add("END", "", "VEVENT")
}

// lines are content lines, each ended by CRLF and folded.
type lines struct{ strings.Builder }

// longest is how many octets a line may have, its end not counted (RFC 5545 §3.1).
const longest = 75

func (w *lines) add(name, parameters, value string) {
	line, room := name+parameters+":"+oneLine(value), longest
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		w.WriteString(line[:cut] + "\r\n ")
		line, room = line[cut:], longest-1 // the space counts
	}
	w.WriteString(line + "\r\n")
}

// oneLine keeps whatever slipped through from beginning a line of its own.
func oneLine(value string) string {
	return strings.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, "\uFFFD"))
}

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text is a value of the type TEXT (RFC 5545 §3.3.11).
func text(plain string) string { return escapes.Replace(plain) }

func date(t time.Time) string { return t.UTC().Format("20060102") }

func moment(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var tag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

func inLanguage(lang string) string {
	if !tag.MatchString(lang) {
		return ""
	}
	return ";LANGUAGE=" + lang
}
