-- +goose Up
create table calendars (
    person_id  text primary key references persons (id) on delete cascade,
    secret     text not null check (length(secret) = 26),
    created_at datetime not null
);
create unique index calendars_secret on calendars (secret);

create index badges_ends_of on badges (person_id, expires_at, id) where deleted_at is null and state = 'accepted' and expires_at is not null;
