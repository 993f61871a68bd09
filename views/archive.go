package views

import (
	"context"
	"strings"
	"time"
)

// ArchiveNote is the text file in a badge's archive that says how the badge is verified again: input is what to verify,
// the name of a file or an address; at the day by which to judge.
func ArchiveNote(ctx context.Context, name, input string, at time.Time) string {
	moment := at.UTC().Format(time.RFC3339Nano)
	command := "carnet verify --web web.json --at " + moment + " --recipient somebody@example.org " + quoted(input)
	return strings.Join([]string{
		name,
		T(ctx, "archive.what", "Day", Day(ctx, at)),
		T(ctx, "archive.how"),
		"    " + command,
		T(ctx, "archive.recipient"),
		T(ctx, "archive.others"),
	}, "\n\n") + "\n"
}

// quoted keeps a shell from reading more in a word than it says.
func quoted(word string) string {
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
