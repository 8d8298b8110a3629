"""Categories, which are no table of their own."""

from tests.factories import Examples

EXAMPLES = Examples(
    posts={
        "/api/categories/merge": lambda: (
            "/api/categories/merge",
            {"json": {"kind": "expense", "from": ["Hosting"], "to": "Software"}},
        )
    },
)
