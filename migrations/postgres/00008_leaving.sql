-- +goose Up
alter table persons add column leaving_at timestamptz;
create index persons_leaving on persons (leaving_at) where leaving_at is not null;

create index badges_of on badges (person_id, id);

alter table verifications add column brought boolean not null default false;

create table archives (
    id          text collate "C" primary key check (length(id) = 26),
    person_id   text not null references persons (id) on delete cascade,
    direction   text not null check (direction in ('out', 'in')),
    state       text not null check (state in ('making', 'ready', 'failed', 'cancelled')),
    done        integer not null check (done >= 0),
    total       integer not null check (total >= 0),
    size        bigint not null check (size >= 0),
    reason      text not null,
    results     bytea,
    created_at  timestamptz not null,
    finished_at timestamptz,
    expires_at  timestamptz,
    check ((state = 'making') = (finished_at is null))
);
create unique index archives_one on archives (person_id, direction);
create index archives_expires on archives (expires_at) where expires_at is not null;

create table departed (
    id          text collate "C" primary key check (length(id) = 26),
    departed_at timestamptz not null,
    scrubbed_at timestamptz
);
create index departed_unscrubbed on departed (id) where scrubbed_at is null;

create table departed_handles (
    hash        text primary key check (length(hash) = 64),
    departed_id text not null references departed (id) on delete cascade
);
create index departed_handles_of on departed_handles (departed_id);
