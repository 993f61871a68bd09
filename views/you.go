package views

import (
	"context"
	"strings"
	"time"
)

// YouPage is where a person sets what concerns themselves (GET, POST /you).
type YouPage struct {
	Frame     Frame
	Profile   ProfileForm
	Mistakes  map[string]string // field → reason (account.Mistakes)
	Language  string            // en or fr
	Theme     string            // auto, light or dark
	Handle    string
	PublicURL string // the full address of /@handle
	Role      string // member or admin
	Since     time.Time
	Blocked   []BlockedView
}

// mistake is the sentence beside a field of the profile; empty: nothing is wrong there.
func (p YouPage) mistake(ctx context.Context, field string) string {
	if p.Mistakes[field] == "" {
		return ""
	}
	if field == "name" {
		return T(ctx, "you.name."+p.Mistakes[field])
	}
	return T(ctx, "profile."+field+"."+p.Mistakes[field])
}

// siteOf is where handles are: the public address without the handle.
func (p YouPage) siteOf() string { return strings.TrimSuffix(p.PublicURL, p.Handle) }

func linkExample(row int) string {
	if row == 0 {
		return "https://example.org"
	}
	return ""
}

func (p YouPage) role() string {
	if p.Role == "admin" {
		return "admin"
	}
	return "member"
}
