"""The company, whose only row is always there."""

from tests.factories import Examples

EXAMPLES = Examples(
    rows={"Company": lambda: 1},
    existing={"/api/company": lambda _: "/api/company"},
    changes={"/api/company": {"name": "Brisa"}},
)
