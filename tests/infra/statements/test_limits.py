"""Time and memory of readers, whatever is in a file. FRESCO_SOAK=1 measures each format with the most rows."""

import time
import tracemalloc
from collections.abc import Callable

import pytest

from app.infra.statements import LARGEST_FILE, MOST_ROWS, TooManyRows, read_statements
from app.kernel.errors import DomainError
from tests.soak import SOAK

ROWS = MOST_ROWS if SOAK else 2_000
MOST_MEMORY = 150 * 1024 * 1024


def _csv(count: int) -> str:
    rows = (f"2026-01-{i % 28 + 1:02},Shop number {i},note {i},-{i}.50\n" for i in range(1, count + 1))
    return "Date,Description,Notes,Amount\n" + "".join(rows)


def _ofx(count: int) -> str:
    one = "<STMTTRN><DTPOSTED>20260131<TRNAMT>-{0}.50<FITID>{0}<NAME>Shop {0}</STMTTRN>\n"
    return "<OFX><STMTRS>" + "".join(one.format(i) for i in range(1, count + 1)) + "</STMTRS></OFX>"


def _qif(count: int) -> str:
    return "!Type:Bank\n" + "".join(f"D2026-01-31\nT-{i}.50\nPShop {i}\n^\n" for i in range(1, count + 1))


def _camt(count: int) -> str:
    one = "<Ntry><Amt>{0}</Amt><Sts>BOOK</Sts><ValDt><Dt>2026-01-31</Dt></ValDt></Ntry>"
    rows = "".join(one.format(i) for i in range(1, count + 1))
    return f"<Document><BkToCstmrStmt><Stmt>{rows}</Stmt></BkToCstmrStmt></Document>"


FILES: dict[str, Callable[[int], str]] = {"csv": _csv, "ofx": _ofx, "qif": _qif, "camt": _camt}


@pytest.mark.parametrize("name", FILES)
def test_rows_take_a_bounded_memory(name: str) -> None:
    content = FILES[name](ROWS).encode()
    tracemalloc.start()
    try:
        assert len(read_statements(content).statements[0].rows) == ROWS
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY * ROWS / MOST_ROWS
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        "Date,Amount\n" + "1,\n" * (MOST_ROWS + 1),
        "Date,Amount\n" + "1,\n" * (MOST_ROWS * 2),
        "<OFX><STMTRS>" + "<STMTTRN></STMTTRN>" * (MOST_ROWS + 1),
        "!Type:Bank\n" + "T1\n^\n" * (MOST_ROWS + 1),
        "<Document><BkToCstmrStmt><Stmt>" + "<Ntry/>" * (MOST_ROWS + 1),
    ],
)
def test_more_rows_than_an_import_takes_are_refused(content: str) -> None:
    if content.startswith("Date"):
        content = content.replace("1,\n", "2026-01-31,1\n", 1)
    with pytest.raises(TooManyRows):
        read_statements(content.encode())


BIG = (LARGEST_FILE if SOAK else LARGEST_FILE // 5) - 200
HOSTILE = {
    "commas": "Date,Amount\n" + "," * BIG,
    "lines": "Date,Amount\n" + "\n" * BIG,
    "quotes": "Date,Amount\n" + '"' * BIG,
    "a quote at each line": "Date,Amount\n" + '"\n' * (BIG // 2),
    "many cells": "Date,Amount\n" + ("x," * 100 + "\n") * (BIG // 201),
    "one long line": "a" * BIG,
    "digits": "Date,Amount\n2026-01-31," + "1" * BIG,
    "blanks in amounts": "Date,Amount\n" + "2026-01-31,1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 x\n" * 20_000,
    "letters beyond ASCII": "Date,Amount\n" + "\xe9\xff\x81" * (BIG // 3),
    "open tags": "<OFX>" + "<A" * (BIG // 2),
    "open comments": "<OFX>" + "<!--" * (BIG // 4),
    "some open comments": "<OFX>" + ("<!--" + "a" * 5_200) * (BIG // 5_300),
    "values": "<OFX><STMTRS>" + "".join(f"<A{i}>{i}" for i in range(BIG // 17)),
    "rows without end": "<OFX><STMTRS>" + "<STMTTRN><NAME>a" * 49_000,
    "ofx of one tag": "<OFX><" + "a" * BIG,
    "empty records": "!Type:Bank\n" + "^\n" * (BIG // 2),
    "fields": "!Type:Bank\n" + "Dx\n" * (BIG // 3),
    "nesting": "<Document><BkToCstmrStmt>" + "<Stmt>" * 100_000,
    "elements": "<Document><BkToCstmrStmt><Stmt>" + "<Ntry/>" * (BIG // 7),
    "details": "<Document><BkToCstmrStmt><Stmt><Ntry>" + "<TxDtls/>" * (BIG // 9),
    "a long name": "<Document><BkToCstmrStmt/><" + "a" * BIG,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_soon(name: str) -> None:
    content = HOSTILE[name].encode("latin-1")
    began = time.process_time()
    try:
        rows = [row for statement in read_statements(content).statements for row in statement.rows]
    except DomainError:
        rows = []
    assert rows == []
    assert time.process_time() - began < 4
