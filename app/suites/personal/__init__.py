"""personal: the money of people and households. A new domain is a folder here and its name in `SUITE`."""

from app.manifest import Suite

SUITE = Suite(
    name="personal",
    package="app.suites.personal",
    prefix="/api/personal",
    prefix_alone="/api",
    of_books=True,
    domains=(
        "books",
        "accounts",
        "categories",
        "transactions",
        "payees_rules",
        "recurring",
        "budgets",
        "goals",
        "imports",
        "reports",
        "insights",
        "exports",
        "privacy",
    ),
)
