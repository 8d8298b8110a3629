"""The program's own login on the embedded server: as deploy/postgres/10-logins.sh makes it on others."""

import psycopg2
from sqlalchemy import make_url

from app.infra.db import APP_ROLE

APP_LOGIN = "fresco_app"
_MADE = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, to_regrole(%s), 'MEMBER'))"
_MAKE = f"""
DO $$
BEGIN
    -- Two programs that start at once take turns; databases of one server share their roles.
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
    """The address of the same database for the program's own login, which is made if need be."""
    url = make_url(owner_url)
    connection = psycopg2.connect(**url.get_dialect()().create_connect_args(url)[1])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(_MADE, (APP_LOGIN, APP_ROLE))
            found = cursor.fetchone()
            if not found or not found[0]:
                cursor.execute(_MAKE)
    finally:
        connection.close()
    return url.set(username=APP_LOGIN).render_as_string(hide_password=False)
