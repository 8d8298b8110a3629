"""The program's own login on the embedded server; deploy/postgres/10-logins.sh creates it on other servers."""

import psycopg2
from sqlalchemy import make_url

from app.infra.db import APP_ROLE

APP_LOGIN = "fresco_app"
_EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, to_regrole(%s), 'MEMBER'))"
_CREATE = f"""
DO $$
BEGIN
    -- Programs that start at the same time wait for each other: databases of one server share their roles.
    PERFORM pg_advisory_xact_lock(hashtextextended('control-fresco-logins', 0));
    IF to_regrole('{APP_ROLE}') IS NULL THEN
        CREATE ROLE {APP_ROLE};
    END IF;
    IF to_regrole('{APP_LOGIN}') IS NULL THEN
        CREATE ROLE {APP_LOGIN} LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    END IF;
    GRANT {APP_ROLE} TO {APP_LOGIN};
END
$$
"""


def app_login(owner_url: str) -> str:
    """Create the program's own login if it does not exist; returns the URL of the same database for it."""
    url = make_url(owner_url)
    connection = psycopg2.connect(**url.get_dialect()().create_connect_args(url)[1])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(_EXISTS, (APP_LOGIN, APP_ROLE))
            found = cursor.fetchone()
            if not found or not found[0]:
                cursor.execute(_CREATE)
    finally:
        connection.close()
    return url.set(username=APP_LOGIN).render_as_string(hide_password=False)
