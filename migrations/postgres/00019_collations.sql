-- +goose Up
-- Ids are ordered and compared in "C", but columns that refer to them were not: PostgreSQL compares the two in "C", for which
-- it does not use the indexes of a column that has another collation, so that it read whole tables for every join.
-- +goose StatementBegin
do $$ declare one record; found boolean; begin
    loop
        found := false;
        for one in
            select distinct f.conrelid::regclass as of, a.attname as name
            from pg_constraint f
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = any (f.conkey)
            join pg_attribute r on r.attrelid = f.confrelid and r.attnum = f.confkey[array_position(f.conkey, a.attnum)]
            where f.contype = 'f' and f.connamespace = current_schema()::regnamespace
                and r.attcollation = '"C"'::regcollation and a.attcollation <> r.attcollation
        loop
            execute format('alter table %s alter column %I type text collate "C"', one.of, one.name);
            found := true;
        end loop;
        exit when not found;
    end loop;
end $$;
-- +goose StatementEnd
