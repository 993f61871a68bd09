package calendar_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/calendar"
)

var noon = time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC)

// line is a content line as a calendar elsewhere reads it.
type line struct{ name, parameters, value string }

// read takes a calendar apart by RFC 5545 §3.1 and says where it breaks a rule.
func read(t *testing.T, file []byte) (all []line) {
	t.Helper()
	whole := string(file)
	if !utf8.ValidString(whole) || !strings.HasSuffix(whole, "\r\n") {
		t.Fatalf("not UTF-8, or cut off: %q", whole)
	}
	physical := strings.Split(strings.TrimSuffix(whole, "\r\n"), "\r\n")
	for _, p := range physical {
		if len(p) > 75 || strings.ContainsAny(p, "\r\n") || !utf8.ValidString(p) {
			t.Fatalf("%d octets: %q", len(p), p)
		}
	}
	for _, logical := range strings.Split(strings.ReplaceAll(strings.TrimSuffix(whole, "\r\n"), "\r\n ", ""), "\r\n") {
		head, value, found := strings.Cut(logical, ":")
		if !found {
			t.Fatalf("no colon: %q", logical)
		}
		name, parameters, _ := strings.Cut(head, ";")
		if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" || name == "" {
			t.Fatalf("a name like no other: %q", logical)
		}
		all = append(all, line{name, parameters, value})
	}
	return all
}

// plain undoes the escaping of TEXT, and fails where a character stands bare that must not.
func plain(t *testing.T, value string) string {
	t.Helper()
	var out strings.Builder
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case ',', ';':
			t.Fatalf("bare %q in %q", value[i], value)
		case '\\':
			i++
			if i == len(value) {
				t.Fatalf("half an escape: %q", value)
			}
			switch value[i] {
			case 'n', 'N':
				out.WriteByte('\n')
			case '\\', ',', ';':
				out.WriteByte(value[i])
			default:
				t.Fatalf("no such escape: %q", value)
			}
		default:
			out.WriteByte(value[i])
		}
	}
	return out.String()
}

func sole(t *testing.T, all []line, name string) string {
	t.Helper()
	found, value := 0, ""
	for _, l := range all {
		if l.name == name {
			found, value = found+1, l.value
		}
	}
	if found != 1 {
		t.Fatalf("%s stands there %d times", name, found)
	}
	return value
}

// TestCalendarIsAsTheStandardHasIt holds the golden bytes of a day that needs every rule.
func TestCalendarIsAsTheStandardHasIt(t *testing.T) {
	file := calendar.Calendar{Name: "Badges; all, of them", Lang: "en", Days: []calendar.Day{{
		UID: "01K@carnet.example", On: noon, Summary: `Renew “R&D, C:\tea; 茶茶茶茶茶茶茶茶茶茶茶茶茶茶茶茶茶茶茶茶”`, Description: "One\r\ntwo\rthree",
		URL: "https://carnet.example/b/01K", Changed: noon, Remind: 30,
	}}}.ICS()
	const want = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Carnet//Carnet//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n" +
		"NAME;LANGUAGE=en:Badges\\; all\\, of them\r\nX-WR-CALNAME:Badges\\; all\\, of them\r\n" +
		"REFRESH-INTERVAL;VALUE=DURATION:P1D\r\nX-PUBLISHED-TTL:P1D\r\nBEGIN:VEVENT\r\nUID:01K@carnet.example\r\n" +
		"DTSTAMP:20261126T120000Z\r\nLAST-MODIFIED:20261126T120000Z\r\nDTSTART;VALUE=DATE:20261126\r\nDTEND;VALUE=DATE:20261127\r\n" +
		"SUMMARY;LANGUAGE=en:Renew “R&D\\, C:\\\\tea\\; 茶茶茶茶茶茶茶茶茶茶\r\n 茶茶茶茶茶茶茶茶茶茶”\r\n" +
		"DESCRIPTION;LANGUAGE=en:One\\ntwo\\nthree\r\nURL:https://carnet.example/b/01K\r\nCLASS:PRIVATE\r\nTRANSP:TRANSPARENT\r\n" +
		"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION;LANGUAGE=en:One\\ntwo\\nthree\r\n" +
		"TRIGGER:-P30D\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	if got := string(file); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	read(t, file)
}

func TestNoNameLeavesItsLine(t *testing.T) {
	for _, name := range []string{
		"", ";", "a,b", "\\", "\\n", "a\r\nEND:VEVENT\r\nBEGIN:VEVENT", "a\nATTACH:https://evil.example", strings.Repeat("é", 400),
		strings.Repeat("👩🏽‍🔬", 60), "\x00\x07\x1b[31m", "\xff\xfe", "بستاني", "a\u2028b\u0085c", strings.Repeat("x", 10_000), "a\tb", ":", "=;LANGUAGE=xx:",
	} {
		holds(t, name)
	}
}

// holds demands that a name comes back as it was, but for what no calendar may hold.
func holds(t *testing.T, name string) {
	t.Helper()
	file := calendar.Calendar{Name: name, Lang: name, Days: []calendar.Day{{UID: "u@h", On: noon, Summary: name, Changed: noon}, {UID: "v@h", On: noon, Changed: noon}}}.ICS()
	all := read(t, file)
	want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(name, "\uFFFD"))
	want = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, want)
	if got := plain(t, sole(t, all, "NAME")); got != want {
		t.Fatalf("%q is read as %q", want, got)
	}
	begun := 0
	for _, l := range all {
		if l.name == "BEGIN" && l.value == "VEVENT" {
			begun++
		}
	}
	if begun != 2 || bytes.Count(file, []byte("\r\nSUMMARY")) != 2 {
		t.Fatalf("%d days: %q", begun, file)
	}
}

// FuzzName gives a calendar names that nobody gives.
func FuzzName(f *testing.F) {
	for _, name := range []string{"Gardener", "a\r\nEND:VCALENDAR", "\xf0\x9f", strings.Repeat("茶", 50), `\;,`} {
		f.Add(name)
	}
	f.Fuzz(holds)
}
