"""The domains. A new one is a folder here and its name in `SUITE`."""

from app.manifest import Suite

SUITE = Suite(
    package="app.domains",
    domains=(
        "auth",
        "audit",
        "jobs",
        "files",
        "currencies",
        "company",
        "clients",
        "projects",
        "payments",
        "documents",
        "incomes",
        "expenses",
        "cashflow",
        "reports",
    ),
)
