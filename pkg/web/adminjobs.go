package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// adminJobs lists what happens later, what was given up and what is done.
func (s *Site) adminJobs(c echo.Context, _ store.Person) error {
	ctx := c.Request().Context()
	page := views.AdminJobsPage{
		State: choice(c.QueryParam("state"), "ready", "dead", "done"), Kind: c.QueryParam("kind"), Kinds: s.Jobs.Kinds(),
		Counts: map[string]int{}, Now: s.Now(),
	}
	counts, err := s.Store.JobCounts(ctx)
	if err != nil {
		return err
	}
	for _, count := range counts {
		if page.Kind == "" || page.Kind == count.Kind {
			page.Counts[count.State] += count.Count
		}
	}
	jobs, next, err := s.Store.Jobs(ctx, store.JobQuery{State: page.State, Kind: page.Kind, After: c.QueryParam("after"), Limit: pageOfAdmin})
	if err != nil {
		return err
	}
	for _, job := range jobs {
		page.Jobs = append(page.Jobs, s.jobView(job))
	}
	page.Next = nextPage("/admin/jobs", next, url.Values{"state": {page.State}, "kind": {page.Kind}})
	if page.Frame, err = s.adminFrame(c, "jobs"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.AdminJobs(page))
}

func (s *Site) jobView(job store.ListedJob) views.JobView {
	view := views.JobView{
		ID: job.ID, Kind: job.Kind, Attempts: job.Attempts, Most: job.MaxAttempts, Error: job.LastError, At: job.RunAt, Made: job.CreatedAt,
		Running: job.LeasedUntil != nil && job.LeasedUntil.After(s.Now()), Revivable: job.HasPayload,
	}
	if job.FinishedAt != nil {
		view.At = *job.FinishedAt
	}
	return view
}

// retryJob lets a job be done at once.
func (s *Site) retryJob(c echo.Context, me store.Person) error {
	return jobDone(c, "job-retried", s.Jobs.RetryNow(c.Request().Context(), me.ID, c.Param("id")))
}

// deleteJob forgets one.
func (s *Site) deleteJob(c echo.Context, me store.Person) error {
	return jobDone(c, "job-deleted", s.Jobs.Delete(c.Request().Context(), me.ID, c.Param("id")))
}

func jobDone(c echo.Context, done string, err error) error {
	switch {
	case errors.Is(err, store.ErrTaken):
		done = "job-taken"
	case isNotFound(err):
		done = "job-gone"
	case err != nil:
		return err
	}
	return seeOther(c, "/admin/jobs?done="+done)
}
