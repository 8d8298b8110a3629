"""Loans by the thousand for benchmarks are as the services would have made them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import registry
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.caja.queries.carga import PAGOS, POR_GRUPO, SEMANAS
from app.suites.credito.cobranza.models import Falta
from app.suites.credito.cobranza.service.faltas import cobrados
from app.suites.credito.equipo.models import Grupo, Personal
from app.suites.credito.equipo.rules import lunes
from app.suites.credito.equipo.service import hoy
from app.suites.credito.prestamos.models import Cargo, Cuota, Pago, Prestamo
from app.suites.credito.prestamos.rules.asignacion import Aplicado
from app.suites.credito.prestamos.rules.faltas import falta_de
from app.suites.credito.prestamos.service import SaldoService
from tests.conftest import taken_back
from tests.suites.credito.reportes.fotos import dias_con_foto, diferencias

pytestmark = pytest.mark.long

LOANS = 105
NEVER_PAID_ANYTHING = Aplicado()


@pytest.fixture(scope="module")
def loaded(app: Flask) -> Iterator[Flask]:
    """Some loans, loaded twice, as the second time names are taken."""
    with taken_back(app):
        with app.app_context():
            for _ in range(2):
                done = app.test_cli_runner().invoke(args=("seed", "load", "--loans", str(LOANS)))
                assert done.exit_code == 0, done.output
        yield app


@pytest.fixture
def within(loaded: Flask) -> Iterator[None]:
    """A context of the application over them."""
    with loaded.app_context():
        yield


@pytest.mark.usefixtures("within")
class TestLoadedLoans:
    """One load for all of these."""

    def test_makes_groups_and_people_for_all_loans(self) -> None:
        groups = 2 * -(-LOANS // POR_GRUPO)
        counted = [
            db.session.scalar(select(func.count()).select_from(model)) for model in (Prestamo, Cuota, Grupo, Personal)
        ]
        assert counted == [2 * LOANS, 2 * LOANS * PAGOS, groups, 12]

    def test_holds_every_rule(self) -> None:
        assert registry.violations(db.session()) == []

    def test_allocating_anew_changes_nothing(self) -> None:
        context = make_context(db.session())
        saldos, today = SaldoService(context), hoy(context)
        before = db.session.execute(select(Pago.id, Pago.version).order_by(Pago.id)).all()
        for loan in db.session.scalars(select(Prestamo)).all():
            figures = loan.estado, loan.saldo, loan.saldo_capital, loan.saldo_cargos, loan.pagado
            assert saldos.recalcular(loan, today).diferencia == NEVER_PAID_ANYTHING
            assert (loan.estado, loan.saldo, loan.saldo_capital, loan.saldo_cargos, loan.pagado) == figures
        assert db.session.execute(select(Pago.id, Pago.version).order_by(Pago.id)).all() == before

    def test_snapshots_of_the_closed_days_are_what_the_facts_say(self) -> None:
        assert len(dias_con_foto(db.session())) >= SEMANAS
        assert list(diferencias(db.session())) == []

    def test_has_the_missed_weeks_and_penalties_of_the_rules(self) -> None:
        context = make_context(db.session())
        saldos, this_week = SaldoService(context), lunes(hoy(context))
        weeks = [this_week - timedelta(weeks=number) for number in range(SEMANAS, 0, -1)]
        expected = {}
        for loan in db.session.scalars(select(Prestamo)).all():
            libro = saldos.libro(loan)
            for week in weeks:
                if found := falta_de(libro.vigentes, cobrados(libro), week):
                    expected[loan.id, week] = (found.cuota_numero, found.esperado, found.faltante, found.tipo)
        stored = db.session.scalars(select(Falta)).all()
        assert {
            (one.prestamo_id, one.semana): (one.cuota_numero, one.esperado, one.faltante, one.tipo) for one in stored
        } == expected
        charged = {row[0]: row[1] for row in db.session.execute(select(Cargo.prestamo_id, Cargo.monto))}
        late = {one for one, _ in expected if sum(loan == one for loan, _ in expected) > 1}
        assert late
        assert charged == {loan.id: loan.cuota for loan in db.session.scalars(select(Prestamo)) if loan.id in late}
