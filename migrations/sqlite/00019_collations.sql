-- +goose Up
-- SQLite compares all text by its bytes; see the migration of this number for PostgreSQL.
select 1;
