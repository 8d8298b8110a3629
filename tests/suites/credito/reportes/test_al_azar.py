"""Random weeks of a branch: rows, totals, the journal, the rules and the kept sums say the same, to the cent."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.registry import SUMS
from app.suites.credito.cobranza.service.faltas import cobrados
from app.suites.credito.prestamos.models import Prestamo
from app.suites.credito.prestamos.rules.faltas import falta_de
from app.suites.credito.prestamos.service import SaldoService
from app.suites.credito.reportes.rules.valores import Por
from tests.factories.credito import ClienteFactory, GrupoFactory
from tests.factories.credito_productos import TipoPrestamoFactory
from tests.soak import daily
from tests.suites.credito.prestamos.conftest import PRESTAMOS, Sucursal, sucursal, today
from tests.suites.credito.reportes.fotos import dias_con_foto, diferencias
from tests.suites.credito.reportes.test_cartera import EDADES, PAR, cerrar
from tests.suites.credito.reportes.test_general import GENERAL, fuera_de_cuadre

pytestmark = pytest.mark.long

__all__ = ["sucursal", "today"]

WEEK = timedelta(weeks=1)
FIRST = date(2026, 3, 2)
WEEKS = 4
JOURNAL = text("""
    SELECT entry.memo, sum(line.amount) FROM lines line JOIN entries entry ON entry.id = line.entry_id
    JOIN accounts account ON account.id = line.account_id JOIN books book ON book.id = account.book_id
    WHERE book.code = 'credito' AND (account.code LIKE 'efectivo:%' OR account.code = 'banco')
      AND coalesce(entry.value_date, entry.date) BETWEEN :desde AND :hasta GROUP BY entry.memo
""")
CARTERA = text("""
    SELECT coalesce(sum(line.amount), 0) FROM lines line JOIN accounts account ON account.id = line.account_id
    JOIN books book ON book.id = account.book_id WHERE book.code = 'credito' AND account.code = 'cartera'
""")


class Vida:
    """Acts of a branch by chance, over HTTP."""

    def __init__(self, place: Sucursal, seed: int) -> None:
        self.place, self.chance = place, random.Random(seed)
        self.grupos = [place.grupo, *(GrupoFactory(titular_id=place.persona.id, dia_reunion=day) for day in (3, 5))]
        self.tipo = TipoPrestamoFactory(redondeo=Decimal(1), interes=Decimal("0.4"), pagos_para_renovar=1)
        self.loans: list[Any] = []
        self.payments: list[int] = []

    def vivir(self) -> None:
        """Some acts on most days of the weeks."""
        for number in range(WEEKS * 7):
            dia = FIRST + timedelta(days=number)
            if self.chance.random() < 0.25:
                continue
            with clock.frozen(datetime(dia.year, dia.month, dia.day, 20, tzinfo=UTC)):
                if len(self.loans) < 9:
                    self._prestar()
                for loan in list(self.loans):
                    self._cobrar(loan)
                if self.payments and self.chance.random() < 0.2:
                    self._reversar()
                if self.loans and self.chance.random() < 0.2:
                    self._renovar(self.chance.choice(self.loans))

    def _prestar(self, **values: Any) -> None:
        client = ClienteFactory(grupo_id=self.chance.choice(self.grupos).id)
        body = {"cliente_id": client.id, "tipo_prestamo_id": self.tipo.id, "monto": self.chance.choice([1000, 2300])}
        loan = self.place.titular.post(PRESTAMOS, {**body, **values})["data"]
        self._entregar(loan)

    def _entregar(self, loan: Any) -> None:
        self.place.director.post(f"{PRESTAMOS}/{loan['id']}/aprobar", {}, expect=200)
        medio = self.chance.choice(["efectivo", "transferencia"])
        answer = self.place.titular.send("POST", f"{PRESTAMOS}/{loan['id']}/desembolsar", json={"medio": medio})
        if answer.status_code == 200:
            self.loans.append(answer.get_json()["data"])

    def _cobrar(self, loan: Any) -> None:
        monto = self.chance.choice([0, 0, 50, 100, 230, 460])
        metodo = self.chance.choice(["efectivo", "efectivo", "transferencia"])
        if not monto or self.chance.random() < 0.5:
            return
        body = {"prestamo_id": loan["id"], "monto": monto, "metodo": metodo, "confirmar_duplicado": True}
        answer = self.place.titular.send("POST", "/api/credito/pagos", json=body)
        if answer.status_code == 201:
            self.payments.append(answer.get_json()["data"]["id"])

    def _reversar(self) -> None:
        key = self.payments.pop(self.chance.randrange(len(self.payments)))
        self.place.director.send("POST", f"/api/credito/pagos/{key}/reversar", json={"motivo": "Era de otra"})

    def _renovar(self, loan: Any) -> None:
        body = {"tipo_prestamo_id": self.tipo.id, "monto": 4000, "avales": []}
        answer = self.place.titular.send("POST", f"{PRESTAMOS}/{loan['id']}/renovar", json=body)
        if answer.status_code == 201:
            self.loans.remove(loan)
            self._entregar(answer.get_json()["data"])


@pytest.fixture(params=daily(*range(2)))
def vida(sucursal: Sucursal, request: pytest.FixtureRequest) -> Iterator[Vida]:
    """A branch after some weeks."""
    made = Vida(sucursal, request.param)
    made.vivir()
    with clock.frozen(datetime(2026, 3, 30, 20, tzinfo=UTC)):
        yield made


def por_reglas(place: Sucursal, semana: date) -> tuple[Decimal, Decimal]:
    """Amounts that were due in a week and late of it, loan by loan, by the rule of missed weeks."""
    due = late = Decimal(0)
    with place.app.app_context():
        service = SaldoService(make_context(db.session()))
        for loan in db.session.scalars(select(Prestamo).where(Prestamo.fecha_desembolso < semana)).all():
            if loan.fecha_cierre is not None and loan.fecha_cierre < semana:
                continue
            libro = service.libro(loan)
            own = [one for one in libro.vigentes if semana <= one.fecha < semana + WEEK]
            due += sum((one.monto - one.condonado for one in own), Decimal(0))
            falta = falta_de(libro.vigentes, cobrados(libro), semana)
            late += Decimal(0) if falta is None else falta.faltante
    return due, late


def test_rows_totals_journal_and_rules_agree_to_the_cent(vida: Vida) -> None:
    place = vida.place
    assert vida.loans
    for number in range(WEEKS):
        semana = FIRST + number * WEEK
        found = place.director.get(GENERAL, semana=str(semana))
        totals = found["totales"]
        for name in ("cobranza_ideal", "cobranza_real", "prestamo_papel", "prestamo_real", "morosidad_monto", "bono"):
            assert sum(row[name] for row in found["data"]) == totals[name], name
        with place.app.app_context():
            days = {"desde": semana, "hasta": semana + timedelta(days=6)}
            moved = dict(map(tuple, db.session.execute(JOURNAL, days)))
        assert totals["cobranza_real"] == moved.get("pago", 0) + moved.get("reverso", 0)
        assert totals["prestamo_real"] == -moved.get("desembolso", 0)
        assert (totals["cobranza_ideal"], totals["morosidad_monto"]) == por_reglas(place, semana)
        collected = place.director.get("/api/credito/reportes/cobranza", semana=str(semana))
        assert collected["totales"]["real"] == totals["cobranza_real"]
        assert collected["totales"]["ideal"] == totals["cobranza_ideal"]
    with place.app.app_context():
        capital = db.session.scalar(CARTERA)
    for path in ("cartera", "par", "antiguedad"):
        assert place.director.get(f"/api/credito/reportes/{path}")["totales"]["saldo_capital"] == capital
    assert fuera_de_cuadre(place) == []


def test_past_days_are_the_same_by_their_snapshots_as_by_the_facts(vida: Vida) -> None:
    sundays = [FIRST + number * WEEK - timedelta(days=1) for number in range(1, WEEKS + 1)]
    asked = [
        *((PAR, {"fecha": str(day), "por": por}) for day in sundays for por in Por),
        *((EDADES, {"fecha": str(day)}) for day in sundays),
        *((GENERAL, {"semana": str(day)}) for day in sundays),
        (GENERAL, {"desde": str(sundays[0]), "hasta": str(sundays[2]), "grupo_id": vida.grupos[1].id}),
    ]
    before = [_sin_reestructurado(vida.place.director.get(path, **query)) for path, query in asked]
    for day in sundays:
        cerrar(vida.place, day)
    with vida.place.app.app_context():
        assert len(dias_con_foto(db.session())) > len(sundays)
        assert list(diferencias(db.session())) == []
    assert [_sin_reestructurado(vida.place.director.get(path, **query)) for path, query in asked] == before


def _sin_reestructurado(answer: Any) -> Any:
    """An answer without the amount that snapshots do not have."""
    for row in (*answer["data"], answer["totales"]):
        row.pop("reestructurado", None)
    return answer


def test_sums_that_were_folded_or_built_anew_are_the_same(vida: Vida) -> None:
    before = vida.place.director.get(GENERAL, semana="2026-03-16")
    with vida.place.app.app_context():
        for sums in SUMS:
            if sums.name.startswith("credito_"):
                sums.fold(db.session())
        db.session.commit()
    assert vida.place.director.get(GENERAL, semana="2026-03-16") == before
    with vida.place.app.app_context():
        for sums in SUMS:
            if sums.name.startswith("credito_"):
                sums.rebuild(db.session())
        db.session.commit()
    assert vida.place.director.get(GENERAL, semana="2026-03-16") == before
    assert fuera_de_cuadre(vida.place) == []
