#!/bin/sh
# The program's own login, which has the rights of control_fresco_app and no others; POSTGRES_USER owns the tables.
# PostgreSQL's image runs it when the volume is first made. Over an older volume, or with a new password, by hand:
#   docker compose exec db sh /docker-entrypoint-initdb.d/10-logins.sh
set -eu
: "${POSTGRES_APP_PASSWORD:?the password of the login fresco_app}"
# The password goes through the environment: a command line can be read by others, and so can a log.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv password POSTGRES_APP_PASSWORD
SELECT format('CREATE ROLE %I', name) FROM (VALUES ('control_fresco_app'), ('fresco_app')) wanted (name)
WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
ALTER ROLE fresco_app LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
GRANT control_fresco_app TO fresco_app;
SQL
