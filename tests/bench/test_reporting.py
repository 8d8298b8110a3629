"""How the benchmark reports: what it prints, what it keeps, and what it asks for."""

import sys
from pathlib import Path

import pytest

from bench import wrk
from bench.requests import Request
from bench.tables import Table, number, write


def test_a_number_keeps_three_digits() -> None:
    assert [number(value) for value in (None, 0.123, 12.34, 1234.5)] == ["-", "0.12", "12.3", "1,234"]


def test_a_table_is_markdown_with_numbers_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(("request", "p50"), 8)
    table.add("login", "9.1")
    assert table.lines == ["| request  |    p50 |", "|----------|-------:|", "| login    |    9.1 |"]
    assert capsys.readouterr().out.splitlines() == table.lines


def test_figures_take_the_place_of_those_before(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("Above\n<!-- speed -->\nold\n<!-- end of speed -->\nbelow\n")
    write("speed", ["new"], document)
    write("speed", ["newer"], document)
    assert document.read_text() == "Above\n<!-- speed -->\n\nnewer\n\n<!-- end of speed -->\nbelow\n"
    with pytest.raises(SystemExit, match="markers"):
        write("growth", ["new"], document)


def test_without_wrk_one_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="apt-get install wrk"):
        wrk.require()


def test_a_run_with_refusals_gives_no_figures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = '{"requests": 9, "seconds": 1.0, "p50": 1.0, "p95": 2.0, "refused": %d, "broken": 0}'
    program = tmp_path / "wrk"
    program.write_text(f"#!{sys.executable}\nimport os; print('Running\\n' + os.environ['SAID'])")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SAID", said % 0)
    assert wrk.send("http://127.0.0.1:1", Request("one", "/"), {}, seconds=1).per_second == 9
    monkeypatch.setenv("SAID", said % 1)
    with pytest.raises(SystemExit, match="«one»: 1 refused"):
        wrk.send("http://127.0.0.1:1", Request("one", "/"), {}, seconds=1)
