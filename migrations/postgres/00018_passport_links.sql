-- +goose Up
alter table share_links add column passport boolean not null default false;
create index share_links_passport on share_links (person_id, created_at desc, id desc) where passport;

alter table share_opens drop constraint share_opens_opens_check;
alter table share_opens add check (opens >= 0);
alter table share_opens add column downloads integer not null default 0 check (downloads >= 0);
