-- +goose Up
create table identities (
    id           text collate "C" primary key check (length(id) = 26),
    person_id    text not null references persons (id) on delete cascade,
    provider     text not null check (provider <> ''),
    issuer       text not null check (issuer <> ''),
    subject      text not null check (subject <> ''),
    account      text not null,
    linked_at    timestamptz not null,
    last_used_at timestamptz not null
);
create unique index identities_once on identities (issuer, subject);
create index identities_person on identities (person_id, linked_at, id);

create table provider_visits (
    state_hash text collate "C" primary key check (length(state_hash) = 64),
    provider   text not null check (provider <> ''),
    nonce      text not null,
    verifier   text not null,
    person_id  text references persons (id) on delete cascade,
    onward     text not null,
    expires_at timestamptz not null
);
create index provider_visits_person on provider_visits (person_id);
create index provider_visits_expires on provider_visits (expires_at);
