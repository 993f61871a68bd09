package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// longestSearch is how many characters a search, or any other parameter of a wall, may have.
const longestSearch = 300

// wallAsk reads what a wall is asked for, from an address or a form; what makes no sense is left out.
func wallAsk(q url.Values) views.WallAsk {
	said := func(name string) string {
		text := strings.TrimSpace(q.Get(name))
		if utf8.RuneCountInString(text) > longestSearch {
			return ""
		}
		return text
	}
	a := views.WallAsk{
		Search: said("q"), Issuer: said("issuer"), Tag: said("tag"), Lang: said("lang"),
		State:     choice(q.Get("state"), "", "genuine", "expired", "revoked", "ended", "unknown", "contradicted", "pending", "attention"),
		Show:      choice(q.Get("show"), "", store.Private, store.Link, store.Members, store.Public),
		Favourite: q.Get("favourite") == "yes", SelfMade: q.Get("self") == "yes", Endorsed: q.Get("endorsed") == "yes",
		View: choice(q.Get("view"), "", "list", "timeline"),
		Sort: choice(q.Get("sort"), "newest", "issued", "name", "issuer", "expiring"),
	}
	if q.Get("show") == "attention" {
		a.State = "attention"
	}
	if year, err := strconv.Atoi(q.Get("year")); err == nil && year > 0 && year < 10_000 {
		a.Year = year
	}
	if a.View == "timeline" {
		a.Sort = "issued"
	}
	return a
}

// query is what a wall asks the store.
func (s *Site) query(me store.Person, a views.WallAsk) store.WallQuery {
	q := store.WallQuery{
		Owner: me.ID, State: store.Accepted, Filter: a.Show, Sort: a.Sort, Search: a.Search, Issuer: a.Issuer, Tag: a.Tag, Language: a.Lang,
		Year: a.Year, Favourite: a.Favourite, SelfMade: a.SelfMade, Endorsed: a.Endorsed, Now: s.Now(), Limit: wallPage,
	}
	switch a.State {
	case "pending":
		q.State = store.Pending
	case "attention":
		q.Verdicts = []string{"", string(openbadges.NotCurrent), string(openbadges.CannotTell), string(openbadges.Contradicted)}
	case "genuine", "contradicted":
		q.Verdicts = []string{a.State}
	case "unknown":
		q.Verdicts = []string{"", string(openbadges.CannotTell)}
	case "expired":
		q.Verdicts, q.Reasons = []string{string(openbadges.NotCurrent)}, []string{string(openbadges.ReasonExpired)}
	case "revoked":
		q.Verdicts, q.Reasons = []string{string(openbadges.NotCurrent)}, []string{string(openbadges.ReasonRevoked), string(openbadges.ReasonHostWithdrew)}
	case "ended":
		q.Verdicts, q.Reasons = []string{string(openbadges.NotCurrent)}, []string{string(openbadges.ReasonSuspended), string(openbadges.ReasonNotYetValid)}
	}
	return q
}

// stateOf is the word of a wall for a verdict and its reason.
func stateOf(verdict, reason string) string {
	switch openbadges.Verdict(verdict) {
	case openbadges.Genuine:
		return "genuine"
	case openbadges.Contradicted:
		return "contradicted"
	case openbadges.NotCurrent:
		switch standingOf(openbadges.Reason(reason)) {
		case "expired":
			return "expired"
		case "revoked":
			return "revoked"
		}
		return "ended"
	}
	return "unknown"
}

// filters are what a wall can be filtered by, so that something is left.
func (s *Site) filters(ctx context.Context, me store.Person, waiting int) (f views.WallFilters, err error) {
	there, err := s.Store.Facets(ctx, me.ID)
	if err != nil {
		return f, err
	}
	tags, err := s.Store.Tags(ctx, me.ID)
	if err != nil {
		return f, err
	}
	f.Favourite, f.SelfMade, f.Endorsed = there.Favourite, there.SelfMade, there.Endorsed
	for _, one := range there.Issuers {
		f.Issuers = append(f.Issuers, views.Choice{Value: one.Value, Label: one.Value, Count: one.Badges})
	}
	for _, tag := range tags {
		f.Tags = append(f.Tags, views.Choice{Value: tag.Name, Label: tag.Name, Count: tag.Badges})
	}
	states := map[string]int{}
	for _, v := range there.Verdicts {
		states[stateOf(v.Verdict, v.Reason)] += v.Badges
	}
	if waiting > 0 {
		states["pending"] = waiting
	}
	for _, state := range []string{"genuine", "expired", "revoked", "ended", "unknown", "contradicted", "pending"} {
		if states[state] > 0 {
			f.States = append(f.States, views.Choice{Value: state, Label: views.T(ctx, "wall.state."+state), Count: states[state]})
		}
	}
	if there.Attention > 0 {
		f.States = append(f.States, views.Choice{Value: "attention", Label: views.T(ctx, "wall.show.attention"), Count: there.Attention})
	}
	for _, visibility := range []string{store.Private, store.Link, store.Members, store.Public} {
		if n := there.Visible[visibility]; n > 0 {
			f.Shown = append(f.Shown, views.Choice{Value: visibility, Label: views.T(ctx, "visibility."+visibility), Count: n})
		}
	}
	f.Languages, f.Years = languagesOf(ctx, there.Languages), yearsOf(there.Years)
	return f, nil
}

// languagesOf are languages with all their regions, as the reader calls them.
func languagesOf(ctx context.Context, tags map[string]int) (all []views.Choice) {
	bases := map[string]int{}
	for tag, n := range tags {
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		bases[base] += n
	}
	for base, n := range bases {
		all = append(all, views.Choice{Value: base, Label: views.LanguageNames(ctx, []string{base}), Count: n})
	}
	slices.SortFunc(all, func(a, b views.Choice) int {
		return strings.Compare(store.Fold(a.Label)+a.Value, store.Fold(b.Label)+b.Value)
	})
	return all
}

func yearsOf(years map[string]int) (all []views.Choice) {
	for year, n := range years {
		all = append(all, views.Choice{Value: year, Label: year, Count: n})
	}
	slices.SortFunc(all, func(a, b views.Choice) int { return strings.Compare(b.Value, a.Value) })
	return all
}

// asWritten lets a filter that is spelt otherwise stand as its choice is written.
func asWritten(value string, choices []views.Choice) string {
	for _, c := range choices {
		if value != "" && store.TagKey(c.Value) == store.TagKey(value) {
			return c.Value
		}
	}
	return value
}

// suggestions are what could be sought instead: the issuers and tags on most badges.
func suggestions(f views.WallFilters) []views.Choice {
	all := slices.Concat(f.Issuers, f.Tags)
	slices.SortStableFunc(all, func(a, b views.Choice) int { return b.Count - a.Count })
	return all[:min(5, len(all))]
}

// backTo is a page of the reader's own that a form names to come back to; else the wall.
func backTo(r *http.Request) *url.URL {
	back, err := url.Parse(r.PostFormValue("back"))
	if err != nil || back.IsAbs() || back.Host != "" || back.User != nil || back.Path != "/badges" && !strings.HasPrefix(back.Path, "/badges/imports/") && !strings.HasPrefix(back.Path, "/b/") {
		return &url.URL{Path: "/badges"}
	}
	return back
}
