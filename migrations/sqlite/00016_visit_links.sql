-- +goose Up
-- A visit that proves once more who somebody is must not link an account; only one that was begun to link may.
alter table provider_visits add column links boolean not null default false;
