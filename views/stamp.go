package views

import (
	"strconv"
	"time"
)

// stampWords run round a stamp: figures only, so that no language needs another drawing.
func stampWords(at time.Time) string {
	return "CARNET ★ " + at.UTC().Format("02.01.2006") + " ★ " + at.UTC().Format("15:04") + " ★ "
}

func stampID(verdict string, at time.Time) string {
	return "stamp-" + verdict + "-" + strconv.FormatInt(at.Unix(), 36)
}
