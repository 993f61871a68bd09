-- +goose Up
create table audit (
    id        text primary key check (length(id) = 26),
    person_id text references persons (id) on delete cascade,
    actor_id  text references persons (id) on delete set null,
    what      text not null check (what <> ''),
    detail    text not null,
    at        datetime not null
);
create index audit_person on audit (person_id, at desc, id desc);
create index audit_actor on audit (actor_id);
create index audit_all on audit (at desc, id desc);

create table tokens_of_any_kind (
    hash       text primary key check (length(hash) = 64),
    kind       text not null check (kind <> ''),
    person_id  text references persons (id) on delete cascade,
    address_id text references addresses (id) on delete cascade,
    expires_at datetime not null,
    used_at    datetime,
    created_at datetime not null
);
insert into tokens_of_any_kind select hash, kind, person_id, address_id, expires_at, used_at, created_at from tokens;
drop table tokens;
alter table tokens_of_any_kind rename to tokens;
create index tokens_person on tokens (person_id, kind);
create index tokens_address on tokens (address_id);
create index tokens_expires on tokens (expires_at);
