package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
)

// Crowd gives each of some people so many badges, past the store and in the database's own words, because a million of
// them by one statement each would take an hour. The badges of one person lie scattered among everybody's, as they do
// where people bring theirs over years. Half of them are tagged; each person has twelve issuers, ten years, two languages.
func Crowd(t testing.TB, s *store.Store, people []string, each int) {
	t.Helper()
	p, known := places.Load(s)
	if !known {
		t.Fatal("storetest.Crowd: this store was not opened here")
	}
	db, _, err := p.(place).sql()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { shut(t, db.Close()) }()
	do := func(statement string, values ...any) {
		t.Helper()
		if _, err := db.ExecContext(context.Background(), statement, values...); err != nil {
			t.Fatalf("crowd: %v\n%.200s", err, statement)
		}
	}
	postgres := s.Kind() == "postgres"
	if !postgres {
		db.SetMaxOpenConns(1)
		do(`PRAGMA synchronous = OFF`)
		do(`PRAGMA cache_size = -1000000`)
	}
	numbers, day, blob, random := sqliteNumbers, `datetime('2016-01-01', '+' || (%s) || ' seconds') || '+00:00'`, "CAST(%s AS blob)", "abs(random())"
	zeros := "substr('00000000000000000000000000' || %s, -26)"
	if postgres {
		numbers, day, blob, random, zeros = "(SELECT x FROM generate_series(0, %d) AS g(x)) numbers", `timestamptz '2016-01-01' + (%s) * interval '1 second'`, "CAST(%s AS bytea)", "floor(random() * 1000000000)::bigint", "lpad(CAST(%s AS text), 26, '0')"
	}
	// Indexes are made anew at the end: a million rows out of order would turn every leaf of each over and over.
	list := `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('badges', 'wall_entries', 'badge_tags')`
	if postgres {
		list = `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename IN ('badges', 'wall_entries', 'badge_tags') AND indexname NOT LIKE '%_pkey'`
	}
	indexes := cells(t, db, list)
	for _, index := range indexes {
		do(`DROP INDEX ` + index[0])
	}
	do(`CREATE TABLE crowd (n integer PRIMARY KEY, person_id text)`)
	for i, id := range people {
		do(strings.NewReplacer("?1", "$1", "?2", "$2").Replace(`INSERT INTO crowd VALUES (?1, ?2)`), i, id)
	}
	const one = 100_000 // in one statement
	all := len(people) * each
	for from := 0; from < all; from += one {
		last := min(one, all-from) - 1
		do(fmt.Sprintf(`INSERT INTO badges (id, person_id, credential_key, state, visibility, standard, proof, container, credential_id, achievement_id,
			name, name_key, description, issuer_name, issuer_key, issuer_id, issuer_url, issued_at, expires_at, language, document_type,
			original_key, original_type, original_name, picture_key, picture_type, source_url, verdict, verdict_reason, checked_at, created_at, updated_at, document)
			SELECT `+fmt.Sprintf(zeros, "i")+`, person_id, 'k' || i, 'accepted', CASE r %% 4 WHEN 0 THEN 'public' WHEN 1 THEN 'members' WHEN 2 THEN 'link' ELSE 'private' END,
			'2.0', 'hosted', 'json', 'https://issuer.example/' || i, '', 'Badge of weaving ' || (r %% 977), 'badge of weaving ' || (r %% 977),
			'What was learnt in a workshop of many days, with what people say of it afterwards, in a few lines as most issuers write them.',
			'House of learning ' || (r %% 12), 'house of learning ' || (r %% 12), 'https://issuer.example/' || (r %% 12), '',
			`+fmt.Sprintf(day, "r %% 315000000")+`, CASE WHEN r %% 3 = 0 THEN `+fmt.Sprintf(day, "r %% 630000000")+` END, CASE r %% 3 WHEN 0 THEN 'fr' ELSE 'en' END, 'application/json',
			'', '', '', '', '', '', CASE WHEN r %% 10 = 0 THEN 'not-current' ELSE 'genuine' END, CASE WHEN r %% 10 = 0 THEN 'expired' ELSE '' END,
			NULL, `+fmt.Sprintf(day, "r %% 314000000")+`, `+fmt.Sprintf(day, "r %% 314000000")+`, `+fmt.Sprintf(blob, "'{\"padding\": \"' || substr('"+strings.Repeat("x", 700)+"', 1, CAST(300 + r %% 400 AS integer)) || '\"}'")+`
			FROM (SELECT %d + x AS i, `+random+` AS r, person_id FROM (SELECT x, (%d + x) %% %d AS who FROM `+numbers+`) w JOIN crowd c ON c.n = who) rows`,
			from, from, len(people), last))
		between := fmt.Sprintf(`id BETWEEN `+zeros+` AND `+zeros, fmt.Sprint(from), fmt.Sprint(from+last))
		do(`INSERT INTO wall_entries (badge_id, person_id, words, favourite, self_made, endorsed)
			SELECT id, person_id, ' ' || name_key || ' ' || issuer_key || ' ' || lower(replace(replace(description, ',', ''), '.', '')), visibility = 'link' AND language = 'fr', verdict = 'not-current', visibility = 'members'
			FROM badges WHERE ` + between)
		do(`INSERT INTO badge_tags (id, badge_id, person_id, key, name, words)
			SELECT '1' || substr(id, 2), id, person_id, 'craft ' || substr(name_key, 18, 1), 'Craft ' || substr(name_key, 18, 1), ' craft ' || substr(name_key, 18, 1)
			FROM badges WHERE verdict = 'genuine' AND visibility IN ('public', 'private') AND ` + between)
	}
	do(`DROP TABLE crowd`)
	for _, index := range indexes {
		do(index[1])
	}
	if postgres {
		do(`VACUUM ANALYZE`)
	}
}

// sqliteNumbers are the numbers from 0 to another.
const sqliteNumbers = `(WITH RECURSIVE numbers(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM numbers WHERE x < %d) SELECT x FROM numbers)`
