"""Plain-text accounting: escaped names, and entries that are under way for some days."""

import shutil
import subprocess
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.ledger.rules import AccountKind
from app.kernel.money import Currency
from app.suites.personal.exports.rules.ledger import (
    Balance,
    Journal,
    NamedAccount,
    PostedLine,
    beancount_names,
    blocks,
    ledger,
    ledger_names,
)

DAY = date(2026, 3, 1)
BANK, FOOD, OPENING = 1, 2, 3
needs_hledger = pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")


def line(account_id: int, amount: str, after: int = 0, position: int = 1, said: str = "") -> PostedLine:
    day = DAY + timedelta(days=after)
    return PostedLine(7, DAY, position, account_id, day, Decimal(amount), Currency.COP, said, None)


def check(text: Iterable[str], folder: Path) -> str:
    """Complaints of hledger about a journal."""
    file = folder / "book.journal"
    file.write_text("".join(text), encoding="utf-8")
    found = subprocess.run(["hledger", "-f", str(file), "check"], capture_output=True, text=True, check=False)
    return found.stderr


def journal(names: list[str], closing: str, said: str = "") -> tuple[Journal, list[PostedLine]]:
    """A book in which 12.34 was spent, by names that people may choose."""
    accounts = [
        NamedAccount(BANK, AccountKind.ASSET, (names[0],)),
        NamedAccount(FOOD, AccountKind.EXPENSE, tuple(names[1:])),
        NamedAccount(OPENING, AccountKind.EQUITY, ("opening",)),
    ]
    closings = [Balance(BANK, Currency.COP, Decimal(closing))]
    lines = [line(BANK, "-12.34", said=said), line(FOOD, "12.34", position=2, said=said)]
    return Journal(Currency.COP, accounts, OPENING, [], [], closings, DAY, DAY + timedelta(days=9)), lines


def test_lines_of_other_days_are_under_way_until_then() -> None:
    found = list(blocks([line(BANK, "-5"), line(FOOD, "5", after=2, position=2)]))
    assert [(one.day, one.lines) for one in found] == [
        (DAY, ((BANK, Decimal(-5), Currency.COP), (None, Decimal(5), Currency.COP))),
        (DAY + timedelta(days=2), ((FOOD, Decimal(5), Currency.COP), (None, Decimal(-5), Currency.COP))),
    ]


@pytest.mark.parametrize(
    ("name", "in_ledger", "in_beancount"),
    [
        ("Caja", "assets:Caja", "Assets:Caja"),
        ("a:b;  c\n", "assets:a-b, c", "Assets:A-b---c"),
        ("ñandú 2", "assets:ñandú 2", "Assets:Ñandú-2"),
        (";", "assets:,", "Assets:X"),
        ("2º", "assets:2º", "Assets:2º"),
        ("² Ⅷ 5", "assets:² Ⅷ 5", "Assets:5"),
    ],
)
def test_names_are_escaped(name: str, in_ledger: str, in_beancount: str) -> None:
    account = NamedAccount(1, AccountKind.ASSET, (name,))
    assert (ledger_names([account])[1], beancount_names([account])[1]) == (in_ledger, in_beancount)


def test_equal_names_are_told_apart() -> None:
    accounts = [NamedAccount(n, AccountKind.ASSET, ("Caja",)) for n in (1, 2, 3)]
    assert [name for key, name in ledger_names(accounts).items() if key] == [
        "assets:Caja",
        "assets:Caja 2",
        "assets:Caja 3",
    ]


@needs_hledger
def test_hledger_refuses_a_balance_that_is_not_so(tmp_path: Path) -> None:
    assert check(ledger(*journal(["Banco", "Comida"], "-12.34")), tmp_path) == ""
    assert "balance" in check(ledger(*journal(["Banco", "Comida"], "-12.35")), tmp_path)


_WORDS = st.text(st.sampled_from("aA1ñÑ:;|\"'()[]*=@-, \t\n{}&!~%é日\u2028\x07"), max_size=12)
_NAMES = _WORDS.filter(str.strip)


@needs_hledger
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_NAMES, min_size=3, max_size=3), _WORDS)
def test_hledger_reads_whatever_people_write(tmp_path: Path, names: list[str], said: str) -> None:
    assert check(ledger(*journal(names, "-12.34", said)), tmp_path) == ""
