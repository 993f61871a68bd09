package web

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const (
	weeksShown  = 12
	errorsShown = 5
)

// adminOverview is what the house counts of itself, and what is worth a look.
func (s *Site) adminOverview(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	figures, err := s.Store.Figures(ctx, s.Now(), weeksShown)
	if err != nil {
		return err
	}
	stock, err := s.Backpack.Stock(ctx)
	if err != nil {
		return err
	}
	page := views.AdminOverviewPage{
		People: figures.People, Proved: figures.Proved, Disabled: figures.Disabled, Admins: figures.Admins,
		Files: stock.Files, Bytes: stock.Bytes, Whole: stock.Whole, Astray: stock.Astray, Stopped: stock.Stopped, Database: s.Store.Kind(), DataBytes: figures.Database,
		Engine: figures.Version, Schema: figures.Schema, Version: version(), Language: runtime.Version(), Now: s.Now(),
	}
	for i, n := range figures.Joined {
		page.Weeks = append(page.Weeks, views.WeekView{Until: s.Now().AddDate(0, 0, -7*(len(figures.Joined)-1-i)), Count: n})
	}
	page.Standards = standardViews(figures.Badges)
	if err := s.jobFigures(c, &page); err != nil {
		return err
	}
	if page.Warnings, err = s.warnings(c, me, page); err != nil {
		return err
	}
	if page.Frame, err = s.adminFrame(c, "overview"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.AdminOverview(page))
}

func standardViews(counts []store.BadgeCount) (all []views.StandardView) {
	for _, count := range counts {
		if len(all) == 0 || all[len(all)-1].Name != count.Standard {
			all = append(all, views.StandardView{Name: count.Standard, Counts: map[string]int{}})
		}
		verdict := count.Verdict
		if verdict == "" || verdict == "unknown" {
			verdict = "cannot-tell"
		}
		all[len(all)-1].Counts[verdict] += count.Count
	}
	return all
}

func (s *Site) jobFigures(c echo.Context, page *views.AdminOverviewPage) error {
	counts, err := s.Store.JobCounts(c.Request().Context())
	if err != nil {
		return err
	}
	for _, count := range counts {
		switch count.State {
		case "ready":
			page.Waiting += count.Count
		case "dead":
			page.Dead += count.Count
			if count.Kind == account.LetterJob || count.Kind == "verdict" {
				page.Letters += count.Count
			}
		}
	}
	failed, err := s.Store.LastErrors(c.Request().Context(), errorsShown)
	for _, job := range failed {
		page.Errors = append(page.Errors, s.jobView(job))
	}
	return err
}

// warnings are what somebody who runs a house would want to know.
func (s *Site) warnings(c echo.Context, me store.Person, page views.AdminOverviewPage) (all []string, err error) {
	own := ownName(s.public.Host)
	step, err := s.Accounts.SecondStep(c.Request().Context(), me)
	if err != nil {
		return nil, err
	}
	for _, one := range []struct {
		word string
		is   bool
	}{
		{"other-address", c.Request().Host != s.public.Host},
		{"http", s.public.Scheme == "http" && !own},
		{"letters-kept", s.Kept != nil},
		{"astray", page.Stopped},
		{"dead-jobs", page.Dead > 0},
		{"one-admin", page.Admins == 1},
		{"no-factor", !step.On && step.Passkeys == 0},
		{"slow-files", !page.Whole},
	} {
		if one.is {
			all = append(all, one.word)
		}
	}
	return slices.Clip(all), nil
}

// version is what this program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "?"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && len(setting.Value) >= 12 {
			return setting.Value[:12]
		}
	}
	return info.Main.Version
}
