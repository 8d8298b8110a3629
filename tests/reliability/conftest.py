"""Durable clusters, and `flask verify` after every test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.reliability.harness import Cluster, broken_rules, own_cluster
from tests.soak import SOAK


@pytest.fixture(scope="session")
def durable(migrated_data: Path) -> Iterator[Cluster]:
    """A PostgreSQL of this worker, with all durability settings on."""
    with own_cluster(migrated_data) as made:
        yield made


@pytest.fixture
def fresh(durable: Cluster, logs_as_before: None) -> Iterator[Callable[[str], str]]:
    """Makes databases; at the end of the test every rule must hold in each."""
    made: list[str] = []

    def database(name: str) -> str:
        made.append(durable.database(name))
        return made[-1]

    yield database
    assert {url: broken_rules(url) for url in made} == {url: [] for url in made}


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Records a figure, which is printed at the end of the run."""
    return lambda line: record_property("measured", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of this run."""
    ended = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [
        f"{report.head_line}: {line}" for report in ended for name, line in report.user_properties if name == "measured"
    ]
    if lines and SOAK:
        terminalreporter.section("measured")
        for line in sorted(set(lines)):
            terminalreporter.write_line(line)
