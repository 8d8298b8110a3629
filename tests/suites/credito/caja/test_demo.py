"""The demo of microcredit has something of everything, and its figures are right."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app import registry
from app.core.currencies.service import CurrencyService
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.money import Currency
from app.suites.credito.caja.service.bonos_semanales import BonoSemanalService
from app.suites.credito.prestamos.service import CierreService
from tests.conftest import DEMO_DAY as TODAY
from tests.conftest import demo_on
from tests.suites.credito.reportes.fotos import dias_con_foto, diferencias

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def loaded(cluster: str, template: str) -> Iterator[Flask]:
    """The application over the demo."""
    with demo_on(TODAY, cluster, template) as made:
        yield made


@pytest.fixture
def within(loaded: Flask) -> Iterator[None]:
    """A context of the application over it."""
    with loaded.app_context():
        yield


def ask(question: str) -> int:
    """A number that is stored."""
    found: int = db.session.execute(text(question)).scalar_one()
    return found


@pytest.mark.usefixtures("within")
class TestDemo:
    """One demo for all of these."""

    def test_holds_every_rule(self) -> None:
        context = make_context(db.session())
        of_suite = {name: one.violations for name, one in registry.MANIFESTS.items() if ".credito." in name}
        checks = [check for check in (*of_suite.values(), registry.MANIFESTS["app.core.ledger"].violations) if check]
        assert [problem for check in checks for problem in check(context)] == []

    def test_has_routes_groups_and_clients(self) -> None:
        counts = [ask(f"SELECT count(*) FROM credito_{name}") for name in ("rutas", "grupos", "clientes")]  # noqa: S608
        assert counts == [3, 8, 200]
        assert ask("SELECT count(*) FROM credito_asignaciones") == 9  # one group got another collector

    def test_has_loans_of_each_kind(self) -> None:
        states = set(db.session.scalars(text("SELECT DISTINCT estado FROM credito_prestamos")))
        assert states >= {"activo", "atrasado", "liquidado", "renovado"}
        assert ask("SELECT count(*) FROM credito_prestamos WHERE prestamo_anterior_id IS NOT NULL") > 50
        assert ask("SELECT count(*) FROM credito_faltas") > ask("SELECT count(*) FROM credito_cargos") > 0

    def test_has_a_year_of_payments_and_this_weeks(self) -> None:
        days = [ask(f"SELECT {one}(fecha) FROM credito_pagos") for one in ("min", "max")]  # noqa: S608
        assert days[0] < TODAY - timedelta(weeks=40)
        assert days[1] == TODAY
        assert ask("SELECT count(*) FROM credito_visitas WHERE resultado = 'promesa'") > 0

    def test_has_open_and_confirmed_cuts_and_a_shortage(self) -> None:
        assert ask("SELECT count(*) FROM credito_cortes WHERE estado = 'abierto'") == 2
        assert ask("SELECT count(*) FROM credito_cortes WHERE estado = 'confirmado'") > 60
        assert ask("SELECT count(*) FROM credito_faltantes") > 0

    def test_has_the_bonuses_of_each_week_as_the_close_computes_them(self) -> None:
        context = make_context(db.session())
        stored = db.session.execute(text("SELECT * FROM credito_bonos_ganados ORDER BY semana, grupo_id")).mappings()
        by_week: dict[date, list[Any]] = {}
        for row in stored:
            by_week.setdefault(row["semana"], []).append(row)
        last = max(by_week)
        assert last == TODAY - timedelta(days=TODAY.weekday() + 7)
        for semana in (last, last - timedelta(weeks=10), last - timedelta(weeks=30)):
            computed = sorted(BonoSemanalService(context).filas(semana), key=lambda row: row["grupo_id"])
            assert computed == [{name: row[name] for name in computed[0]} for row in by_week[semana]]
        assert ask("SELECT count(*) FROM credito_bonos_ganados WHERE estado = 'pagado'") > 40
        assert {row["estado"] for row in by_week[last]} == {"calculado"}

    def test_is_closed_up_to_yesterday(self) -> None:
        assert CierreService(make_context(db.session())).procesado_hasta() == TODAY - timedelta(days=1)

    def test_has_snapshots_that_say_what_the_facts_say(self) -> None:
        closed = dias_con_foto(db.session())
        assert closed[0] < TODAY - timedelta(weeks=40)
        assert closed[-14:] == [TODAY - timedelta(days=14 - number) for number in range(14)]
        assert list(diferencias(db.session())) == []

    def test_brings_rates_of_the_peso(self) -> None:
        service = CurrencyService(make_context(db.session()))
        assert 10 < service.price(Currency.USD, Currency.MXN, TODAY).rate < 30
        assert 150 < service.price(Currency.MXN, Currency.COP, TODAY).rate < 350
