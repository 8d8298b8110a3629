"""Payments, visits and missed weeks."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import factory

from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.cobranza.models import Falta, Visita
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.cobranza.service import PagoService
from app.suites.credito.prestamos.models import Pago
from app.suites.credito.prestamos.rules.faltas import TipoFalta
from app.suites.credito.prestamos.rules.pagos import Duda, EstadoPago, MetodoPago, OrigenPago
from tests import factories
from tests.factories import Examples, RowFactory, Sent
from tests.factories.credito import ClienteFactory, GrupoFactory, PersonalFactory, persona_de
from tests.factories.credito_prestamos import PrestamoFactory, prestamo_abierto

ROOT = "/api/credito"
REASON = {"motivo": "Se capturó en otro préstamo"}
LUNES = date(2026, 3, 9)


class PagoPorRevisarFactory(RowFactory):
    """A payment that waits for a supervisor."""

    class Meta:
        model = Pago

    recibo = factory.Sequence(lambda n: f"X-{n:06}")
    fecha = LUNES
    registrado_en = datetime(2026, 3, 9, 18, tzinfo=UTC)
    monto = Decimal(300)
    metodo = MetodoPago.TRANSFERENCIA
    origen = OrigenPago.CAMPO
    estado = EstadoPago.POR_REVISAR
    duda = Duda.PRESTAMO_CERRADO
    notas = "Ñandú"


class VisitaFactory(RowFactory):
    """A visit to a client of a group."""

    class Meta:
        model = Visita

    local_id = factory.LazyFunction(uuid4)
    cliente_id = factory.LazyFunction(lambda: ClienteFactory(grupo_id=GrupoFactory().id).id)
    cobrador_id = factory.LazyFunction(lambda: PersonalFactory(puesto="cobrador").id)
    fecha_hora = datetime(2026, 3, 9, 18, tzinfo=UTC)
    resultado = ResultadoVisita.PROMESA
    promesa_fecha = factory.LazyFunction(date.today)
    notas = "Ñandú"


class FaltaFactory(RowFactory):
    """A week in which nothing was paid."""

    class Meta:
        model = Falta

    prestamo_id = factory.LazyFunction(lambda: prestamo_abierto().id)
    semana = LUNES
    cuota_numero = 1
    esperado = Decimal(300)
    abonado = Decimal(0)
    faltante = Decimal(300)
    tipo = TipoFalta.SIN_PAGO
    tolerada = True


def pago(**values: Any) -> int:
    """Id of a payment by transfer, of a loan that was handed over."""
    loan = prestamo_abierto()
    assert factories.app is not None
    with factories.app.app_context():
        request = {"prestamo_id": loan.id, "monto": Decimal(300), "metodo": MetodoPago.TRANSFERENCIA, **values}
        made = PagoService(make_context(db.session())).registrar(**request)
        db.session.commit()
        return made.pago.record.id


def _paid_loan() -> int:
    """Id of a loan with a payment."""
    loan_id: int = PrestamoFactory().id
    PagoPorRevisarFactory(prestamo_id=loan_id)
    return loan_id


def _transfer(loan_id: int, **values: Any) -> dict[str, Any]:
    return {"json": {"prestamo_id": loan_id, "monto": 300, "metodo": "transferencia", **values}}


def _hoja() -> Sent:
    loan = prestamo_abierto()
    lines = [{"prestamo_id": loan.id, "monto": 300}]
    return f"{ROOT}/grupos/{loan.grupo_id}/pagos", {"json": {"metodo": "deposito", "total": 300, "pagos": lines}}


def _liquidacion() -> Sent:
    loan = prestamo_abierto()
    return f"{ROOT}/prestamos/{loan.id}/liquidacion", {"json": {"monto": 4200, "metodo": "transferencia"}}


def _resuelto() -> Sent:
    waiting = PagoPorRevisarFactory(prestamo_id=prestamo_abierto().id)
    return f"{ROOT}/pagos/{waiting.id}/resolver", {"json": {"accion": "aplicar"}}


def _own(path: str, body: Callable[[], dict[str, Any]]) -> Callable[[Any], Sent]:
    """A request of a user who is somebody of the suite."""

    def send(caller: Any) -> Sent:
        persona_de(caller)
        return f"{ROOT}/{path}", {"json": body()}

    return send


def _semana() -> Sent:
    loan = PrestamoFactory()
    return f"{ROOT}/faltas/justificar", {"json": {"grupo_id": loan.grupo_id, "semana": "2026-03-09", **REASON}}


def _con_avales(part: str) -> Callable[[Any], str]:
    """Address below a client with an open loan, of whose group somebody else is."""

    def address(_caller: Any) -> str:
        loan = prestamo_abierto()
        ClienteFactory(grupo_id=loan.grupo_id)
        return f"{ROOT}/clientes/{loan.cliente_id}/{part}"

    return address


ONE_CLIENTE = f"{ROOT}/clientes/<id:cliente_id>"
ONE_PAGO, ONE_PRESTAMO = f"{ROOT}/pagos/<id:pago_id>", f"{ROOT}/prestamos/<id:prestamo_id>"

EXAMPLES = Examples(
    rows={
        "Pago": lambda: PagoPorRevisarFactory(prestamo_id=PrestamoFactory().id).id,
        "Visita": lambda: VisitaFactory().id,
        "Falta": lambda: FaltaFactory().id,
    },
    existing={
        ONE_PAGO: lambda _: f"{ROOT}/pagos/{pago()}",
        f"{ROOT}/visitas/<id:visita_id>": lambda _: f"{ROOT}/visitas/{VisitaFactory().id}",
        f"{ROOT}/faltas/<id:falta_id>": lambda _: f"{ROOT}/faltas/{FaltaFactory().id}",
        f"{ONE_PRESTAMO}/pagos": lambda _: f"{ROOT}/prestamos/{_paid_loan()}/pagos",
        f"{ONE_CLIENTE}/historial": _con_avales("historial"),
        f"{ONE_CLIENTE}/avales-sugeridos": _con_avales("avales-sugeridos"),
        **{
            f"{ONE_PRESTAMO}/{part}": lambda _, part=part: f"{ROOT}/prestamos/{prestamo_abierto().id}/{part}"
            for part in ("estado-cuenta", "tarjeta", "contrato")
        },
        f"{ONE_PRESTAMO}/faltas": lambda _: f"{ROOT}/prestamos/{FaltaFactory().prestamo_id}/faltas",
    },
    changes={ONE_PAGO: {"notas": "Pagó su hija"}},
    posts={
        f"{ROOT}/pagos": lambda: (f"{ROOT}/pagos", _transfer(prestamo_abierto().id)),
        f"{ONE_PAGO}/reversar": lambda: (f"{ROOT}/pagos/{pago()}/reversar", {"json": REASON}),
        f"{ONE_PAGO}/resolver": _resuelto,
        f"{ROOT}/grupos/<id:grupo_id>/pagos": _hoja,
        f"{ONE_PRESTAMO}/liquidacion": _liquidacion,
        f"{ROOT}/faltas/justificar": _semana,
        f"{ROOT}/faltas/<id:falta_id>/justificar": lambda: (
            f"{ROOT}/faltas/{FaltaFactory().id}/justificar",
            {"json": REASON},
        ),
    },
    own_posts={
        f"{ROOT}/visitas": _own("visitas", lambda: {"cliente_id": ClienteFactory().id, "resultado": "no_estaba"}),
        f"{ROOT}/cobranza/sincronizar": _own(
            "cobranza/sincronizar", lambda: {"dispositivo": "tel-1", "pagos": [], "visitas": []}
        ),
    },
)
