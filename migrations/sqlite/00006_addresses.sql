-- +goose Up
alter table addresses add column removed_at datetime;
drop index addresses_one_owner;
create unique index addresses_one_owner on addresses (email_key) where verified_at is not null and removed_at is null;
create index addresses_removed on addresses (removed_at) where removed_at is not null;

create table merges (
    id      text primary key check (length(id) = 26),
    into_id text not null references persons (id) on delete cascade,
    from_id text not null references persons (id) on delete cascade check (from_id <> into_id),
    at      datetime not null
);
create unique index merges_from on merges (from_id);
create index merges_into on merges (into_id, at desc, id desc);
create index merges_at on merges (at);

create table merge_changes (
    merge_id text not null references merges (id) on delete cascade,
    step     integer not null,
    row_id   text not null,
    place    text not null check (place <> ''),
    former   text,
    since    text,
    primary key (merge_id, step, row_id)
);
