package views

import "context"

// blockedAddress is the mistake of a letter's own address, which is nobody's to change on this page.
func blockedAddress(ctx context.Context, mistakes map[string]string) []Mistake {
	if mistakes["email"] == "" {
		return nil
	}
	return []Mistake{{Field: "main", Text: mistake(ctx, "email", mistakes)}}
}
