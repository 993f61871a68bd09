package views

// settingsPlace is one page of a person's settings: its word is settings.<Name>.
type settingsPlace struct{ Name, Address string }

// settingsPlaces are the pages on which people set what concerns themselves, in the order they are shown.
func settingsPlaces() []settingsPlace {
	return []settingsPlace{
		{"profile", "/you"},
		{"passport", "/you/passport"},
		{"addresses", "/you/addresses"},
		{"signin", "/you/sign-in"},
		{"sessions", "/you/sessions"},
		{"letters", "/you/letters"},
		{"calendar", "/you/calendar"},
		{"data", "/you/data"},
		{"log", "/you/log"},
	}
}
