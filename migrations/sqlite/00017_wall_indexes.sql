-- +goose Up
drop index badges_facets;
create index badges_sifted on badges (person_id, state, deleted_at, visibility, verdict, verdict_reason, language, issuer_key, name_key, issued_at, created_at, expires_at, id);
drop index wall_entries_person;
create index wall_entries_words on wall_entries (person_id, badge_id, words);
create index wall_entries_self_made on wall_entries (person_id, badge_id) where self_made;
create index wall_entries_endorsed on wall_entries (person_id, badge_id) where endorsed;
drop index badge_tags_person;
create index badge_tags_said on badge_tags (person_id, key, badge_id, name, words);
