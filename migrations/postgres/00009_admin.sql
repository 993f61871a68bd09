-- +goose Up
create table site_settings (
    name       text primary key check (name <> ''),
    value      text not null,
    updated_at timestamptz not null
);

create table invitations (
    id           text collate "C" primary key check (length(id) = 26),
    hash         text not null check (length(hash) = 64),
    email        text not null,
    most         integer not null check (most > 0),
    used         integer not null check (used >= 0 and used <= most),
    created_by   text references persons (id) on delete set null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    withdrawn_at timestamptz
);
create unique index invitations_hash on invitations (hash);
create index invitations_maker on invitations (created_by);
create index invitations_newest on invitations (created_at desc, id desc);
create index invitations_expires on invitations (expires_at);

create table blocks (
    id         text collate "C" primary key check (length(id) = 26),
    kind       text not null check (kind in ('domain', 'issuer')),
    name       text not null check (name <> ''),
    reason     text not null,
    created_by text references persons (id) on delete set null,
    created_at timestamptz not null
);
create unique index blocks_once on blocks (kind, name);
create index blocks_maker on blocks (created_by);

create table blocked_badges (
    badge_id  text collate "C" not null references badges (id) on delete cascade,
    block_id  text collate "C" not null references blocks (id) on delete cascade,
    person_id text not null references persons (id) on delete cascade,
    primary key (badge_id, block_id)
);
create index blocked_badges_block on blocked_badges (block_id);
create index blocked_badges_person on blocked_badges (person_id);
create index badges_issuers on badges (issuer_id, issuer_url);
create index badges_figures on badges (standard, verdict) where deleted_at is null and state = 'accepted';

create table person_words (
    person_id text collate "C" not null references persons (id) on delete cascade,
    word      text collate "C" not null check (word <> ''),
    primary key (person_id, word)
);
create index person_words_word on person_words (word, person_id);
insert into person_words (person_id, word)
    select id, lower(handle) from persons
    union select id, word from persons, regexp_split_to_table(lower(handle), '-') as word where word <> '';

create index persons_joined on persons (created_at, id);
create index persons_disabled on persons (id) where disabled_at is not null;
create index addresses_proved on addresses (person_id) where verified_at is not null;
create index jobs_kinds on jobs (kind, state);
create index audit_what on audit (what, at desc, id desc);
create index addresses_find on addresses (email_key collate "C", person_id);
