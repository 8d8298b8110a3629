"""Receipts that are missing, given twice or of no block, as a plain look at all of them finds them."""

from collections import Counter
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from app.infra.db import db
from app.suites.credito.cobranza.models import BloqueRecibos
from app.suites.credito.cobranza.rules.recibos import TAMANO_BLOQUE, numero_de, recibo_de
from app.suites.credito.prestamos.models import Pago
from tests.suites.credito.cobranza.conftest import pagar
from tests.suites.credito.prestamos.conftest import Sucursal, sucursal, today
from tests.suites.credito.reportes.test_general import en
from tests.suites.credito.reportes.test_otros import ver

__all__ = ["sucursal", "today"]

ZONE = ZoneInfo("America/Mexico_City")
MILLION = 1_000_000
BLOCKS = (201, 401, MILLION - TAMANO_BLOQUE + 1)
"""First numbers of the blocks of devices; the last number of the last one has a digit more than its others."""
GIVEN = {
    4: (201, 203, 400, 900, MILLION - 199),
    9: (203, 208, 401, 402, 900),
    10: (210, 901, MILLION - 1, MILLION),
    17: (211, 404, 203),
}
"""Numbers of receipts by the day of March on which they were given; one that was given before is free again."""
WEEKS = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23")


def test_receipts_are_judged_with_all_of_their_blocks(sucursal: Sucursal) -> None:
    loan = sucursal.abierto(monto=5000)
    with sucursal.app.app_context():
        rows = [
            {"personal_id": sucursal.persona.id, "dispositivo": "tel-1", "desde": first, "usado_hasta": first - 1}
            for first in BLOCKS
        ]
        db.session.execute(insert(BloqueRecibos), rows)
        db.session.commit()
    for day, numbers in GIVEN.items():
        with en(day):
            for number in numbers:
                _dar(sucursal, loan, number)
    with en(28):
        for week in WEEKS:
            found = ver(sucursal, "recibos", semana=week)["data"]
            shown = [(row["tipo"], row["recibo"], row["recibo_hasta"], row["cantidad"]) for row in found]
            assert sorted(shown) == sorted(_a_mano(sucursal, date.fromisoformat(week))), week
            if week == WEEKS[-1]:
                assert shown == []


def _dar(place: Sucursal, loan: Any, number: int) -> None:
    """Enter a payment with a receipt; an earlier one with it is reversed."""
    receipt = recibo_de(place.persona.clave, number)
    for earlier in place.director.get("/api/credito/pagos", prestamo_id=loan["id"], per_page=100)["data"]:
        if (earlier["recibo"], earlier["estado"]) == (receipt, "valido"):
            place.director.post(f"/api/credito/pagos/{earlier['id']}/reversar", {"motivo": "Otra cosa"}, expect=200)
    pagar(place.titular, loan, 10, recibo=receipt, confirmar_duplicado=True)


def _a_mano(place: Sucursal, monday: date) -> list[tuple[str, str, str, int]]:
    """Flaws of the receipts of a week, by all payments and blocks."""
    clave = place.persona.clave
    with place.app.app_context():
        paid = db.session.execute(select(Pago.recibo, Pago.registrado_en)).all()
        blocks = db.session.execute(select(BloqueRecibos.desde, BloqueRecibos.usado_hasta)).all()
    given = [(number, at) for receipt, at in paid if (number := numero_de(receipt or "", clave)) is not None]
    week = monday.isocalendar()[:2]
    recent = [number for number, at in given if at.astimezone(ZONE).date().isocalendar()[:2] == week]
    used = Counter(number for number, _ in given)
    return [
        *_huecos(clave, [one for one in blocks if any(_de(one.desde, number) for number in recent)], used),
        *(("repetido", *[recibo_de(clave, one)] * 2, used[one]) for one in set(recent) if used[one] > 1),
        *(
            ("fuera_de_bloque", *[recibo_de(clave, one)] * 2, count)
            for one, count in Counter(recent).items()
            if not any(_de(block.desde, one) for block in blocks)
        ),
    ]


def _huecos(clave: str, blocks: Any, used: Counter[int]) -> Any:
    """Numbers of blocks below the highest that was used, which nobody used, from one to another."""
    for block in blocks:
        highest = max(block.usado_hasta, *(number for number in used if _de(block.desde, number)))
        missing = [number for number in range(block.desde, highest + 1) if number not in used]
        for _, run in groupby(enumerate(missing), key=lambda one: one[1] - one[0]):
            numbers = [number for _, number in run]
            yield "hueco", recibo_de(clave, numbers[0]), recibo_de(clave, numbers[-1]), len(numbers)


def _de(desde: int, number: int) -> bool:
    return desde <= number < desde + TAMANO_BLOQUE
