package store

import "context"

// Facet is one value by which a wall can be filtered, and how many badges have it.
type Facet struct {
	Value  string
	Badges int
}

// Facets are how many of a person's accepted badges there are of what a wall can be filtered by. Nothing is told of what
// no badge has.
type Facets struct {
	Issuers   []Facet // as written, in the order of the alphabet
	Verdicts  []VerdictFacet
	Visible   map[string]int // by visibility
	Languages map[string]int // BCP 47, as written
	Years     map[string]int // in which they were issued or, where that is not known, came
	Favourite int
	SelfMade  int
	Endorsed  int
	All       int
	Attention int // whose verdict is anything but genuine
}

// VerdictFacet is a verdict with its reason, and how many badges have both.
type VerdictFacet struct {
	Verdict, Reason string
	Badges          int
}

// Facets tells by what a person's wall can be filtered.
func (s *Store) Facets(ctx context.Context, owner string) (Facets, error) {
	year := "substr(COALESCE(b.issued_at, b.created_at), 1, 4)"
	if s.kind == "postgres" {
		year = "to_char(COALESCE(b.issued_at, b.created_at) AT TIME ZONE 'UTC', 'YYYY')"
	}
	var rows []struct {
		Visibility, Verdict, VerdictReason, Language, Year string
		Favourite, SelfMade, Endorsed, Badges              int
	}
	err := s.reader(ctx).Raw(`SELECT b.visibility, b.verdict, b.verdict_reason, b.language, `+year+` AS year, COUNT(*) AS badges,
		SUM(CASE WHEN w.favourite THEN 1 ELSE 0 END) AS favourite, SUM(CASE WHEN w.self_made THEN 1 ELSE 0 END) AS self_made,
		SUM(CASE WHEN w.endorsed THEN 1 ELSE 0 END) AS endorsed
		FROM badges b LEFT JOIN wall_entries w ON w.badge_id = b.id
		WHERE b.person_id = ? AND b.state = 'accepted' AND b.deleted_at IS NULL GROUP BY 1, 2, 3, 4, 5`, owner).Scan(&rows).Error
	if err != nil {
		return Facets{}, failed("find what a wall can be filtered by", err)
	}
	f := Facets{Visible: map[string]int{}, Languages: map[string]int{}, Years: map[string]int{}}
	verdicts := map[VerdictFacet]int{}
	for _, row := range rows {
		f.All += row.Badges
		f.Visible[row.Visibility] += row.Badges
		f.Years[row.Year] += row.Badges
		if row.Language != "" {
			f.Languages[row.Language] += row.Badges
		}
		if row.Verdict != "genuine" {
			f.Attention += row.Badges
		}
		f.Favourite, f.SelfMade, f.Endorsed = f.Favourite+row.Favourite, f.SelfMade+row.SelfMade, f.Endorsed+row.Endorsed
		verdicts[VerdictFacet{Verdict: row.Verdict, Reason: row.VerdictReason}] += row.Badges
	}
	for v, n := range verdicts {
		v.Badges = n
		f.Verdicts = append(f.Verdicts, v)
	}
	f.Issuers, err = s.issuers(ctx, owner)
	return f, err
}

func (s *Store) issuers(ctx context.Context, owner string) ([]Facet, error) {
	var found []Facet
	err := s.reader(ctx).Raw(`SELECT MIN(issuer_name) AS value, COUNT(*) AS badges FROM badges
		WHERE person_id = ? AND state = 'accepted' AND deleted_at IS NULL AND issuer_key <> '' GROUP BY issuer_key ORDER BY issuer_key`, owner).Scan(&found).Error
	return found, failed("list the issuers of a wall", err)
}
