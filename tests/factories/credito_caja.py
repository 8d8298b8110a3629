"""Cuts with lines, shortages and bonuses."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import factory

from app.infra import clock
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.caja.models import Bono, BonoGanado, Devolucion, Entrega, Faltante, Gasto, Seguro
from app.suites.credito.diario.models import Corte
from app.suites.credito.diario.rules import EstadoCorte, debe, haber
from app.suites.credito.diario.service import Diario
from tests import factories
from tests.factories import Examples, RowFactory, Sent
from tests.factories.credito import CorteFactory, GrupoFactory, PersonalFactory, persona_de
from tests.factories.credito_prestamos import PrestamoFactory

CORTES = "/api/credito/cortes"
BONOS = "/api/credito/bonos"
SEGUROS = "/api/credito/seguros"
_amounts = count(20_000)
_HANDED_OVER = {
    "estado": "entregado",
    "entregado_en": datetime(2026, 3, 2, 23, tzinfo=UTC),
    "hasta": date(2026, 3, 2),
    "contado_al_entregar": Decimal(0),
}


class GastoFactory(RowFactory):
    """An expense."""

    class Meta:
        model = Gasto

    corte_id = factory.LazyFunction(lambda: CorteFactory().id)
    concepto = "Gasolina"
    monto = Decimal(100)
    fecha = date(2026, 3, 2)


class EntregaFactory(RowFactory):
    """Cash from the office that waits to be accepted."""

    class Meta:
        model = Entrega

    corte_id = factory.LazyFunction(lambda: CorteFactory().id)
    monto = Decimal(1000)


class DevolucionFactory(RowFactory):
    """Credit that was paid out by bank."""

    class Meta:
        model = Devolucion

    prestamo_id = factory.LazyFunction(lambda: PrestamoFactory().id)
    monto = Decimal(50)
    metodo = "banco"
    fecha = date(2026, 3, 2)


class SeguroFactory(RowFactory):
    """A premium that was passed on."""

    class Meta:
        model = Seguro

    tipo = "pagado"
    monto = Decimal(100)
    fecha = date(2026, 3, 2)


def prima() -> None:
    """A premium of 100 that is owed to the insurer, in the journal."""
    assert factories.app is not None
    with factories.app.app_context():
        lines = (debe("banco", Decimal(100)), haber("seguro_por_pagar", Decimal(100)))
        Diario(make_context(db.session())).asentar(date(2026, 3, 2), "prima", "ejemplos", next(_amounts), lines)
        db.session.commit()


def _seguro() -> Sent:
    prima()
    return SEGUROS, {"json": {"tipo": "pagado", "monto": 10, "referencia": "Transferencia 1042"}}


class BonoFactory(RowFactory):
    """A bonus of its own time."""

    class Meta:
        model = Bono

    nombre = "Ñandú"
    monto = Decimal(150)
    cobranza_desde = factory.Sequence(Decimal)
    cobranza_hasta = factory.LazyAttribute(lambda made: made.cobranza_desde + 1)
    faltas_maximas = 0
    vigente_desde = date(1980, 1, 1)
    vigente_hasta = date(1980, 12, 31)


def bono_ganado(**values: Any) -> Any:
    """A bonus that a group earned, of the first rule."""
    group = values.pop("grupo_id", None) or GrupoFactory().id
    made = {"semana": date(2026, 3, 2), "cobranza": Decimal(5500), "faltas": 0, "monto": Decimal(150), **values}
    titular = made.pop("titular_id", None) or PersonalFactory().id
    return BonoGanadoFactory(grupo_id=group, bono_id=BonoFactory().id, titular_id=titular, **made)


class BonoGanadoFactory(RowFactory):
    """A bonus that a group earned."""

    class Meta:
        model = BonoGanado


class FaltanteFactory(RowFactory):
    """A shortage of a cut."""

    class Meta:
        model = Faltante

    personal_id = factory.LazyFunction(lambda: PersonalFactory(puesto="cobrador").id)
    corte_id = factory.LazyAttribute(lambda made: CorteFactory(personal_id=made.personal_id).id)
    monto = Decimal(100)


def _own_cut(caller: Any) -> int:
    """Id of the open cut of whoever calls, made the first time."""
    personal_id = persona_de(caller)
    assert factories.app is not None
    with factories.app.app_context():
        own = db.session.query(Corte.id).filter_by(personal_id=personal_id, estado=EstadoCorte.ABIERTO)
        found: int | None = own.scalar()
    return CorteFactory(personal_id=personal_id, abierto_en=clock.now()).id if found is None else found


def _gasto(caller: Any) -> Sent:
    body = {"concepto": "Gasolina", "monto": 100}
    return f"{CORTES}/{_own_cut(caller)}/gastos", {"json": body}


def _gasto_asentado(caller: Any) -> str:
    """Address of an expense of one's own that is in the journal."""
    path, sent = _gasto(caller)
    return f"{path}/{caller.post(path, sent['json'])['data']['id']}"


def _entregar(caller: Any) -> Sent:
    return f"{CORTES}/{_own_cut(caller)}/entregar", {"json": {"contado": 0}}


def _aceptar(caller: Any) -> Sent:
    cut_id = _own_cut(caller)
    return f"{CORTES}/{cut_id}/entregas/{EntregaFactory(corte_id=cut_id).id}/aceptar", {}


def _bono(**values: Any) -> dict[str, Any]:
    lowest = next(_amounts)
    return {
        "nombre": "Uno",
        "monto": 10,
        "cobranza_desde": lowest,
        "cobranza_hasta": lowest + 1,
        "faltas_maximas": 1,
        "vigente_desde": "1990-01-01",
        "vigente_hasta": "1990-12-31",
        **values,
    }


ONE = f"{CORTES}/<id:corte_id>"
DEVOLUCIONES = "/api/credito/prestamos/<id:prestamo_id>/devoluciones"

EXAMPLES = Examples(
    rows={
        "Bono": lambda: BonoFactory().id,
        "Devolucion": lambda: DevolucionFactory().id,
        "Entrega": lambda: EntregaFactory().id,
        "Gasto": lambda: GastoFactory().id,
        "BonoGanado": lambda: bono_ganado().id,
        "Faltante": lambda: FaltanteFactory().id,
        "Seguro": lambda: SeguroFactory().id,
    },
    existing={
        f"{BONOS}/<id:bono_id>": lambda _: f"{BONOS}/{BonoFactory().id}",
        f"{ONE}/gastos/<id:gasto_id>": _gasto_asentado,
        f"{SEGUROS}/<id:seguro_id>": lambda _: f"{SEGUROS}/{SeguroFactory().id}",
        f"{DEVOLUCIONES}/<id:devolucion_id>": lambda _: (
            f"/api/credito/prestamos/{(loan_id := PrestamoFactory().id)}/devoluciones"
            f"/{DevolucionFactory(prestamo_id=loan_id).id}"
        ),
        f"{ONE}/entregas/<id:entrega_id>": lambda _: (
            f"{CORTES}/{(cut_id := CorteFactory().id)}/entregas/{EntregaFactory(corte_id=cut_id).id}"
        ),
    },
    changes={f"{BONOS}/<id:bono_id>": {"nombre": "Otro"}},
    posts={
        BONOS: lambda: (BONOS, {"json": _bono()}),
        SEGUROS: _seguro,
        f"{ONE}/entregas": lambda: (f"{CORTES}/{CorteFactory().id}/entregas", {"json": {"monto": 1000}}),
        f"{ONE}/confirmar": lambda: (
            f"{CORTES}/{CorteFactory(**_HANDED_OVER).id}/confirmar",
            {"json": {"contado": 0}},
        ),
        f"{ONE}/anular": lambda: (f"{CORTES}/{CorteFactory().id}/anular", {"json": {"motivo": "Se abrió por error"}}),
        "/api/credito/faltantes/<id:faltante_id>/abonar": lambda: (
            f"/api/credito/faltantes/{FaltanteFactory().id}/abonar",
            {"json": {"monto": 50, "metodo": "banco"}},
        ),
        "/api/credito/faltantes/<id:faltante_id>/castigar": lambda: (
            f"/api/credito/faltantes/{FaltanteFactory().id}/castigar",
            {"json": {"motivo": "La persona se fue"}},
        ),
        DEVOLUCIONES: lambda: (
            f"/api/credito/prestamos/{PrestamoFactory(saldo_a_favor=50).id}/devoluciones",
            {"json": {"monto": 50, "metodo": "banco"}},
        ),
        "/api/credito/bonos-ganados/<id:bono_ganado_id>/pagar": lambda: (
            f"/api/credito/bonos-ganados/{bono_ganado().id}/pagar",
            {"json": {"corte_id": CorteFactory().id}},
        ),
    },
    own_posts={
        f"{ONE}/gastos": _gasto,
        f"{ONE}/entregar": _entregar,
        f"{ONE}/entregas/<id:entrega_id>/aceptar": _aceptar,
    },
)
