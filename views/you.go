package views

import (
	"time"

	"github.com/a-h/templ"
)

// YouPage is where a person sets what concerns themselves (GET, POST /you).
type YouPage struct {
	Frame     Frame
	Name      string            // as typed
	Mistakes  map[string]string // field → reason (account.Mistakes): "name" → required, too-long
	Language  string            // en or fr
	Theme     string            // auto, light or dark
	Handle    string
	PublicURL string // the full address of /@handle
	Role      string // member or admin
	Since     time.Time
	Addresses []AddressView
}

// AddressView is one e-mail address of a person.
type AddressView struct {
	ID         string
	Email      string
	Primary    bool
	VerifiedAt *time.Time // nil: not confirmed yet
}

func (p YouPage) role() string {
	if p.Role == "admin" {
		return "admin"
	}
	return "member"
}

// mistakeOf ties a field to the word beside it.
func mistakeOf(mistake string) templ.Attributes {
	if mistake == "" {
		return templ.Attributes{"aria-describedby": "name-n"}
	}
	return templ.Attributes{"aria-describedby": "name-m name-n", "aria-invalid": "true"}
}
