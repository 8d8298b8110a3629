"""Reports of the benchmark: output, kept tables, and checked requirements."""

import math
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from bench import growth, plot, wrk
from bench.processes import cpu_seconds
from bench.requests import Request
from bench.tables import Table, number, write


def test_a_number_keeps_three_digits() -> None:
    assert [number(value) for value in (math.nan, 0.123, 12.34, 1234.5)] == ["-", "0.12", "12.3", "1,234"]


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


def test_a_missing_wrk_gets_an_install_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def test_names_at_the_ends_of_lines_never_cover_each_other(tmp_path: Path) -> None:
    spots = plot.apart([100, 101, 300, 101])
    order = sorted(range(4), key=lambda place: spots[place])
    assert order == [0, 1, 3, 2]
    assert all(after - before > 16 for before, after in pairwise(sorted(spots)))
    file = tmp_path / "made" / "growth.png"
    plot.draw(file, "Title", (10, 1000), [plot.Line("one", [0.5, 20]), plot.Line("two", [3, 3])])
    with Image.open(file) as picture:
        assert picture.size == (1000, 620)
        assert len(picture.convert("RGB").getcolors(1_000_000)) > 100


def test_cpu_time_is_also_that_of_processes_that_ended() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    before = cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", burn], check=True)
    assert cpu_seconds(os.getpid()) - before >= 0.28  # it counts in hundredths


def test_movements_are_mostly_payments_and_none_is_lost() -> None:
    assert growth.counts(10) == {"payments": 8, "incomes": 1, "expenses": 1}
    assert sum(growth.counts(4_999_999).values()) == 4_999_999
