"""Manifest of categories."""

from app.manifest import EVERYONE, WRITERS, Manifest, Permission
from app.suites.fresco.categories import routes

MANIFEST = Manifest(
    tags={"categories": "Categories of expenses and types of incomes, as people entered them."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("categories:read", "Ver categorías", EVERYONE),
        Permission("categories:write", "Unir categorías", WRITERS),
    ),
    words={
        "changed": ("Number of rows that have another name now", 36),
        "kind": ("Whether of expenses or incomes", "expense"),
        "last_used": ("Last day of the rows that have it", "2025-03-05"),
    },
)
