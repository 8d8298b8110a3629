"""fresco: the money of a small service company. A new domain is a folder here and its name in `SUITE`."""

from app.manifest import Suite

SUITE = Suite(
    name="fresco",
    package="app.suites.fresco",
    prefix="/api",
    domains=(
        "clients",
        "suppliers",
        "projects",
        "payments",
        "documents",
        "incomes",
        "expenses",
        "categories",
        "reports",
        "reminders",
    ),
)
