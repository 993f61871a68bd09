-- +goose Up
create table passkeys (
    id            text collate "C" primary key check (length(id) = 26),
    person_id     text not null references persons (id) on delete cascade,
    credential_id bytea not null check (length(credential_id) > 0),
    public_key    bytea not null check (length(public_key) > 0),
    sign_count    bigint not null check (sign_count >= 0),
    backup        boolean not null,
    transports    text not null,
    name          text not null check (name <> ''),
    created_at    timestamptz not null,
    last_used_at  timestamptz
);
create unique index passkeys_credential on passkeys (credential_id);
create index passkeys_person on passkeys (person_id, created_at, id);

create table second_factors (
    person_id  text primary key references persons (id) on delete cascade,
    app_secret bytea,
    app_step   bigint not null,
    app_at     timestamptz,
    created_at timestamptz not null,
    check ((app_secret is null) = (app_at is null))
);

create table recovery_codes (
    id        text collate "C" primary key check (length(id) = 26),
    person_id text not null references second_factors (person_id) on delete cascade,
    hash      text not null check (hash <> ''),
    used_at   timestamptz
);
create index recovery_codes_person on recovery_codes (person_id, id);

create table declined_offers (
    person_id text not null references persons (id) on delete cascade,
    offer     text not null check (offer <> ''),
    at        timestamptz not null,
    primary key (person_id, offer)
);
