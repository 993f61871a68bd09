package views

import (
	"net/url"
	"strconv"
)

// WallAsk is what a wall is asked for, as its address says it. Empty fields leave everything in.
type WallAsk struct {
	Search string
	Issuer string // as it is written
	Tag    string
	State  string // genuine, expired, revoked, ended, unknown, contradicted, pending or attention
	Show   string // private, link, members or public
	Lang   string // BCP 47
	Year   int

	Favourite, SelfMade, Endorsed bool

	Sort string // newest (or empty), issued, name, issuer or expiring
	View string // wall (or empty), list or timeline
}

// fields are the parameters of the address; what goes without saying is left out.
func (a WallAsk) fields() url.Values {
	q := url.Values{}
	set := func(name, value string, usual string) {
		if value != usual && value != "" {
			q.Set(name, value)
		}
	}
	set("q", a.Search, "")
	set("issuer", a.Issuer, "")
	set("tag", a.Tag, "")
	set("state", a.State, "")
	set("show", a.Show, "all")
	set("lang", a.Lang, "")
	if a.Year != 0 {
		q.Set("year", strconv.Itoa(a.Year))
	}
	for name, is := range map[string]bool{"favourite": a.Favourite, "self": a.SelfMade, "endorsed": a.Endorsed} {
		if is {
			q.Set(name, "yes")
		}
	}
	set("sort", a.Sort, "newest")
	set("view", a.View, "wall")
	return q
}

// Address leads to this wall.
func (a WallAsk) Address() string { return wallAt(a.fields()) }

func wallAt(fields url.Values) string {
	if len(fields) == 0 {
		return "/badges"
	}
	return "/badges?" + fields.Encode()
}

// picking leads to this wall where badges can be picked.
func (a WallAsk) picking(picked string) string {
	q := a.fields()
	q.Set("pick", picked)
	return wallAt(q)
}

func (a WallAsk) seenAs(view string) WallAsk {
	a.View = view
	return a
}

// plain is this wall with all badges on it.
func (a WallAsk) plain() WallAsk { return WallAsk{Sort: a.Sort, View: a.View} }

// Narrows says whether the wall shows less than everything.
func (a WallAsk) Narrows() bool {
	return len(WallAsk{
		Search: a.Search, Issuer: a.Issuer, Tag: a.Tag, State: a.State, Show: a.Show, Lang: a.Lang, Year: a.Year,
		Favourite: a.Favourite, SelfMade: a.SelfMade, Endorsed: a.Endorsed,
	}.fields()) > 0
}

// filters is how many filters are set besides the search.
func (a WallAsk) filters() int {
	a = WallAsk{Issuer: a.Issuer, Tag: a.Tag, State: a.State, Show: a.Show, Lang: a.Lang, Year: a.Year, Favourite: a.Favourite, SelfMade: a.SelfMade, Endorsed: a.Endorsed}
	return len(a.fields())
}

// Choice is one value of a filter, what it is called, and how many badges have it.
type Choice struct {
	Value, Label string
	Count        int
}

// WallFilters are the filters that leave at least one badge.
type WallFilters struct {
	Issuers, Tags, States, Shown, Languages, Years []Choice

	Favourite, SelfMade, Endorsed int
}

type chosenFilter struct {
	Word    string // of what the filter is
	Value   string
	Without WallAsk
}

// chosen are the filters that are set, and the wall without each.
func (p WallPage) chosen() (all []chosenFilter) {
	a := p.Ask
	add := func(word, value string, take func(*WallAsk)) {
		if value == "" {
			return
		}
		without := a
		take(&without)
		all = append(all, chosenFilter{word, value, without})
	}
	add("wall.filter.search", a.Search, func(w *WallAsk) { w.Search = "" })
	add("wall.filter.issuer", a.Issuer, func(w *WallAsk) { w.Issuer = "" })
	add("wall.filter.tag", a.Tag, func(w *WallAsk) { w.Tag = "" })
	add("wall.filter.state", labelOf(p.Filters.States, a.State), func(w *WallAsk) { w.State = "" })
	add("wall.filter.shown", labelOf(p.Filters.Shown, a.Show), func(w *WallAsk) { w.Show = "" })
	add("wall.filter.language", labelOf(p.Filters.Languages, a.Lang), func(w *WallAsk) { w.Lang = "" })
	if a.Year != 0 {
		add("wall.filter.year", strconv.Itoa(a.Year), func(w *WallAsk) { w.Year = 0 })
	}
	return all
}

func labelOf(choices []Choice, value string) string {
	for _, c := range choices {
		if c.Value == value {
			return c.Label
		}
	}
	return value
}

// chip is one of the filters that are set with one touch.
type chip struct {
	Word  string
	Count int
	Ask   WallAsk
	Here  bool
}

// chips are everything, and the filters people set most.
func (p WallPage) chips() []chip {
	one := func(change func(*WallAsk)) WallAsk {
		a := p.Ask.plain()
		a.Search = p.Ask.Search
		change(&a)
		return a
	}
	n := p.Counts
	all := []chip{{"all", n.All, p.Ask.plain(), !p.Ask.Narrows()}}
	if p.Filters.Favourite > 0 || p.Ask.Favourite {
		all = append(all, chip{"favourites", p.Filters.Favourite, one(func(a *WallAsk) { a.Favourite = true }), p.Ask.Favourite})
	}
	all = append(all,
		chip{"public", n.Public, one(func(a *WallAsk) { a.Show = "public" }), p.Ask.Show == "public"},
		chip{"private", n.Private, one(func(a *WallAsk) { a.Show = "private" }), p.Ask.Show == "private"},
		chip{"attention", n.Attention, one(func(a *WallAsk) { a.State = "attention" }), p.Ask.State == "attention"})
	return all
}

// hidden are the fields of this wall for a form that comes back to it.
func (a WallAsk) hidden() []Choice {
	q := a.fields()
	var all []Choice
	for _, name := range sortedKeys(flat(q)) {
		all = append(all, Choice{Value: q.Get(name), Label: name})
	}
	return all
}

func flat(q url.Values) map[string]string {
	one := map[string]string{}
	for name := range q {
		one[name] = q.Get(name)
	}
	return one
}
