"""The order of domains, which the suite gives, is what imports are checked against."""

import pytest
from grimp import ImportGraph

from checks.domain_order import problems

ORDER = ("clients", "projects")


def graph(*imports: tuple[str, str], domains: tuple[str, ...] = ORDER) -> ImportGraph:
    """Domains with a service each, and these imports of `domain.module`."""
    made = ImportGraph()
    made.add_module("app.domains")
    for name in domains:
        made.add_module(f"app.domains.{name}")
        made.add_module(f"app.domains.{name}.service")
    for importer, imported in imports:
        made.add_import(importer=f"app.domains.{importer}", imported=f"app.domains.{imported}")
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
    found = problems(graph((importer, imported)), "app.domains", ORDER)
    written = (
        f"app.domains.{importer} imports app.domains.{imported}: clients comes before projects in app.domains.SUITE"
    )
    assert found == ([written] if refused else [])


def test_a_folder_that_the_suite_does_not_name_is_reported() -> None:
    found = problems(graph(domains=(*ORDER, "suppliers")), "app.domains", ORDER)
    assert found == ["app.domains.suppliers is not named in app.domains.SUITE"]


def test_a_name_without_a_folder_is_reported() -> None:
    found = problems(graph(domains=("clients",)), "app.domains", ORDER)
    assert found == ["app.domains.SUITE names projects, which has no folder"]
