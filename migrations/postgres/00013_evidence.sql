-- +goose Up
create table evidence (
    id         text collate "C" primary key check (length(id) = 26),
    badge_id   text not null references badges (id) on delete cascade,
    title      text not null,
    words      text not null,
    link       text not null,
    file_key   text not null,
    file_type  text not null,
    file_name  text not null,
    file_size  bigint not null check (file_size >= 0),
    hidden     boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz
);
create index evidence_badge on evidence (badge_id, created_at, id);
create index evidence_file on evidence (file_key) where file_key <> '';
create index evidence_deleted on evidence (deleted_at, id) where deleted_at is not null;

create table hidden_evidence (
    badge_id text not null references badges (id) on delete cascade,
    piece    text not null check (piece <> ''),
    primary key (badge_id, piece)
);

create index badges_achievement on badges (achievement_id, issuer_id, created_at desc, id desc)
    where achievement_id <> '' and deleted_at is null and state = 'accepted' and visibility in ('members', 'public');
create index badges_open on badges (id) where deleted_at is null and state = 'accepted' and visibility = 'public';
