"""Clients, as they are searched and compared."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    and_,
    cast,
    column,
    func,
    or_,
    select,
    table,
    true,
)

from app.infra.db.columns import folded
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.records import fields_of
from app.infra.queries.repository import Filter, equal
from app.infra.queries.scoped import ScopedRepository
from app.kernel.errors import Conflict, DomainError, NotFound
from app.suites.credito.clientes.models import Cliente, ClienteRecord
from app.suites.credito.clientes.rules import EstadoDeCliente
from app.suites.credito.equipo.models import Asignacion, vigente

_WORDS = func.party_words(Cliente.nombre_completo, Cliente.curp, Cliente.telefono, Cliente.codigo_ine)
MOST_DUPLICATES = 5
_DEUDAS = table(
    "credito_deudas_de_clientes",
    column("cliente_id", BigInteger),
    column("es_aval", Boolean),
    column("abierto", Boolean),
    *(column(name, Numeric) for name in ("saldo", "monto", "monto_entregado")),
    column("version", BigInteger),
)
"""View by which loans show what clients owe and guarantee."""


def _matching(words: object) -> ColumnElement[bool]:
    """Condition that a client has words which begin as those of a text query."""
    return _WORDS.bool_op("@@")(func.to_tsquery("simple", folded(words)))


@dataclass(frozen=True, slots=True)
class ClienteFilter(Filter):
    """Criteria of clients: words that begin as those of a text query; their route is that of their group on the day."""

    words: str | None = None
    estado: EstadoDeCliente | None = None
    ruta_id: int | None = None
    grupo_id: int | None = None
    es_aval: bool | None = None
    day: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        same = equal((Cliente.estado, self.estado), (Cliente.grupo_id, self.grupo_id), (Cliente.es_aval, self.es_aval))
        if self.words is not None:
            same.append(_matching(self.words))
        if self.ruta_id is not None:
            of_day = and_(Asignacion.ruta_id == self.ruta_id, vigente(Asignacion, self.day))
            same.append(Cliente.grupo_id.in_(select(Asignacion.grupo_id).where(of_day)))
        return same


def _taken(field: str, message: str) -> Conflict:
    return Conflict(message, code=f"{field}_taken", errors={field: [message]})


class ClienteRepository(ScopedRepository[Cliente, ClienteRecord]):
    """Clients of the groups within the caller's scope."""

    model = Cliente
    record = ClienteRecord
    scoped_by: ClassVar[str] = "grupo_id"
    conflicts: ClassVar[dict[str, DomainError]] = {
        "uq_credito_clientes_curp": _taken("curp", "Another client has this CURP."),
        "uq_credito_clientes_codigo_ine": _taken("codigo_ine", "Another client has this code of the INE."),
        "fk_credito_clientes_grupo_id_credito_grupos": NotFound("This grupo does not exist."),
        "fk_credito_grupos_presidenta_id_credito_clientes": Conflict(
            "The client is the presidenta of the group.", code="cliente_es_presidenta"
        ),
    }

    @classmethod
    def base_query(cls) -> Select[Any]:
        own, debts = Cliente.__table__, _debts()
        computed: dict[str, ColumnElement[Any]] = {**own.c, **debts.c, "version": _version(debts)}
        columns = (computed[name].label(name) for name in fields_of(ClienteRecord))
        return select(*columns).select_from(own.join(debts, true()))

    def version_of(self, row: Cliente) -> int:
        """Version of a client, which also grows with their loans, whose sums are shown."""
        debts = _debts()
        found = select(_version(debts)).select_from(Cliente.__table__.join(debts, true())).where(Cliente.id == row.id)
        return self.session.execute(found).scalar_one()

    def duplicates(self, cliente: Cliente | ClienteRecord) -> list[int]:
        """Ids of the first others with the same telephone number, or the same name and day of birth."""
        telephone = "".join(filter(str.isdigit, cliente.telefono or ""))
        found = _duplicates(
            own_id=cliente.id, name=cliente.nombre_completo, born=cliente.fecha_nacimiento, telephone=telephone
        )
        return [row_id for (row_id,) in found.rows(self.session)]

    def has_file(self, file_id: int) -> bool:
        """Whether a client within the scope has this file."""
        of_file = or_(Cliente.ine_id == file_id, Cliente.comprobante_id == file_id, Cliente.pagare_id == file_id)
        return self.session.scalar(select(Cliente.id).where(of_file, *self._within()).limit(1)) is not None


def _debts() -> FromClause:
    """Sums of the open loans of a client, as borrower and as guarantor."""
    deudas = _DEUDAS.c
    borrowed = and_(deudas.abierto, ~deudas.es_aval)
    sums = {"saldo": deudas.saldo, "prestamo_papel": deudas.monto, "prestamo_real": deudas.monto_entregado}
    return (
        select(
            func.count().filter(borrowed).label("prestamos_abiertos"),
            func.count().filter(deudas.abierto, deudas.es_aval).label("prestamos_avalados"),
            *(func.coalesce(func.sum(amount).filter(borrowed), 0).label(name) for name, amount in sums.items()),
            cast(func.coalesce(func.sum(deudas.version), 0), BigInteger).label("versions"),
        )
        .where(deudas.cliente_id == Cliente.__table__.c.id)
        .correlate(Cliente.__table__)
        .lateral("debts")
    )


def _version(debts: FromClause) -> ColumnElement[int]:
    return (Cliente.__table__.c.version + debts.c.versions).label("version")


@cached_query
def _duplicates() -> Select[Any]:
    telephone, digits = parameter("telephone", str), func.regexp_replace(Cliente.telefono, "[^0-9]", "", "g")
    same_name = and_(
        func.name_key(Cliente.nombre_completo) == func.name_key(parameter("name", str)),
        Cliente.fecha_nacimiento == parameter("born", date),
    )
    same_number = and_(telephone != "", _matching(func.concat("'", telephone, "'")), digits == telephone)
    others = select(Cliente.id).where(Cliente.id != parameter("own_id", int), or_(same_name, same_number))
    return others.order_by(Cliente.id).limit(MOST_DUPLICATES)
