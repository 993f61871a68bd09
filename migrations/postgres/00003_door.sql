-- +goose Up
create table sign_in_letters (
    request    text primary key check (length(request) = 64),
    link       text not null check (length(link) = 64),
    code       text not null check (length(code) = 64),
    purpose    text not null check (purpose in ('sign-in', 'again')),
    person_id  text references persons (id) on delete cascade,
    email      text not null check (email <> ''),
    onward     text not null,
    browser    text not null,
    system     text not null,
    tries      integer not null check (tries >= 0),
    expires_at timestamptz not null,
    used_at    timestamptz,
    created_at timestamptz not null
);
create unique index sign_in_letters_link on sign_in_letters (link);
create index sign_in_letters_person on sign_in_letters (person_id);
create index sign_in_letters_expires on sign_in_letters (expires_at);

alter table sessions
    add column created_at timestamptz not null default now(),
    add column used_at    timestamptz not null default now(),
    add column way        text not null default '',
    add column browser    text not null default '',
    add column system     text not null default '',
    add column country    text not null default '';
drop index sessions_person;
create index sessions_person on sessions (person_id, used_at desc);
create index sessions_used on sessions (used_at);

create table letter_wishes (
    person_id text primary key references persons (id) on delete cascade,
    secret    text not null check (length(secret) = 43),
    badges    text not null check (badges in ('daily', 'never'))
);
create unique index letter_wishes_secret on letter_wishes (secret);
