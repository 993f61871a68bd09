-- +goose Up
create table imports (
    id          text collate "C" primary key check (length(id) = 26),
    person_id   text not null references persons (id) on delete cascade,
    state       text not null check (state in ('filling', 'running', 'stopped', 'done', 'undone')),
    total       integer not null check (total >= 0),
    left_out    integer not null check (left_out >= 0),
    created_at  timestamptz not null,
    finished_at timestamptz
);
create index imports_person on imports (person_id, id desc);
create index imports_unfinished on imports (state, created_at) where finished_at is null;
create index imports_finished on imports (finished_at) where finished_at is not null;

create table import_items (
    id         text collate "C" primary key check (length(id) = 26),
    import_id  text not null references imports (id) on delete cascade,
    person_id  text not null references persons (id) on delete cascade,
    position   integer not null check (position >= 0),
    name       text not null,
    size       bigint not null check (size >= 0),
    link       text not null,
    blob_key   text not null,
    state      text not null check (state in ('waiting', 'settled', 'open', 'dismissed')),
    result     text not null,
    reason     text not null,
    detail     text not null,
    params     bytea,
    badge_id   text references badges (id) on delete set null,
    attempts   integer not null check (attempts >= 0),
    retry_at   timestamptz,
    done_at    timestamptz
);
create unique index import_items_place on import_items (import_id, position);
create index import_items_waiting on import_items (import_id, position) where state = 'waiting';
create index import_items_open on import_items (person_id, id desc) where state = 'open';
create index import_items_person on import_items (person_id, blob_key);
create index import_items_badge on import_items (badge_id) where badge_id is not null;
create index import_items_blob on import_items (blob_key) where blob_key <> '';
create index import_items_retry on import_items (retry_at) where retry_at is not null;
create index import_items_over on import_items (done_at) where state in ('settled', 'dismissed');
