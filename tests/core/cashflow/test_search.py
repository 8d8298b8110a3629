"""The search for letters in cash flow finds what a plain LIKE finds, whichever way."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from unicodedata import normalize

import pytest
from flask import Flask
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.core.cashflow.queries import movements
from app.infra.db import db
from tests.factories.clients import ClientFactory
from tests.factories.expenses import ExpenseFactory
from tests.factories.incomes import IncomeFactory
from tests.factories.projects import ProjectFactory
from tests.factories.suppliers import SupplierFactory
from tests.soak import daily
from tests.support import Caller

LETTERS = "aaáàÀñÑbB%_\\ 1éÉ'\"ßİΣẞ"
DAY = date(2026, 5, 4)
# As the migrations before had it, which translated every text.
FOLDED = """translate(lower({}),
    'áàâäãåÁÀÂÄÃÅéèêëÉÈÊËíìîïÍÌÎÏóòôöõÓÒÔÖÕúùûüÚÙÛÜñÑçÇýÿÝ' || U&'\\0300\\0301\\0302\\0303\\0308\\030A\\0327',
    'aaaaaaaaaaaaeeeeeeeeiiiiiiiioooooooooouuuuuuuunnccyyy')"""
_HAS = f"strpos({FOLDED.format('word')}, {FOLDED.format(':q')}) > 0"
PLAIN = f"""
    SELECT m.kind, m.source_id, m.amount FROM movements m
    LEFT JOIN parties p ON p.id = m.party_id LEFT JOIN parties s ON s.id = m.supplier_id
    LEFT JOIN projects j ON j.id = m.project_id
    WHERE EXISTS (
        SELECT FROM unnest(ARRAY[m.description, m.party_name, m.category, p.name, s.name, j.name]) word WHERE {_HAS})
    ORDER BY m.date DESC, m.source_id DESC, m.source
"""  # noqa: S608 - constants

Plain = Callable[[str], list[tuple[str, int, Decimal]]]


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


@pytest.fixture
def plain(session: Session) -> Plain:
    """The movements in which a plain search, without any index, finds q."""

    def find(q: str) -> list[tuple[str, int, Decimal]]:
        found: list[Row[tuple[str, int, Decimal]]] = list(session.execute(text(PLAIN), {"q": q}).all())
        return [(row.kind, row.source_id, row.amount) for row in found]

    return find


def written(chance: random.Random, most: int) -> str:
    """Random letters that have no blank at either end, as they are stored."""
    own = "".join(chance.choice(LETTERS) for _ in range(chance.randint(1, most)))
    return normalize("NFC", own.strip()) or "a"


def company(chance: random.Random) -> list[str]:
    """Movements with random texts and names; returns these."""
    client, supplier = ClientFactory(name=written(chance, 9)), SupplierFactory(name=written(chance, 9))
    project = ProjectFactory(client_id=client.id, name=written(chance, 9))
    owned = {"client_id": client.id, "project_id": project.id}
    texts = [client.name, supplier.name, project.name]
    for number in range(12):
        texts += [written(chance, 14), written(chance, 6), written(chance, 9)]
        own = {"date": DAY, "amount": Decimal(number + 1), "description": texts[-3]}
        IncomeFactory(**own, type=texts[-2], **({"client": texts[-1]} if number % 3 else owned))
        ExpenseFactory(**own, category=texts[-2], **({"supplier_id": supplier.id} if number % 2 else owned))
    return texts


@pytest.mark.parametrize("few", [0, movements.FEW])
@pytest.mark.parametrize("seed", daily(*range(4)))
def test_a_search_finds_what_a_plain_like_finds(
    looker: Caller, plain: Plain, seed: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movements, "FEW", few)
    chance = random.Random(seed)
    texts = company(chance)
    found_some = 0
    for place in range(60):
        own, length = chance.choice(texts), chance.choice([1, 2, 3, 3, 4, 7])
        start = chance.randrange(len(own))
        q = (own[start : start + length] if place % 4 else written(chance, length)).strip() or "%"
        q = chance.choice([q, q.upper(), q.lower()])
        expected = plain(q)
        found = looker.get("/api/cashflow", q=q, per_page=100)
        assert [(row["kind"], row["source_id"], row["amount"]) for row in found["data"]] == expected, q
        assert found["pagination"]["total"] == len(expected), q
        for kind, total in (("income", "total_income"), ("expense", "total_expenses")):
            assert found[total] == sum(amount for own_kind, _, amount in expected if own_kind == kind), q
        found_some += bool(expected)
    assert found_some > 40


@pytest.mark.parametrize("q", ["%", "_", "\\", "a%", "50%", "_n", "\\%", "100% \\_"])
def test_signs_of_patterns_are_letters(session: Session, looker: Caller, plain: Plain, q: str) -> None:
    for described in ("Abono del 50% ", "clave a_nb", "ruta C:\\temp", "100% \\_ algo", "otro"):
        IncomeFactory(date=DAY, description=described)
    found = looker.get("/api/cashflow", q=q)
    assert [(row["kind"], row["source_id"], row["amount"]) for row in found["data"]] == plain(q)
    assert len(found["data"]) < 5


def test_a_search_among_other_criteria_counts_each_movement_once(session: Session, looker: Caller) -> None:
    client = ClientFactory(name="Feria")
    project = ProjectFactory(client_id=client.id, name="Feria")
    of_all = {"client_id": client.id, "project_id": project.id, "description": "Feria"}
    IncomeFactory(date=DAY, amount=Decimal(7), type="Feria", payment_method="Nequi", **of_all)
    ExpenseFactory(date=DAY, amount=Decimal(3), category="Feria", payment_method="Efectivo", **of_all)
    ExpenseFactory(date=date(2026, 5, 9), amount=Decimal(5), category="Otra", payment_method="Nequi", **of_all)
    queries: dict[tuple[int, int], dict[str, object]] = {
        (7, 8): {},
        (7, 0): {"type": "income"},
        (7, 5): {"payment_method": "Nequi"},
        (0, 3): {"category": "Feria", "type": "expense"},
        (0, 5): {"date_from": "2026-05-05", "client_id": client.id},
        (7, 3): {"nature": "operating", "date_to": "2026-05-05"},
    }
    for (income, expenses), query in queries.items():
        found = looker.get("/api/cashflow", q="feria", **query)
        assert (found["total_income"], found["total_expenses"]) == (income, expenses), query
        assert found["pagination"]["total"] == len(found["data"]), query


def test_folding_is_as_it_was_before_plain_text_had_a_way_of_its_own(session: Session) -> None:
    chance = random.Random(22)
    given = [*(written(chance, 12) for _ in range(300)), "PLAIN text 1", "", "Ñandú", "e\u0301"]
    rows = session.execute(
        text(f"SELECT fold(given), {FOLDED.format('given')} FROM unnest(CAST(:given AS text[])) given"),  # noqa: S608 - constants
        {"given": given},
    ).all()
    assert [own for own, _ in rows] == [before for _, before in rows]
    assert session.scalar(text("SELECT fold(NULL)")) is None


def test_a_text_has_the_groups_of_letters_of_what_it_contains(session: Session) -> None:
    groups = "SELECT letter_groups(:one, :other)"
    assert session.scalar(text(groups), {"one": "abcde", "other": "ñan"}) == ["abc", "bcd", "cde", "ñan"]
    assert session.scalar(text(groups), {"one": None, "other": "ab"}) == []
