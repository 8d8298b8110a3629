"""The order of domains, which the suite gives, is what imports are checked against."""

import pytest
from grimp import ImportGraph

from checks.domain_order import problems

ORDER = ("clients", "projects")


def graph(*imports: tuple[str, str], domains: tuple[str, ...] = ORDER) -> ImportGraph:
    """Domains with a service each, and these imports of `domain.module`."""
    made = ImportGraph()
    made.add_module("app.core")
    for name in domains:
        made.add_module(f"app.core.{name}")
        made.add_module(f"app.core.{name}.service")
    for importer, imported in imports:
        made.add_import(importer=f"app.core.{importer}", imported=f"app.core.{imported}")
    return made


@pytest.mark.parametrize(
    ("importer", "imported", "refused"),
    [
        ("projects.service", "clients.service", False),
        ("projects.service", "projects.rules", False),
        ("clients.service", "projects.service", True),
        ("clients.service.nouns", "projects.events", True),
        ("clients", "projects.service", True),
    ],
)
def test_a_domain_imports_only_those_before_it(importer: str, imported: str, refused: bool) -> None:
    found = problems(graph((importer, imported)), "app.core", ORDER)
    written = f"app.core.{importer} imports app.core.{imported}: clients comes before projects in app.core.SUITE"
    assert found == ([written] if refused else [])


def test_a_folder_that_the_suite_does_not_name_is_reported() -> None:
    found = problems(graph(domains=(*ORDER, "suppliers")), "app.core", ORDER)
    assert found == ["app.core.suppliers is not named in app.core.SUITE"]


def test_a_name_without_a_folder_is_reported() -> None:
    found = problems(graph(domains=("clients",)), "app.core", ORDER)
    assert found == ["app.core.SUITE names projects, which has no folder"]
