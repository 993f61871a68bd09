-- +goose Up
alter table share_links add column passport boolean not null default false;
create index share_links_passport on share_links (person_id, created_at desc, id desc) where passport;

create table share_counts (
    link_id   text not null references share_links (id) on delete cascade,
    day       text not null check (length(day) = 10),
    opens     integer not null check (opens >= 0),
    downloads integer not null default 0 check (downloads >= 0),
    primary key (link_id, day)
);
insert into share_counts (link_id, day, opens) select link_id, day, opens from share_opens;
drop table share_opens;
alter table share_counts rename to share_opens;
