package views

import (
	"context"
	"strings"

	"github.com/a-h/templ"
)

func personDeed(p AdminPersonPage, deed string) templ.SafeURL {
	return templ.SafeURL("/admin/people/" + p.Person.ID + "/" + deed)
}

func yesNo(ctx context.Context, yes bool) string {
	if yes {
		return T(ctx, "admin.yes")
	}
	return T(ctx, "admin.no")
}

// secondWord says what second step somebody is asked for.
func secondWord(ctx context.Context, p AdminPersonPage) string {
	switch {
	case !p.Second:
		return T(ctx, "admin.no")
	case p.App:
		return T(ctx, "admin.person.second.app")
	}
	return T(ctx, "admin.person.second.passkey")
}

func providerWords(ctx context.Context, names []string) string {
	if len(names) == 0 {
		return T(ctx, "admin.none")
	}
	return strings.Join(names, ", ")
}
