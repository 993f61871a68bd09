-- +goose Up
create table wall_entries (
    badge_id  text primary key references badges (id) on delete cascade,
    person_id text not null references persons (id) on delete cascade,
    words     text not null,
    favourite boolean not null default false,
    self_made boolean not null default false,
    endorsed  boolean not null default false
);
create index wall_entries_person on wall_entries (person_id, badge_id);
create index wall_entries_favourite on wall_entries (person_id, badge_id) where favourite;
insert into wall_entries (badge_id, person_id, words) select id, person_id, ' ' || name_key || ' ' || issuer_key from badges;

create table badge_tags (
    id        text primary key check (length(id) = 26),
    badge_id  text not null references badges (id) on delete cascade,
    person_id text not null references persons (id) on delete cascade,
    key       text not null check (key <> ''),
    name      text not null check (name <> ''),
    words     text not null
);
create unique index badge_tags_once on badge_tags (badge_id, key);
create index badge_tags_person on badge_tags (person_id, key, badge_id);

create table undos (
    id        text primary key check (length(id) = 26),
    person_id text not null references persons (id) on delete cascade,
    changes   blob not null,
    at        datetime not null
);
create index undos_person on undos (person_id, at desc, id desc);
create index undos_at on undos (at);

create index badges_issued on badges (person_id, state, coalesce(issued_at, created_at) desc, id desc) where deleted_at is null;
create index badges_facets on badges (person_id, state, issuer_key, visibility, verdict, verdict_reason, language, issued_at, created_at, expires_at, id) where deleted_at is null;
