package views

import (
	"context"
	"strconv"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Number writes n as the language of ctx writes whole numbers.
func Number(ctx context.Context, n int) string {
	if n >= 0 && n < 1000 {
		return strconv.Itoa(n) // so far, all our languages write them alike
	}
	return message.NewPrinter(language.Make(Language(ctx))).Sprint(number.Decimal(n))
}

// Day is the date of t in UTC, in words: "3 September 2026". The zero time is the empty string.
func Day(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	key := "date.day"
	if t.Day() == 1 {
		key = "date.first"
	}
	month := T(ctx, "date.month."+strconv.Itoa(int(t.Month())))
	return T(ctx, key, "Day", strconv.Itoa(t.Day()), "Month", month, "Year", strconv.Itoa(t.Year()))
}

// Ago says how long before now t was, in minutes, hours or days; from a week on it is the day itself.
func Ago(ctx context.Context, t, now time.Time) string {
	passed := now.Sub(t)
	switch {
	case t.IsZero():
		return ""
	case passed < -time.Minute || passed >= 7*24*time.Hour:
		return T(ctx, "ago.on", "Day", Day(ctx, t))
	case passed < time.Minute:
		return T(ctx, "ago.now")
	case passed < time.Hour:
		return T(ctx, "ago.minutes", "Count", int(passed/time.Minute))
	case passed < 24*time.Hour:
		return T(ctx, "ago.hours", "Count", int(passed/time.Hour))
	}
	return T(ctx, "ago.days", "Count", int(passed/(24*time.Hour)))
}

func machineTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
