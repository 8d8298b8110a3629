"""Service of clients."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from app.core.files.service import AttachedFiles, Download, KeptFile
from app.core.parties.rules import PartyKind, search_terms
from app.core.parties.service import PartyService
from app.infra.context import Context
from app.infra.queries.records import Item
from app.kernel.errors import Invalid, NotFound
from app.kernel.paging import Page, PageRequest
from app.suites.credito.clientes.events import ClienteCambiando
from app.suites.credito.clientes.models import Cliente, ClienteRecord
from app.suites.credito.clientes.queries import ClienteFilter, ClienteRepository
from app.suites.credito.clientes.rules import (
    MAYORIA_DE_EDAD,
    EstadoCivil,
    EstadoDeCliente,
    Propiedad,
    Sexo,
    edad,
    full_name,
)
from app.suites.credito.equipo.service import alcance, hoy

DOMAIN = "credito.clientes"
"""Name under which the documents of clients are kept."""
DOCUMENTS = ("ine_id", "comprobante_id", "pagare_id")
"""Columns of the documents."""


class ReferenciaValues(TypedDict):
    """Somebody who knows a client."""

    nombre: str
    telefono: NotRequired[str | None]
    relacion: NotRequired[str | None]


class _Optional(TypedDict, total=False):
    """The values of a client that need not be given."""

    apellido_materno: str | None
    curp: str | None
    rfc: str | None
    codigo_ine: str | None
    fecha_nacimiento: date | None
    sexo: Sexo | None
    telefono: str | None
    calle: str | None
    municipio: str | None
    entidad: str | None
    lat: Decimal | None
    lng: Decimal | None
    num_hijos: int
    es_aval: bool
    grupo_id: int | None
    limite_credito: Decimal | None
    estado: EstadoDeCliente
    fecha_fallecimiento: date | None
    aviso_privacidad_en: datetime | None
    autorizacion_buro_en: datetime | None
    folio_buro: str | None
    referencias: Sequence[ReferenciaValues]
    ine_id: int | None
    comprobante_id: int | None
    pagare_id: int | None
    notas: str | None


class ClienteChanges(_Optional, total=False):
    """The values of a client that may be changed."""

    nombre: str
    apellido_paterno: str
    colonia: str
    cp: str
    estado_civil: EstadoCivil
    propiedad: Propiedad


class NewCliente(_Optional):
    """The values of a new client."""

    nombre: str
    apellido_paterno: str
    colonia: str
    cp: str
    estado_civil: EstadoCivil
    propiedad: Propiedad


class ClienteFilters(TypedDict, total=False):
    """The criteria of a list of clients, besides words."""

    estado: EstadoDeCliente
    ruta_id: int
    grupo_id: int
    es_aval: bool


class ClienteService:
    """Creates, changes and deletes clients, who may also be guarantors."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.today = hoy(context)
        self.clientes = ClienteRepository(context.session, alcance(context))
        self.parties = PartyService(context)
        self.files = AttachedFiles(context, DOMAIN)

    def get(self, cliente_id: int) -> ClienteRecord:
        """One client."""
        return self.clientes.get(cliente_id)

    def page(
        self, request: PageRequest, *, q: str | None = None, **filters: Unpack[ClienteFilters]
    ) -> Page[ClienteRecord]:
        """One page of clients."""
        words = None if q is None else search_terms(q)
        return self.clientes.page(ClienteFilter(words=words, day=self.today, **filters), request)

    def ine(self, cliente_id: int) -> Download:
        """The voter's card of a client."""
        return self._document(self.get(cliente_id).ine_id)

    def comprobante(self, cliente_id: int) -> Download:
        """The proof of address of a client."""
        return self._document(self.get(cliente_id).comprobante_id)

    def pagare(self, cliente_id: int) -> Download:
        """The signed promissory note of a client."""
        return self._document(self.get(cliente_id).pagare_id)

    def create(self, **values: Unpack[NewCliente]) -> Item[ClienteRecord]:
        """Create a client, and a party for them; with a notice of each other client who may be the same person."""
        self._check(values)
        self._attach(values)
        name = full_name(values["nombre"], values["apellido_paterno"], values.get("apellido_materno"))
        cliente = self.clientes.add(Cliente(party=self.parties.new(name=name, kind=PartyKind.PERSON), **values))
        notices = [f"posible_duplicado:{other}" for other in self.clientes.duplicates(cliente)]
        return Item(self.clientes.get(cliente.id), {"avisos": notices})

    def update(self, cliente_id: int, **changes: Unpack[ClienteChanges]) -> ClienteRecord:
        """Change the given values and leave the others; another group or state may be refused by their loans."""
        cliente = self.clientes.get_for_update(cliente_id)
        before = _documents(cliente)
        after: ClienteChanges = {**_values_of(cliente), **changes}
        self._check(after)
        self._attach(changes, before)
        self._announce(cliente, after)
        self.clientes.change(cliente, changes)
        self._rename(cliente)
        self._release(before, _documents(cliente))
        return self.clientes.get(cliente_id)

    def delete(self, cliente_id: int) -> None:
        """Delete a client to whom nothing refers, their documents, and their party unless it has another role."""
        cliente = self.clientes.get_for_update(cliente_id)
        before = _documents(cliente)
        self.clientes.delete(cliente)
        self.parties.discard(cliente_id)
        self._release(before, ())

    def posibles_duplicados(self, cliente_id: int) -> list[int]:
        """Ids of others who may be the same person as a client."""
        return self.clientes.duplicates(self.clientes.get(cliente_id))

    def _document(self, file_id: int | None) -> Download:
        if file_id is None:
            raise NotFound("The client has no such document.")
        return self.files.download_attached(file_id)

    def _rename(self, cliente: Cliente) -> None:
        """Give the party the name that the client has now."""
        name = full_name(cliente.nombre, cliente.apellido_paterno, cliente.apellido_materno)
        if cliente.party.name != name:
            cliente.party.name = name
            self.clientes.flush()

    def _check(self, values: NewCliente | ClienteChanges) -> None:
        """Raise Invalid, naming the field, unless the values fit together and with today."""
        born, died = values.get("fecha_nacimiento"), values.get("fecha_fallecimiento")
        if born is not None and edad(born, self.today) < MAYORIA_DE_EDAD:
            raise Invalid.field("fecha_nacimiento", f"Must be {MAYORIA_DE_EDAD} or older.")
        if (values.get("estado") is EstadoDeCliente.FALLECIDO) != (died is not None):
            raise Invalid.field("fecha_fallecimiento", "Goes with the estado fallecido, and only with that.")
        if died is not None and (died > self.today or (born is not None and died < born)):
            raise Invalid.field("fecha_fallecimiento", "Must lie between the day of birth and today.")
        if (values.get("lat") is None) != (values.get("lng") is None):
            missing = "lat" if values.get("lat") is None else "lng"
            raise Invalid.field(missing, "A point has both lat and lng.")

    def _announce(self, cliente: Cliente, after: ClienteChanges) -> None:
        grupo_id, estado = after["grupo_id"], after["estado"]
        if (grupo_id, estado) != (cliente.grupo_id, cliente.estado):
            self.context.publish(ClienteCambiando(cliente.id, cliente.grupo_id, grupo_id, cliente.estado, estado))

    def _attach(self, values: NewCliente | ClienteChanges, before: Sequence[int | None] = ()) -> None:
        """Attach the documents that are new; Invalid for one that the caller may not read."""
        given: Mapping[str, object] = values
        for name in DOCUMENTS:
            file_id = given.get(name)
            if isinstance(file_id, int) and file_id not in before:
                self.files.attach_by_id(file_id, name)

    def _release(self, before: Sequence[int | None], after: Sequence[int | None]) -> None:
        """Delete the documents that the client no longer has."""
        for file_id in {one for one in before if one is not None} - set(after):
            self.files.release_by_id(file_id)


def may_read_file(context: Context, file: KeptFile) -> bool:
    """Whether the caller may see the client whose document a file is."""
    identity = context.identity
    if identity is None or not identity.may("credito.clientes:read"):
        return False
    return ClienteRepository(context.session, alcance(context)).has_file(file.id)


def _documents(cliente: Cliente) -> Sequence[int | None]:
    """Ids of the documents of a client."""
    return [getattr(cliente, name) for name in DOCUMENTS]


def _values_of(cliente: Cliente) -> ClienteChanges:
    """The values that are judged together."""
    return {
        "fecha_nacimiento": cliente.fecha_nacimiento,
        "fecha_fallecimiento": cliente.fecha_fallecimiento,
        "estado": cliente.estado,
        "lat": cliente.lat,
        "lng": cliente.lng,
        "grupo_id": cliente.grupo_id,
    }
