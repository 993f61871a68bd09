-- +goose Up
create table audit (
    id        text collate "C" primary key check (length(id) = 26),
    person_id text references persons (id) on delete cascade,
    actor_id  text references persons (id) on delete set null,
    what      text not null check (what <> ''),
    detail    text not null,
    at        timestamptz not null
);
create index audit_person on audit (person_id, at desc, id desc);
create index audit_actor on audit (actor_id);
create index audit_all on audit (at desc, id desc);

alter table tokens drop constraint tokens_kind_check;
alter table tokens add constraint tokens_kind_check check (kind <> '');
