"""The written document is that of the server, and the change log names breaking changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from contract import changelog
from contract.__main__ import problems
from contract.document import RELEASED, WRITTEN, of_code, read, rendered, suites_of_code
from tests.support import Caller

LOG = "# Changes\n\n## Unreleased\n\n{}\n\n## 1.0\n\n`GET /api/clients: removed` long ago\n"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A release with a field and a path that do not exist any more."""
    old = of_code()
    old["components"]["schemas"]["Client"]["properties"]["fax"] = {"type": "string"}
    old["paths"]["/api/fax"] = {"get": {}}
    path = tmp_path / "released.json"
    path.write_text(json.dumps(old), encoding="utf-8")
    return path


def log(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(LOG.format("\n".join(lines)), encoding="utf-8")
    return path


def test_the_document_that_is_written_down_is_what_the_server_answers(anonymous: Caller) -> None:
    """Red? `make client` writes it and the client's types; `make contract` does without Node, but leaves the types."""
    assert read(WRITTEN) == json.loads(anonymous.send("GET", "/api/openapi.json").data)


def test_the_contract_holds() -> None:
    assert problems() == []


def test_a_stale_document_is_a_problem(tmp_path: Path) -> None:
    stale: Any = of_code()
    del stale["components"]["schemas"]["Client"]["properties"]["phone"]
    written = tmp_path / "openapi.json"
    written.write_text(rendered(stale), encoding="utf-8")
    (told,) = problems(written=written)
    assert "not the document of the code" in told


def test_stale_names_of_the_operations_of_suites_are_a_problem(tmp_path: Path) -> None:
    found = suites_of_code()
    assert set().union(*found.values()) == {
        operation["operationId"] for methods in of_code()["paths"].values() for operation in methods.values()
    }
    suites = tmp_path / "suites.json"
    suites.write_text(rendered({**found, "fresco": found["fresco"][1:]}), encoding="utf-8")
    (told,) = problems(suites=suites)
    assert "does not have the operations of the code" in told


def test_an_unnamed_breaking_change_is_a_problem(tmp_path: Path, older: Path) -> None:
    told = problems(released=older, log=log(tmp_path, "- Nothing to see here"))
    assert "breaks clients: GET /api/fax: removed" in told
    assert "breaks clients: GET /api/clients/{client_id} 200 data fax: removed" in told


def test_breaks_that_the_change_log_names_go_through(tmp_path: Path, older: Path) -> None:
    lines = [line.removeprefix("breaks clients: ") for line in problems(released=older, log=log(tmp_path))[:-1]]
    assert len(lines) == 5
    assert problems(released=older, log=log(tmp_path, *[f"- `{line}`: nobody has one" for line in lines])) == []
    assert problems(released=older, log=log(tmp_path, *[f"- `{line}`" for line in lines[1:]])) != []


def test_a_break_of_an_older_release_excuses_no_new_one() -> None:
    assert changelog.named(LOG.format("- `this`")) == {"this"}


def test_a_release_puts_what_changed_under_its_version() -> None:
    after = changelog.released(LOG.format("- `this`"), "1.1")
    assert changelog.named(after) == set()
    assert "## Unreleased\n\n## 1.1\n\n- `this`\n\n## 1.0" in after
    with pytest.raises(ValueError, match="says nothing"):
        changelog.released(LOG.format(""), "1.1")
    with pytest.raises(ValueError, match="already"):
        changelog.released(LOG.format("- `this`"), "1.0")


def test_a_change_log_without_its_heading_is_reported() -> None:
    with pytest.raises(ValueError, match="no heading"):
        changelog.named("# Changes\n")


def test_the_release_is_readable() -> None:
    assert read(RELEASED)["openapi"] == "3.1.0"
