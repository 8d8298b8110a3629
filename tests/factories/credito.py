"""People of the suite credito, routes and groups."""

from datetime import date, time
from typing import Any

import factory

from app.core.parties.models import Party
from app.core.parties.rules import PartyKind
from app.suites.credito.clientes.models import Cliente
from app.suites.credito.clientes.rules import EstadoCivil, Propiedad
from app.suites.credito.equipo.models import Asignacion, Grupo, MandoDeRuta, Personal, Ruta
from tests.factories import Examples, RowFactory
from tests.factories.auth import UserFactory

FROM_THE_START = date(2000, 1, 1)


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


ROOT = "/api/credito"

EXAMPLES = Examples(
    rows={
        "Personal": lambda: PersonalFactory(nombre="Ñandú").id,
        "Ruta": lambda: RutaFactory(nombre="Ñandú").id,
        "Grupo": lambda: GrupoFactory(nombre="Ñandú", hora_reunion=time(17, 30)).id,
        "Asignacion": _asignacion,
        "Cliente": lambda: ClienteFactory(nombre="Ñandú").id,
    },
    existing={
        f"{ROOT}/personal/<id:personal_id>": lambda _: f"{ROOT}/personal/{PersonalFactory().id}",
        f"{ROOT}/rutas/<id:ruta_id>": lambda _: f"{ROOT}/rutas/{RutaFactory().id}",
        f"{ROOT}/grupos/<id:grupo_id>": lambda _: f"{ROOT}/grupos/{GrupoFactory().id}",
        f"{ROOT}/clientes/<id:cliente_id>": lambda _: f"{ROOT}/clientes/{ClienteFactory().id}",
    },
    changes={
        f"{ROOT}/personal/<id:personal_id>": {"nombre": "Otra"},
        f"{ROOT}/rutas/<id:ruta_id>": {"nombre": "Otra"},
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
                    "clave": "LUZ1",
                }
            },
        ),
        f"{ROOT}/rutas": lambda: (f"{ROOT}/rutas", {"json": {"nombre": "Norte"}}),
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
)
