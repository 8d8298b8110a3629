"""The collector's day: what to collect by the end of the week, and what is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TypedDict, Unpack

from app.infra.context import Context
from app.kernel.errors import Forbidden, NotFound
from app.kernel.identity import ALL
from app.suites.credito.cobranza.queries.dia import (
    CobroDelDia,
    GrupoDelDia,
    Huella,
    cambiados_desde,
    cobros_del_dia,
    cuotas_de_varios,
    grupos_de,
    huella_de,
)
from app.suites.credito.cobranza.queries.personas import Cobrador, cobrador
from app.suites.credito.cobranza.rules.recibos import Bloque
from app.suites.credito.cobranza.service.recibos import ReciboService
from app.suites.credito.diario.service import CorteService
from app.suites.credito.equipo.rules import DAY, WEEK, lunes
from app.suites.credito.equipo.service import PersonalRepository, a_cargo, alcance, hoy, persona
from app.suites.credito.prestamos.rules.liquidacion import cotizar_liquidacion
from app.suites.credito.productos.rules.condiciones import Liquidacion

TRASLAPE = timedelta(minutes=1)
"""Time before a version from which on changes are sent again: a transaction may end after a later one."""
OTROS = "credito.pagos:resolver"
"""Permission to see the day of somebody else."""


NADIE = Cobrador(0, "", None)
"""Stands for the person of those who are nobody of the suite."""


class DiaRequest(TypedDict, total=False):
    """The person, the day and the version that is known."""

    fecha: date
    dispositivo: str
    desde_version: str
    cobrador_id: int


@dataclass(frozen=True, slots=True)
class Version:
    """A state of somebody's day: its parts that a later request is compared with."""

    fecha: date
    grupos: str
    """Digest of the groups."""
    instante: int
    """Microseconds of the last change."""
    resto: str
    """Digest of all else."""

    def __str__(self) -> str:
        return f"{self.fecha}.{self.grupos}.{self.instante}.{self.resto}"

    @classmethod
    def leer(cls, text: str) -> "Version | None":
        """The version of a text, or None for another text."""
        parts = text.split(".")
        try:
            day, groups, moment, rest = parts
            return cls(date.fromisoformat(day), groups, int(moment), rest)
        except ValueError:
            return None

    @property
    def desde(self) -> datetime:
        """The instant from which on changes may not be known."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.instante) - TRASLAPE


@dataclass(frozen=True, slots=True)
class Dia:
    """A collector's day, or what changed of it."""

    fecha: date
    version: str
    etag: str
    sin_cambio: bool
    completo: bool = True
    limite_efectivo: Decimal | None = None
    efectivo: Decimal = Decimal(0)
    recibos: Mapping[str, object] | None = None
    recibos_siguientes: Mapping[str, object] | None = None
    grupos: Sequence[Mapping[str, object]] = ()
    sin_grupo: Sequence[Mapping[str, object]] = ()
    quitados: Sequence[int] = field(default=())


class DiaService:
    """Reads the day of a person, and gives receipts to their device."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.today = hoy(context)
        self.alcance = alcance(context)

    def get(self, **pedido: Unpack[DiaRequest]) -> Dia:
        """The day of who asks, or of a person whom they answer for; with `desde_version` what changed since."""
        person, day = self._persona(pedido.get("cobrador_id")), pedido.get("fecha", self.today)
        groups = self._grupos(person, day)
        ids = [one.id for one in groups]
        unlimited = self.alcance.ids is None and "cobrador_id" not in pedido
        version = _version(day, ids, huella_de(self.session, ids, sin_grupo=unlimited))
        cash = CorteService(self.context).efectivo_en_mano(person.id, person.clave)
        blocks = self._bloques(person, pedido.get("dispositivo"))
        etag = _digest([str(version), cash, person.limite_efectivo, [(one.desde, one.usado_hasta) for one in blocks]])
        known = pedido.get("desde_version")
        if known == str(version):
            return Dia(day, str(version), etag, sin_cambio=True)
        since = None if known is None else Version.leer(known)
        if since is not None and (since.fecha, since.grupos) != (version.fecha, version.grupos):
            since = None
        loans = self._cobros(ids, day, sin_grupo=unlimited)
        shown = [one for one in loans if since is None or one.cambio >= since.desde]
        rows = self._renglones(shown, day)
        return Dia(
            fecha=day,
            version=str(version),
            etag=etag,
            sin_cambio=False,
            completo=since is None,
            limite_efectivo=person.limite_efectivo,
            efectivo=cash,
            recibos=_bloque(person, blocks, 0),
            recibos_siguientes=_bloque(person, blocks, 1),
            grupos=_agrupados(groups, shown, rows, all_groups=since is None),
            sin_grupo=[rows[one.id] for one in shown if one.grupo_id is None],
            quitados=() if since is None else self._quitados(ids, since, loans),
        )

    def _persona(self, cobrador_id: int | None) -> Cobrador:
        """The person whose day it is; Forbidden for another's unless the caller answers for collectors.

        Those who see all and are nobody of the suite see loans without a group only.
        """
        identity = self.context.identity
        if cobrador_id is None and identity is not None and self.alcance.ids is None:
            found = PersonalRepository(self.session, ALL).find_of_user(identity.user_id)
            return NADIE if found is None else Cobrador(found.id, found.clave, found.limite_efectivo)
        if cobrador_id is None:
            own = persona(self.context)
            return Cobrador(own.id, own.clave, own.limite_efectivo)
        if identity is not None and not identity.may(OTROS):
            raise Forbidden("You may see your own day only.")
        theirs = a_cargo(self.context, self.alcance).includes(cobrador_id)
        other = cobrador(self.session, cobrador_id) if theirs else None
        if other is None:
            raise NotFound(f"Personal {cobrador_id} does not exist.")
        return other

    def _grupos(self, person: Cobrador, day: date) -> list[GrupoDelDia]:
        """Groups of a person within the caller's scope."""
        return [one for one in grupos_de(self.session, person.id, day) if self.alcance.includes(one.id)]

    def _bloques(self, person: Cobrador, dispositivo: str | None) -> list[Bloque]:
        if dispositivo is None or person is NADIE:
            return []
        return ReciboService(self.context).bloques(person.id, dispositivo)

    def _cobros(self, ids: Sequence[int], day: date, *, sin_grupo: bool) -> list[CobroDelDia]:
        monday = lunes(day)
        return cobros_del_dia(self.session, ids, day, monday + WEEK - DAY, monday - DAY, sin_grupo=sin_grupo)

    def _renglones(self, loans: Sequence[CobroDelDia], day: date) -> dict[int, Mapping[str, object]]:
        """Figures of loans as they are shown, by id."""
        accrued = [one.id for one in loans if one.liquidacion is Liquidacion.INTERES_DEVENGADO]
        cuotas = cuotas_de_varios(self.session, accrued)
        found: dict[int, Mapping[str, object]] = {}
        for one in loans:
            settled = one.saldo
            if one.id in cuotas:
                left = [cuota.vigente for cuota in cuotas[one.id]]
                bonus = cotizar_liquidacion(one.liquidacion, left, (), day).bonificacion
                settled = one.saldo - bonus
            found[one.id] = {**one._asdict(), **_visita(one), "direccion": one.direccion, "liquidacion": settled}
        return found

    def _quitados(self, ids: Sequence[int], since: Version, loans: Sequence[CobroDelDia]) -> list[int]:
        """Loans that changed and need not be collected any more."""
        return sorted(cambiados_desde(self.session, ids, since.desde) - {one.id for one in loans})


def _visita(one: CobroDelDia) -> Mapping[str, object]:
    visit = None
    if one.visita_en is not None:
        visit = {"fecha_hora": one.visita_en, "resultado": one.visita_resultado, "notas": one.visita_notas}
    promise = None if one.promesa_fecha is None else {"fecha": one.promesa_fecha, "monto": one.promesa_monto}
    return {"ultima_visita": visit, "promesa": promise}


def _agrupados(
    groups: Sequence[GrupoDelDia],
    loans: Sequence[CobroDelDia],
    rows: Mapping[int, Mapping[str, object]],
    *,
    all_groups: bool,
) -> list[Mapping[str, object]]:
    by_group: dict[int, list[Mapping[str, object]]] = {one.id: [] for one in groups}
    for loan in loans:
        if loan.grupo_id is not None:
            by_group[loan.grupo_id].append(rows[loan.id])
    return [{**one._asdict(), "prestamos": by_group[one.id]} for one in groups if all_groups or by_group[one.id]]


def _bloque(person: Cobrador, blocks: Sequence[Bloque], place: int) -> Mapping[str, object] | None:
    if place >= len(blocks):
        return None
    one = blocks[place]
    return {"prefijo": person.clave, "desde": one.desde, "hasta": one.hasta, "usado_hasta": one.usado_hasta}


def _version(day: date, groups: Sequence[int], found: Huella) -> Version:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    moment = 0 if found.cambio is None else (found.cambio - epoch) // timedelta(microseconds=1)
    rest = (found.prestamos, found.versiones, found.versiones_de_clientes, found.ultima_visita)
    return Version(day, _digest(sorted(groups)), moment, _digest(rest))


def _digest(parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:16]
