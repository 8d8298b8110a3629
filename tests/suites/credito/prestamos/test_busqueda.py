"""`q` of loans finds what a plain search of folios and names finds, and an index serves it."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.parties.models import Party
from app.infra.db import db
from app.infra.db.columns import containing_by_index
from tests.suites.credito.prestamos.conftest import PRESTAMOS, Sucursal

NAMES = ["María Ñáñez", "MARIANA López", "Eva 000 Pi", "Jo%na _Cruz", "Li", "P-0 Rodríguez"]
QUERIES = [
    *("nan", "ÑAN", "maria", "Mari", "lópez", "li", "l", "ñ", "%", "_", "0", "00", "000", "0000", "p-", "P-0"),
    *("P-000", "-0", "p", "a e", "zzz", "0 p", "1"),
]


def folded(value: str) -> str:
    """A text as searches compare it."""
    return value.lower().translate(str.maketrans("áéíóúñ", "aeioun"))


def test_loans_are_found_by_letters_of_folios_and_names(sucursal: Sucursal) -> None:
    loans = {}
    for name in NAMES:
        first, *rest = name.split(" ", 1)
        client = sucursal.cliente(nombre=first, apellido_paterno="".join(rest) or "Po")
        loans[sucursal.solicitar(client)["id"]] = folded(f"{first} {client.apellido_paterno}")
    for q in QUERIES:
        found = sucursal.director.get(PRESTAMOS, q=q)
        expected = {key for key, name in loans.items() if folded(q) in name or folded(q) in f"p-{key:06}"}
        assert {one["id"] for one in found["data"]} == expected, q
        assert found["pagination"]["total"] == len(expected), q


@pytest.mark.parametrize(("q", "uses_index"), [("nañ", True), ("na", False)])
def test_three_letters_of_a_name_are_found_by_the_index(app: Flask, q: str, uses_index: bool) -> None:
    with app.app_context():
        found = select(Party.id).where(containing_by_index(q, Party.name))
        wanted = found.compile(db.engine, compile_kwargs={"literal_binds": True})
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(db.session.connection().exec_driver_sql(f"EXPLAIN {wanted}").scalars())
    assert ("ix_parties_letters" in plan) is uses_index, plan
