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
    expires_at datetime not null,
    used_at    datetime,
    created_at datetime not null
);
create unique index sign_in_letters_link on sign_in_letters (link);
create index sign_in_letters_person on sign_in_letters (person_id);
create index sign_in_letters_expires on sign_in_letters (expires_at);

create table sessions_told_apart (
    token      text primary key check (token <> ''),
    data       blob not null,
    expires_at datetime not null,
    person_id  text references persons (id) on delete cascade,
    created_at datetime not null default current_timestamp,
    used_at    datetime not null default current_timestamp,
    way        text not null default '',
    browser    text not null default '',
    system     text not null default '',
    country    text not null default ''
);
insert into sessions_told_apart (token, data, expires_at, person_id) select token, data, expires_at, person_id from sessions;
drop table sessions;
alter table sessions_told_apart rename to sessions;
create index sessions_person on sessions (person_id, used_at desc);
create index sessions_expires on sessions (expires_at);
create index sessions_used on sessions (used_at);

create table letter_wishes (
    person_id text primary key references persons (id) on delete cascade,
    secret    text not null check (length(secret) = 43),
    badges    text not null check (badges in ('daily', 'never'))
);
create unique index letter_wishes_secret on letter_wishes (secret);
