package views

// PassportPage is a person's public face (GET /@handle): only what this viewer may see.
type PassportPage struct {
	Frame    Frame
	Identity Identity
	Cards    []Card
	Next     string // keyset cursor of the next page; empty: this is the last
	More     bool   // this is not the first page
	SignedIn bool   // the viewer is signed in

	About     string
	Languages []string // BCP 47 tags
	Links     []LinkRow
}

func (p PassportPage) nextAddress() string {
	if p.Next == "" {
		return ""
	}
	return withAfter("/@"+p.Identity.Handle, p.Next)
}
