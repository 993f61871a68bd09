-- +goose Up
create table share_links (
    id            text collate "C" primary key check (length(id) = 26),
    person_id     text not null references persons (id) on delete cascade,
    badge_id      text references badges (id) on delete cascade,
    secret        text not null check (length(secret) = 26),
    label         text not null,
    password_hash text not null,
    expires_at    timestamptz,
    created_at    timestamptz not null,
    withdrawn_at  timestamptz
);
create unique index share_links_secret on share_links (secret);
create index share_links_person on share_links (person_id, created_at desc, id desc);
create index share_links_badge on share_links (badge_id, created_at desc, id desc);

create table share_opens (
    link_id text not null references share_links (id) on delete cascade,
    day     text not null check (length(day) = 10),
    opens   integer not null check (opens > 0),
    primary key (link_id, day)
);

create table linkedin_pages (
    person_id text not null references persons (id) on delete cascade,
    issuer_id text not null check (issuer_id <> ''),
    page      text not null check (page <> ''),
    primary key (person_id, issuer_id)
);
