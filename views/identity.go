package views

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Identity is the data page of a passport.
type Identity struct {
	Name     string
	Handle   string // seeds the security print; the passport's address is /@Handle
	Initials string // drawn where a portrait would be
	Since    int    // the year the passport was made
	Badges   int    // how many badges this viewer may know of; for the holder: all
	Public   int    // how many of them are public
	Own      bool   // the viewer is the holder
	Portrait string // where the holder's portrait is; empty: initials are drawn instead
	MayBlock bool   // the viewer is signed in and is somebody else
}

// lineLength is longer than the widest page shows: what is too much is cut by the sheet.
const lineLength = 116

// machineLine is the two lines below the data page, made as on a travel passport (ICAO 9303 TD3), for the eye only.
func (id Identity) machineLine() string {
	first := "P<CARNET<" + machineWord(id.Name)
	if machineWord(id.Name) == "" {
		first = "P<CARNET<" + machineWord(id.Handle)
	}
	second := fmt.Sprintf("%03dBADGES", id.Badges)
	if id.Own {
		second += fmt.Sprintf("<%03dPUBLIC", id.Public)
	}
	if id.Since > 0 {
		second += fmt.Sprintf("<%d", id.Since)
	}
	return filled(first) + "\n" + filled(second)
}

// machineWord keeps the basic letters of a name, upper-cased, everything else becoming the filler.
func machineWord(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteByte('<')
		}
	}
	return strings.Trim(b.String(), "<")
}

func filled(s string) string {
	if len(s) >= lineLength {
		return s[:lineLength]
	}
	return s + strings.Repeat("<", lineLength-len(s))
}

// rings are the turned ellipses behind the initials; their proportions come from the handle.
func (id Identity) rings() [][3]string {
	h := fnv.New32a()
	h.Write([]byte(id.Handle))
	seed := h.Sum32()
	long, flat, count := 84+int(seed%3)*8, 34+int(seed/3%4)*7, 10+int(seed/12%4)*2
	rings := make([][3]string, 0, count)
	for i := range count {
		turn := fmt.Sprintf("rotate(%d 70 90)", i*180/count)
		rings = append(rings, [3]string{fmt.Sprint(long), fmt.Sprint(flat), turn})
	}
	return rings
}
