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
	year := "substr(COALESCE(issued_at, created_at), 1, 4)"
	if s.kind == "postgres" {
		year = "to_char(COALESCE(issued_at, created_at) AT TIME ZONE 'UTC', 'YYYY')"
	}
	var rows []struct {
		Visibility, Verdict, VerdictReason, Language, Year string
		Badges                                             int
	}
	err := s.reader(ctx).Raw(`SELECT visibility, verdict, verdict_reason, language, `+year+` AS year, COUNT(*) AS badges FROM badges
		WHERE person_id = ? AND state = 'accepted' AND deleted_at IS NULL GROUP BY 1, 2, 3, 4, 5`, owner).Scan(&rows).Error
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
		verdicts[VerdictFacet{Verdict: row.Verdict, Reason: row.VerdictReason}] += row.Badges
	}
	for v, n := range verdicts {
		v.Badges = n
		f.Verdicts = append(f.Verdicts, v)
	}
	if f.Favourite, f.SelfMade, f.Endorsed, err = s.marked(ctx, owner); err != nil {
		return Facets{}, err
	}
	f.Issuers, err = s.issuers(ctx, owner)
	return f, err
}

// marked is how many favourites, badges of a person's own and endorsed ones there are.
func (s *Store) marked(ctx context.Context, owner string) (favourite, selfMade, endorsed int, err error) {
	if favourite, err = s.Found(ctx, WallQuery{Owner: owner, Favourite: true}); err != nil {
		return 0, 0, 0, err
	}
	if selfMade, err = s.Found(ctx, WallQuery{Owner: owner, SelfMade: true}); err != nil {
		return 0, 0, 0, err
	}
	endorsed, err = s.Found(ctx, WallQuery{Owner: owner, Endorsed: true})
	return favourite, selfMade, endorsed, err
}

// issuers are those of a wall. They are counted by the index of what walls are filtered by; how each is written is read
// from one badge of it. (What is grouped by is no mere column, so that SQLite takes that index and not the one in its order.)
func (s *Store) issuers(ctx context.Context, owner string) ([]Facet, error) {
	const doing = "list the issuers of a wall"
	var rows []struct {
		ID     string
		Badges int
	}
	err := s.reader(ctx).Raw(`SELECT MIN(id) AS id, COUNT(*) AS badges FROM badges
		WHERE person_id = ? AND state = 'accepted' AND deleted_at IS NULL AND issuer_key <> '' GROUP BY issuer_key || '' ORDER BY issuer_key || ''`, owner).Scan(&rows).Error
	if err != nil {
		return nil, failed(doing, err)
	}
	ids := make([]string, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	names := map[string]string{}
	err = inParts(ids, func(part []string) error {
		var some []Badge
		err := s.reader(ctx).Raw(`SELECT id, issuer_name FROM badges WHERE id IN ?`, part).Scan(&some).Error
		for _, b := range some {
			names[b.ID] = b.IssuerName
		}
		return err
	})
	found := make([]Facet, 0, len(rows))
	for _, row := range rows {
		found = append(found, Facet{Value: names[row.ID], Badges: row.Badges})
	}
	return found, failed(doing, err)
}
