"""People of the suite credito, routes and groups."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import factory

from app.core.ledger.models import EntryLine
from app.core.parties.models import Party
from app.core.parties.rules import PartyKind
from app.infra.context import make_context
from app.infra.db import db
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.clientes.rules import EstadoCivil, Propiedad
from app.suites.credito.diario.models import Corte
from app.suites.credito.diario.rules import EstadoCorte, debe, haber
from app.suites.credito.diario.service import Diario
from app.suites.credito.equipo.models import Asignacion, DiaInhabil, Grupo, MandoDeRuta, Personal, Ruta, SemanaSinCobro
from tests import factories
from tests.factories import Examples, RowFactory
from tests.factories.auth import UserFactory

ROOT = "/api/credito"
_numbers = count(1)
FROM_THE_START = date(2000, 1, 1)
_NUMBERS = count(1)
"""Numbers that make names unique."""


class PersonalFactory(RowFactory):
    """A person of the suite, with a user of the role `puesto`."""

    class Meta:
        model = Personal

    nombre = factory.Sequence(lambda n: f"Persona {n:03}")
    clave = factory.Sequence(lambda n: f"P{n:05}")

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, puesto: str = "titular", **kwargs: Any) -> Any:
        user_id = kwargs.pop("user_id", None) or UserFactory(role=puesto).id
        return super()._create(model_class, *args, user_id=user_id, **kwargs)


def persona_de(caller: Any) -> int:
    """Id of the row of whoever calls, made the first time."""
    user_id: int = caller.get("/api/auth/user")["data"]["id"]
    assert factories.app is not None
    with factories.app.app_context():
        found: int | None = db.session.query(Personal.id).filter_by(user_id=user_id).scalar()
    return PersonalFactory(user_id=user_id).id if found is None else found


class MandoDeRutaFactory(RowFactory):
    """A period in which the same people managed and supervised a route."""

    class Meta:
        model = MandoDeRuta

    desde = FROM_THE_START


class RutaFactory(RowFactory):
    """A route, with its history."""

    class Meta:
        model = Ruta

    nombre = factory.Sequence(lambda n: f"Ruta {n:03}")

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        made = super()._create(model_class, *args, **kwargs)
        MandoDeRutaFactory(ruta_id=made.id, gerente_id=made.gerente_id, supervisor_id=made.supervisor_id)
        return made


class DiaInhabilFactory(RowFactory):
    """A holiday of all routes."""

    class Meta:
        model = DiaInhabil

    fecha = factory.Sequence(lambda n: date(2026, 1, 1) + timedelta(days=n))
    nombre = "Ñandú"


class SemanaSinCobroFactory(RowFactory):
    """A week without collection on all routes."""

    class Meta:
        model = SemanaSinCobro

    semana = factory.Sequence(lambda n: date(2026, 1, 5) + timedelta(weeks=n))
    motivo = "Semana Santa"


class AsignacionFactory(RowFactory):
    """A period of a group."""

    class Meta:
        model = Asignacion

    numero = 1
    desde = FROM_THE_START


class GrupoFactory(RowFactory):
    """A group, assigned from the start to a route and people; what is not given is made."""

    class Meta:
        model = Grupo

    nombre = factory.Sequence(lambda n: f"Grupo {n:03}")
    dia_reunion = 2

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        ruta_id = kwargs.pop("ruta_id", None) or RutaFactory().id
        titular_id = kwargs.pop("titular_id", None) or PersonalFactory().id
        cobrador_id = kwargs.pop("cobrador_id", None)
        made = super()._create(model_class, *args, ultima_ruta_id=ruta_id, **kwargs)
        AsignacionFactory(grupo_id=made.id, ruta_id=ruta_id, titular_id=titular_id, cobrador_id=cobrador_id)
        return made


class ClienteFactory(RowFactory):
    """A client, and their party."""

    class Meta:
        model = Cliente

    nombre = "Mariana"
    apellido_paterno = factory.Sequence(lambda n: f"Hernández {n:03}")
    colonia = "Centro"
    cp = "06000"
    estado_civil = EstadoCivil.CASADO
    num_hijos = 2
    propiedad = Propiedad.RENTADA

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **kwargs: Any) -> Any:
        name = f"{kwargs['nombre']} {kwargs['apellido_paterno']}"
        return super()._create(model_class, *args, party=Party(name=name, kind=PartyKind.PERSON), **kwargs)


class CorteFactory(RowFactory):
    """An open cut."""

    class Meta:
        model = Corte

    personal_id = factory.LazyFunction(lambda: PersonalFactory(puesto="cobrador").id)
    abierto_en = datetime(2026, 3, 2, 18, tzinfo=UTC)
    desde = date(2026, 3, 2)
    semilla = Decimal(0)


def linea() -> int:
    """Id of a line of the journal."""
    assert factories.app is not None
    with factories.app.app_context():
        diario = Diario(make_context(db.session()))
        lines = (debe("efectivo:ANA1", Decimal(300)), haber("cartera", Decimal(300)))
        entry_id = diario.asentar(date(2026, 3, 2), "pago", "pagos", next(_numbers), lines)
        found: int = db.session.query(EntryLine.id).filter_by(entry_id=entry_id, position=1).scalar()
        db.session.commit()
        return found


def _open_cut(caller: Any) -> tuple[str, dict[str, Any]]:
    """A request of somebody who has no open cut, or none any more."""
    personal_id = persona_de(caller)
    assert factories.app is not None
    with factories.app.app_context():
        for cut in db.session.query(Corte).filter_by(personal_id=personal_id, estado=EstadoCorte.ABIERTO):
            cut.estado, cut.motivo = EstadoCorte.ANULADO, "Ejemplo"
        db.session.commit()
    return f"{ROOT}/cortes", {"json": {"semilla": 0}}


def _asignacion() -> int:
    made = GrupoFactory()
    found: int = AsignacionFactory(
        grupo_id=made.id,
        ruta_id=made.ultima_ruta_id,
        titular_id=PersonalFactory().id,
        numero=2,
        desde=date(1990, 1, 1),
        hasta=date(1990, 12, 31),
    ).id
    return found


EXAMPLES = Examples(
    rows={
        "Personal": lambda: PersonalFactory(nombre="Ñandú").id,
        "Ruta": lambda: RutaFactory(nombre="Ñandú").id,
        "Grupo": lambda: GrupoFactory(nombre="Ñandú", hora_reunion=time(17, 30)).id,
        "Asignacion": _asignacion,
        "Cliente": lambda: ClienteFactory(nombre="Ñandú").id,
        "Corte": lambda: CorteFactory().id,
        "EntryLine": linea,
        "DiaInhabil": lambda: DiaInhabilFactory().id,
        "SemanaSinCobro": lambda: SemanaSinCobroFactory().id,
    },
    existing={
        f"{ROOT}/personal/<id:personal_id>": lambda _: f"{ROOT}/personal/{PersonalFactory().id}",
        f"{ROOT}/rutas/<id:ruta_id>": lambda _: f"{ROOT}/rutas/{RutaFactory().id}",
        f"{ROOT}/grupos/<id:grupo_id>": lambda _: f"{ROOT}/grupos/{GrupoFactory().id}",
        f"{ROOT}/clientes/<id:cliente_id>": lambda _: f"{ROOT}/clientes/{ClienteFactory().id}",
        f"{ROOT}/dias-inhabiles/<id:dia_id>": lambda _: f"{ROOT}/dias-inhabiles/{DiaInhabilFactory().id}",
        f"{ROOT}/semanas-sin-cobro/<id:semana_id>": lambda _: f"{ROOT}/semanas-sin-cobro/{SemanaSinCobroFactory().id}",
    },
    changes={
        f"{ROOT}/dias-inhabiles/<id:dia_id>": {"nombre": "Otro"},
        f"{ROOT}/semanas-sin-cobro/<id:semana_id>": {"motivo": "Otra razón"},
        f"{ROOT}/personal/<id:personal_id>": {"nombre": "Otra"},
        f"{ROOT}/rutas/<id:ruta_id>": {"activa": False},
        f"{ROOT}/grupos/<id:grupo_id>": {"nombre": "Otro"},
        f"{ROOT}/clientes/<id:cliente_id>": {"nombre": "Otra"},
    },
    posts={
        f"{ROOT}/personal": lambda: (
            f"{ROOT}/personal",
            {
                "json": {
                    "user_id": UserFactory(role="cobrador").id,
                    "nombre": "Luz",
                    "puesto": "cobrador",
                    "clave": f"L{next(_NUMBERS):04}",
                }
            },
        ),
        f"{ROOT}/dias-inhabiles": lambda: (
            f"{ROOT}/dias-inhabiles",
            {"json": {"fecha": f"{date(2031, 9, 16) + timedelta(next(_NUMBERS))}", "nombre": "Independencia"}},
        ),
        f"{ROOT}/semanas-sin-cobro": lambda: (
            f"{ROOT}/semanas-sin-cobro",
            {"json": {"semana": f"{date(2031, 4, 7) + timedelta(weeks=next(_NUMBERS))}", "motivo": "Semana Santa"}},
        ),
        f"{ROOT}/rutas": lambda: (f"{ROOT}/rutas", {"json": {"nombre": f"Norte {next(_NUMBERS)}"}}),
        f"{ROOT}/clientes": lambda: (
            f"{ROOT}/clientes",
            {
                "json": {
                    "nombre": "Mariana",
                    "apellido_paterno": "Hernández",
                    "colonia": "Centro",
                    "cp": "06000",
                    "estado_civil": "casado",
                    "propiedad": "rentada",
                }
            },
        ),
        f"{ROOT}/grupos": lambda: (
            f"{ROOT}/grupos",
            {
                "json": {
                    "nombre": "Las Rosas",
                    "ruta_id": RutaFactory().id,
                    "titular_id": PersonalFactory().id,
                    "dia_reunion": 2,
                    "hora_reunion": "17:30",
                }
            },
        ),
        f"{ROOT}/grupos/<id:grupo_id>/transferir": lambda: (
            f"{ROOT}/grupos/{GrupoFactory().id}/transferir",
            {"json": {"titular_id": PersonalFactory().id, "desde": "2199-01-01"}},
        ),
    },
    own_posts={f"{ROOT}/cortes": _open_cut},
)
