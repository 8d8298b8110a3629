"""Reminders of the day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.cobranza.events import PagoDelDia, PromesaDelDia
from app.suites.credito.cobranza.service.recordatorios import RecordatorioService
from app.suites.credito.prestamos.models import Prestamo
from tests.factories.credito_cobranza import VisitaFactory
from tests.suites.credito.prestamos.cartera import PRIMERA, pagar, prestar, terms


@pytest.fixture
def context(app: Flask, database: None) -> Iterator[None]:
    with app.app_context():
        yield


def published(hour: int, minute: int = 5) -> list[Any]:
    """Events of a run at a time of the first due date in Mexico City, six hours behind UTC."""
    events: list[Any] = []
    handlers = {kind: [lambda _, event: events.append(event)] for kind in (PagoDelDia, PromesaDelDia)}
    at = datetime(PRIMERA.year, PRIMERA.month, PRIMERA.day, tzinfo=UTC) + timedelta(hours=hour + 6, minutes=minute)
    with clock.frozen(at):
        counts = RecordatorioService(replace(make_context(db.session()), handlers=handlers)).publicar()
    assert sum(counts.values()) == len(events)
    return events


def test_promises_and_unpaid_installments_of_the_day_are_published(context: None) -> None:
    part, _ = prestar(2, terms())[0], prestar(1, terms(), PRIMERA + timedelta(days=1))
    dead, paid = prestar(1, terms())[0], prestar(1, terms())[0]
    pagar(part, PRIMERA, 100)
    pagar(paid, PRIMERA, 300)
    who = db.session.get_one(Prestamo, dead).cliente_id
    db.session.execute(update(Cliente).where(Cliente.id == who).values(estado="fallecido", fecha_fallecimiento=PRIMERA))
    db.session.commit()
    today = VisitaFactory(resultado="promesa", promesa_fecha=PRIMERA, promesa_monto=Decimal(50))
    VisitaFactory(resultado="promesa", promesa_fecha=date(2026, 3, 10))
    promise, *due = published(7)
    assert (promise.visita_id, promise.cliente_id, promise.monto) == (today.id, today.cliente_id, Decimal(50))
    assert [(one.prestamo_id, one.cuota_numero, one.monto) for one in due] == [
        (part, 1, Decimal(200)),
        (part + 1, 1, Decimal(300)),
    ]


@pytest.mark.parametrize(("hour", "minute", "some"), [(6, 59, False), (7, 0, True), (21, 59, True), (22, 0, False)])
def test_nobody_is_reminded_at_night(context: None, hour: int, minute: int, some: bool) -> None:
    prestar(1, terms())
    assert bool(published(hour, minute)) is some
