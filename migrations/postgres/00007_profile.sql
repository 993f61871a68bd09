-- +goose Up
create table profiles (
    person_id       text primary key references persons (id) on delete cascade,
    about           text not null,
    languages       text not null,
    portrait_key    text not null,
    name_shown      text not null check (name_shown in ('private', 'members', 'public')),
    about_shown     text not null check (about_shown in ('private', 'members', 'public')),
    languages_shown text not null check (languages_shown in ('private', 'members', 'public')),
    links_shown     text not null check (links_shown in ('private', 'members', 'public')),
    portrait_shown  text not null check (portrait_shown in ('private', 'members', 'public')),
    updated_at      timestamptz not null
);

create table profile_links (
    person_id text not null references persons (id) on delete cascade,
    position  integer not null check (position >= 0),
    label     text not null,
    url       text not null check (url <> ''),
    primary key (person_id, position)
);

create table portraits (
    person_id text primary key references persons (id) on delete cascade,
    picture   bytea,
    draft     bytea
);

create table former_handles (
    handle_key text primary key check (handle_key <> ''),
    person_id  text not null references persons (id) on delete cascade,
    left_at    timestamptz not null
);
create index former_handles_person on former_handles (person_id, left_at);

create table person_blocks (
    person_id  text not null references persons (id) on delete cascade,
    blocked_id text not null references persons (id) on delete cascade,
    created_at timestamptz not null,
    primary key (person_id, blocked_id)
);
create index person_blocks_blocked on person_blocks (blocked_id);
