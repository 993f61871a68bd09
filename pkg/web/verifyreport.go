package web

import (
	"encoding/base64"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/views"
)

// carryMost is how many bytes of what was given a page carries along, so that it can be asked about again.
const carryMost = 512 << 10

// carriage begins a file that is carried along as text; the library reads it as what it holds.
const carriage = "data:application/octet-stream;base64,"

// verifyReport is what was found, in the words of the views.
func (s *Site) verifyReport(c echo.Context, g given, j backpack.Judged) (views.VerifyReport, error) {
	plain, err := openbadges.Report(j.Verification)
	if err != nil {
		return views.VerifyReport{}, err
	}
	r := views.VerifyReport{
		Given: g.name(), Verdict: s.genuineView(j), Email: g.email, Carry: g.carry(),
		JSON: "data:application/json;base64," + base64.StdEncoding.EncodeToString(plain),
	}
	for _, f := range j.Verification.Findings {
		if f.Result != openbadges.Skipped {
			r.Findings = append(r.Findings, findingView(f))
		}
	}
	for _, one := range j.Asked {
		r.Asked = append(r.Asked, views.AskedView{URL: one.URL, Status: one.Status, At: one.At})
	}
	if j.Credential == nil {
		r.NotBadge = openbadges.ExitStatus(j.Verification) == openbadges.ExitNotBadge
		r.Silent = !r.NotBadge
		return r, nil
	}
	r.Claimed = !passed(j.Verification, openbadges.CheckProof) || !passed(j.Verification, openbadges.CheckIssuer)
	r.Theirs = theirs(j.Verification, r.Claimed)
	r.Picture = "data:" + j.PictureType + ";base64," + base64.StdEncoding.EncodeToString(j.Picture)
	subject := s.saidBy(c.Request().Context(), j.Verification.Badge, j.Said)
	subject.Since = since(j.Said)
	r.Subject, r.IssuerBlocked = &subject, j.IssuerBlocked
	return r, s.whoseIsIt(c, &r, j)
}

// genuineView answers the first question; whose it is plays no part.
func (s *Site) genuineView(j backpack.Judged) views.VerdictView {
	v := views.VerdictView{
		Verdict: string(j.Genuine), Reason: string(j.Reason), Standing: standing(j.Said), At: j.Verification.At, Now: s.Now(),
		Standard: string(j.Verification.Standard), Proof: string(j.Verification.Proof),
	}
	for _, f := range j.Verification.Findings {
		if f.Result == openbadges.Skipped || f.Check == openbadges.CheckRecipient {
			continue
		}
		v.Findings = append(v.Findings, findingView(f))
		if f.Reason == j.Reason && v.Detail == "" {
			v.Detail, v.Params = f.Detail, f.Params
		}
	}
	return v
}

// theirs answers the second question. That an unproved badge names an address proves nothing.
func theirs(v openbadges.Verification, claimed bool) string {
	for _, f := range v.Findings {
		switch {
		case f.Check != openbadges.CheckRecipient || f.Result == openbadges.Skipped:
		case f.Result == openbadges.Fail:
			return "no"
		case f.Result == openbadges.Unknown:
			return "cannot"
		case claimed:
			return "claimed"
		default:
			return "yes"
		}
	}
	return ""
}

// whoseIsIt offers a proved badge to the reader it was given to.
func (s *Site) whoseIsIt(c echo.Context, r *views.VerifyReport, j backpack.Judged) error {
	me, err := s.person(c)
	if err != nil || me == nil || r.Claimed || r.IssuerBlocked {
		return err
	}
	addresses, err := s.addresses(c.Request().Context(), *me)
	if err != nil {
		return err
	}
	for _, one := range addresses {
		if j.Verification.Badge.Recipient.Matches(one) {
			r.Mine = "offer"
		}
	}
	if r.Mine == "" {
		return nil
	}
	held, err := s.Backpack.Held(c.Request().Context(), me.ID, j.Credential)
	switch {
	case isNotFound(err):
		return nil
	case err == nil && held.DeletedAt == nil:
		r.Mine, r.Held = "held", held.ID
	}
	return err
}

func passed(v openbadges.Verification, check openbadges.Check) bool {
	for _, f := range v.Findings {
		if f.Check == check && f.Result == openbadges.Pass {
			return true
		}
	}
	return false
}

func findingView(f openbadges.Finding) views.FindingView {
	return views.FindingView{Check: string(f.Check), Result: string(f.Result), Reason: string(f.Reason), Detail: f.Detail, Params: f.Params}
}

// name is what the given thing is called on the report: a file by its name, a link by itself.
func (g given) name() string {
	if g.item.Name != "" {
		return g.item.Name
	}
	return shortened(weblink(g.item.Text))
}

// carry is what was given as text that can be given again; empty when it is too large for that.
func (g given) carry() string {
	switch {
	case len(g.item.Data) > carryMost || len(g.item.Text) > 2*carryMost:
		return ""
	case len(g.item.Data) > 0:
		return carriage + base64.StdEncoding.EncodeToString(g.item.Data)
	}
	return g.item.Text
}

func carried(text string) bool { return strings.HasPrefix(text, carriage) }
