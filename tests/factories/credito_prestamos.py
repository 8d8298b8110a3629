"""Loans."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import factory

from app.infra.context import make_context
from app.infra.db import db
from app.kernel.identity import Identity
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.clientes.rules import EstadoDeCliente
from app.suites.credito.equipo.rules import RUTA
from app.suites.credito.prestamos.models import Aval, Cargo, Prestamo, Propuesta
from app.suites.credito.prestamos.rules.cuotas import TipoCargo
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.propuestas import TipoPropuesta
from app.suites.credito.prestamos.rules.renovacion import MedioEntrega
from app.suites.credito.prestamos.service import CastigoService, DesembolsoService, SaldoService
from app.suites.credito.productos.models import condiciones_de
from app.suites.credito.productos.rules.cotizacion import cotizar
from tests import factories
from tests.factories import Examples, RowFactory, Sent
from tests.factories.auth import UserFactory
from tests.factories.credito import ClienteFactory, GrupoFactory
from tests.factories.credito_productos import TipoPrestamoFactory

DIA = date(2026, 3, 3)


class PrestamoFactory(RowFactory):
    """A request of 3,000 in 14 weeks, of a client of a group; what is not given is made."""

    class Meta:
        model = Prestamo

    monto = Decimal(3000)
    fecha_solicitud = DIA

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        cliente = kwargs.pop("cliente", None) or ClienteFactory(grupo_id=GrupoFactory(dia_reunion=1).id)
        tipo = kwargs.pop("tipo", None) or TipoPrestamoFactory(redondeo=Decimal(1))
        terms = condiciones_de(tipo)
        schedule = cotizar(terms, kwargs["monto"], kwargs["fecha_solicitud"]).calendario
        figures = {
            "cliente_id": cliente.id,
            "grupo_id": cliente.grupo_id,
            "tipo_prestamo_id": tipo.id,
            "condiciones": terms.to_json(),
            "numero_pagos": terms.numero_pagos,
            "interes_total": schedule.interes_total,
            "total_a_pagar": schedule.total_a_pagar,
            "cuota": schedule.cuota,
            "monto_entregado": kwargs["monto"],
        }
        return super()._create(model_class, *args, **figures, **kwargs)


class PropuestaFactory(RowFactory):
    """A pending proposal of somebody."""

    class Meta:
        model = Propuesta

    motivo = "No se encuentra a la clienta"
    fecha = DIA
    propuesta_por_id = factory.LazyFunction(lambda: UserFactory(role="gerente").id)


class AvalFactory(RowFactory):
    """A guarantor of a loan."""

    class Meta:
        model = Aval


class CargoFactory(RowFactory):
    """An expense that is charged to a loan."""

    class Meta:
        model = Cargo

    tipo = TipoCargo.GASTO
    fecha = DIA
    monto = Decimal(50)


PRESTAMOS = "/api/credito/prestamos"
ONE = f"{PRESTAMOS}/<id:prestamo_id>"


def _solicitud() -> dict[str, Any]:
    cliente = ClienteFactory(grupo_id=GrupoFactory().id)
    return {"cliente_id": cliente.id, "tipo_prestamo_id": TipoPrestamoFactory().id, "monto": 3000}


def _sent(act: str, body: dict[str, Any], **values: Any) -> Callable[[], Sent]:
    return lambda: (f"{PRESTAMOS}/{PrestamoFactory(**values).id}/{act}", {"json": body})


def prestamo_abierto(**terms: Any) -> Any:
    """A loan that was handed over today, by transfer."""
    made = PrestamoFactory(estado=EstadoPrestamo.APROBADO, tipo=TipoPrestamoFactory(redondeo=Decimal(1), **terms))
    assert factories.app is not None
    with factories.app.app_context():
        DesembolsoService(make_context(db.session())).desembolsar(made.id, medio=MedioEntrega.TRANSFERENCIA)
        db.session.commit()
    return made


def _renovable() -> Sent:
    made = prestamo_abierto(pagos_para_renovar=0)
    body = {"tipo_prestamo_id": made.tipo_prestamo_id, "monto": 9000}
    return f"{PRESTAMOS}/{made.id}/renovar", {"json": body}


def _desembolsado() -> Sent:
    return f"{PRESTAMOS}/{prestamo_abierto().id}/cancelar-desembolso", {"json": REASON}


def _cotizacion() -> Sent:
    return f"{PRESTAMOS}/cotizar", {"json": {"tipo_prestamo_id": TipoPrestamoFactory().id, "monto": 3000}}


REASON = {"motivo": "Ya no lo quiere"}
PRORROGA = {"tipo": "prorroga", "semanas": 2}


def _propuesto(act: str, tipo: TipoPropuesta, /, **datos: Any) -> Sent:
    """An act on an open loan, whose client died, that somebody else proposed."""
    made = prestamo_abierto()
    terms = {name: str(value) for name, value in datos.items()}
    PropuestaFactory(prestamo_id=made.id, tipo=tipo, datos=terms)
    assert factories.app is not None
    with factories.app.app_context():
        client = db.session.get_one(Cliente, made.cliente_id)
        client.estado, client.fecha_fallecimiento = EstadoDeCliente.FALLECIDO, DIA
        db.session.commit()
    return f"{PRESTAMOS}/{made.id}/{act}", {"json": {**REASON, **datos}}


def _cargo() -> Sent:
    """An open loan owes a charge."""
    made = CargoFactory(prestamo_id=prestamo_abierto().id)
    assert factories.app is not None
    with factories.app.app_context():
        loan = db.session.get_one(Prestamo, made.prestamo_id, with_for_update=True)
        SaldoService(make_context(db.session())).recalcular(loan, DIA)
        db.session.commit()
    return f"/api/credito/cargos/{made.id}/condonar", {"json": REASON}


def _sin_aval() -> Sent:
    """An open loan whose guarantor was blocked, and another client of the group."""
    made = prestamo_abierto()
    blocked = ClienteFactory(grupo_id=made.grupo_id, estado=EstadoDeCliente.BLOQUEADO)
    AvalFactory(prestamo_id=made.id, cliente_id=blocked.id)
    return f"{PRESTAMOS}/{made.id}/avales", {"json": {"cliente_id": ClienteFactory(grupo_id=made.grupo_id).id}}


def _castigado() -> Sent:
    """A loan that was written off today."""
    path, sent = _propuesto("castigar", TipoPropuesta.CASTIGO)
    user = UserFactory(role="director")
    assert factories.app is not None
    with factories.app.app_context():
        identity = Identity(user.id, None, "director", frozenset(), frozenset({RUTA}))
        CastigoService(make_context(db.session(), identity)).castigar(int(path.split("/")[-2]), **sent["json"])
        db.session.commit()
    return path.replace("castigar", "deshacer-castigo"), sent


EXAMPLES = Examples(
    rows={
        "Prestamo": lambda: PrestamoFactory(destino="Ñandú").id,
        "Cargo": lambda: CargoFactory(prestamo_id=PrestamoFactory().id).id,
        "Propuesta": lambda: PropuestaFactory(prestamo_id=PrestamoFactory().id, tipo=TipoPropuesta.CASTIGO).id,
    },
    existing={
        ONE: lambda _: f"{PRESTAMOS}/{PrestamoFactory().id}",
        f"{ONE}/cuotas": lambda _: f"{PRESTAMOS}/{prestamo_abierto().id}/cuotas",
        f"{ONE}/liquidacion": lambda _: f"{PRESTAMOS}/{prestamo_abierto().id}/liquidacion",
    },
    changes={ONE: {"destino": "Mercancía"}},
    posts={
        PRESTAMOS: lambda: (PRESTAMOS, {"json": _solicitud()}),
        f"{PRESTAMOS}/cotizar": _cotizacion,
        f"{ONE}/aprobar": _sent("aprobar", {}),
        f"{ONE}/rechazar": _sent("rechazar", REASON),
        f"{ONE}/cancelar": _sent("cancelar", REASON),
        f"{ONE}/desembolsar": _sent("desembolsar", {"medio": "transferencia"}, estado="aprobado"),
        f"{ONE}/renovar": _renovable,
        "/api/credito/cargos/<id:cargo_id>/condonar": _cargo,
        f"{ONE}/avales": _sin_aval,
        f"{ONE}/castigar": lambda: _propuesto("castigar", TipoPropuesta.CASTIGO),
        f"{ONE}/deshacer-castigo": _castigado,
        f"{ONE}/reestructurar": lambda: _propuesto("reestructurar", TipoPropuesta.REESTRUCTURA, **PRORROGA),
        f"{ONE}/cancelar-desembolso": _desembolsado,
        "/api/credito/avales/validar": lambda: (
            "/api/credito/avales/validar",
            {"json": {"avales": [], **{name: value for name, value in _solicitud().items() if name != "monto"}}},
        ),
    },
)
