-- +goose Up
create table collections (
    id             text primary key check (length(id) = 26),
    person_id      text not null references persons (id) on delete cascade,
    title          text not null check (title <> ''),
    note           text not null,
    cover          text not null check (cover in ('pattern', 'badge', 'none')),
    cover_badge_id text references badges (id) on delete set null,
    layout         text not null check (layout in ('wall', 'pages')),
    visibility     text not null check (visibility in ('private', 'link', 'members', 'public')),
    place          integer,
    created_at     datetime not null,
    updated_at     datetime not null,
    deleted_at     datetime
);
create index collections_person on collections (person_id, created_at desc, id desc);
create index collections_cover on collections (cover_badge_id);
create index collections_trash on collections (deleted_at) where deleted_at is not null;

create table collection_badges (
    collection_id text not null references collections (id) on delete cascade,
    badge_id      text not null references badges (id) on delete cascade,
    position      integer not null,
    text          text not null,
    removed_at    datetime,
    primary key (collection_id, badge_id)
);
create index collection_badges_order on collection_badges (collection_id, position, badge_id);
create index collection_badges_badge on collection_badges (badge_id);
create index collection_badges_removed on collection_badges (removed_at) where removed_at is not null;

create table faces (
    person_id        text primary key references persons (id) on delete cascade,
    look             text not null check (look <> ''),
    about_place      integer not null,
    favourites_place integer not null,
    badges_place     integer not null
);

alter table share_links add column collection_id text references collections (id) on delete cascade;
create index share_links_collection on share_links (collection_id, created_at desc, id desc);
