-- +goose Up
create table persons (
    id            text collate "C" primary key check (length(id) = 26),
    handle        text not null check (handle <> ''),
    name          text not null,
    language      text not null check (language in ('en', 'fr')),
    theme         text not null check (theme in ('auto', 'light', 'dark')),
    password_hash text not null,
    role          text not null check (role in ('member', 'admin')),
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    disabled_at   timestamptz
);
create unique index persons_handle on persons (lower(handle));
create index persons_admins on persons (id) where role = 'admin' and disabled_at is null;

create table addresses (
    id          text collate "C" primary key check (length(id) = 26),
    person_id   text not null references persons (id) on delete cascade,
    email       text not null,
    email_key   text not null check (email_key <> ''),
    verified_at timestamptz,
    is_primary  boolean not null default false,
    created_at  timestamptz not null
);
create unique index addresses_person_email on addresses (person_id, email_key);
create unique index addresses_one_owner on addresses (email_key) where verified_at is not null;
create unique index addresses_one_primary on addresses (person_id) where is_primary;
create index addresses_email on addresses (email_key, created_at);

create table tokens (
    hash       text primary key check (length(hash) = 64),
    kind       text not null check (kind in ('verify', 'reset', 'setup')),
    person_id  text references persons (id) on delete cascade,
    address_id text references addresses (id) on delete cascade,
    expires_at timestamptz not null,
    used_at    timestamptz,
    created_at timestamptz not null
);
create index tokens_person on tokens (person_id, kind);
create index tokens_address on tokens (address_id);
create index tokens_expires on tokens (expires_at);

create table sessions (
    token      text primary key check (token <> ''),
    data       bytea not null,
    expires_at timestamptz not null,
    person_id  text references persons (id) on delete cascade
);
create index sessions_person on sessions (person_id);
create index sessions_expires on sessions (expires_at);

create table badges (
    id             text collate "C" primary key check (length(id) = 26),
    person_id      text not null references persons (id) on delete cascade,
    credential_key text not null check (credential_key <> ''),
    state          text not null check (state in ('accepted', 'pending', 'refused')),
    visibility     text not null check (visibility in ('private', 'link', 'members', 'public')),
    address_id     text references addresses (id) on delete set null,
    standard       text not null,
    proof          text not null,
    container      text not null,
    credential_id  text not null,
    achievement_id text not null,
    name           text not null,
    name_key       text collate "C" not null,
    description    text not null,
    issuer_name    text not null,
    issuer_key     text collate "C" not null,
    issuer_id      text not null,
    issuer_url     text not null,
    issued_at      timestamptz,
    expires_at     timestamptz,
    language       text not null,
    document_type  text not null,
    original_key   text not null,
    original_type  text not null,
    original_name  text not null,
    picture_key    text not null,
    picture_type   text not null,
    source_url     text not null,
    verdict        text not null check (verdict in ('', 'genuine', 'not-current', 'contradicted', 'unknown')),
    verdict_reason text not null,
    checked_at     timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    deleted_at     timestamptz,
    document       bytea not null check (length(document) > 0)
);
create unique index badges_once on badges (person_id, credential_key) where deleted_at is null;
create index badges_counts on badges (person_id, state, visibility, verdict, deleted_at);
create index badges_newest on badges (person_id, state, created_at desc, id desc) where deleted_at is null;
create index badges_name on badges (person_id, state, name_key, id) where deleted_at is null;
create index badges_issuer on badges (person_id, state, issuer_key, id) where deleted_at is null;
create index badges_shown on badges (person_id, visibility, created_at desc, id desc) where deleted_at is null and state = 'accepted';
create index badges_deleted on badges (person_id, deleted_at desc, id desc) where deleted_at is not null;
create index badges_purge on badges (deleted_at, id) where deleted_at is not null;
create index badges_recheck on badges (checked_at, id) where deleted_at is null and state = 'accepted';
create index badges_ends on badges (expires_at, id) where deleted_at is null and state = 'accepted';
create index badges_address on badges (address_id);
create index badges_original on badges (original_key) where original_key <> '';
create index badges_picture on badges (picture_key) where picture_key <> '';

create table former_documents (
    id            text collate "C" primary key check (length(id) = 26),
    badge_id      text not null references badges (id) on delete cascade,
    document_type text not null,
    original_key  text not null,
    original_type text not null,
    picture_key   text not null,
    replaced_at   timestamptz not null,
    document      bytea not null check (length(document) > 0)
);
create index former_documents_badge on former_documents (badge_id, replaced_at desc, id desc);
create index former_documents_original on former_documents (original_key) where original_key <> '';
create index former_documents_picture on former_documents (picture_key) where picture_key <> '';

create table verifications (
    id       text collate "C" primary key check (length(id) = 26),
    badge_id text not null references badges (id) on delete cascade,
    verdict  text not null check (verdict in ('genuine', 'not-current', 'contradicted', 'unknown')),
    standard text not null,
    proof    text not null,
    findings bytea not null,
    badge    bytea,
    web      bytea,
    at       timestamptz not null
);
create index verifications_badge on verifications (badge_id, at desc, id desc);

create table news (
    id        text collate "C" primary key check (length(id) = 26),
    person_id text not null references persons (id) on delete cascade,
    badge_id  text not null references badges (id) on delete cascade,
    what      text not null check (what in ('revoked', 'suspended', 'expired', 'contradicted', 'restored', 'ends')),
    why       text not null,
    about     timestamptz,
    at        timestamptz not null,
    told_at   timestamptz
);
create unique index news_ends on news (badge_id, about) where what = 'ends';
create index news_badge on news (badge_id);
create index news_person on news (person_id, at desc, id desc);
create index news_told on news (person_id, told_at desc);
create index news_purge on news (at);

create table jobs (
    id           text collate "C" primary key check (length(id) = 26),
    kind         text not null check (kind <> ''),
    payload      bytea,
    unique_key   text check (unique_key <> ''),
    run_at       timestamptz not null,
    attempts     integer not null check (attempts >= 0),
    max_attempts integer not null check (max_attempts > 0),
    leased_until timestamptz,
    state        text not null check (state in ('ready', 'done', 'dead')),
    last_error   text not null,
    created_at   timestamptz not null,
    finished_at  timestamptz,
    check ((state = 'ready') = (finished_at is null))
);
create unique index jobs_once on jobs (kind, unique_key) where state = 'ready';
create index jobs_ready on jobs (run_at, id) where state = 'ready';
create index jobs_dead on jobs (finished_at desc, id desc) where state = 'dead';
create index jobs_done on jobs (finished_at) where state = 'done';

create table schedules (
    name    text primary key check (name <> ''),
    last_at timestamptz not null
);

create table recorded_pages (
    url          text primary key check (url <> ''),
    status       integer not null,
    content_type text not null,
    body         bytea not null
);
