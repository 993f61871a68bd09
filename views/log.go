package views

import "context"

// logSentence says what a log has under what and detail: log.<what>.<detail>, log.<what>, or one for what no page knows.
func logSentence(ctx context.Context, what, detail string) string {
	plain := Say(ctx, "log."+what, T(ctx, "log.other"), "Detail", detail)
	if detail == "" {
		return plain
	}
	return Say(ctx, "log."+what+"."+detail, plain, "Detail", detail)
}
