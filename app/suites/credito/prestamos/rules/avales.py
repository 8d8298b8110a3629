"""Rules of guarantors and limits of a client, over plain values."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.errors import Conflict, Forbidden


@dataclass(frozen=True, slots=True)
class Candidato:
    """A client who may guarantee a loan, as far as it matters."""

    id: int
    grupo_id: int | None
    es_aval: bool
    activo: bool
    """Neither blocked, dead nor gone."""


@dataclass(frozen=True, slots=True)
class Dictamen:
    """Judgement of the guarantors of a loan: codes with the id of the guarantor."""

    errores: tuple[str, ...]
    avisos: tuple[str, ...]

    @property
    def valido(self) -> bool:
        """Whether the loan may have these guarantors."""
        return not self.errores


@dataclass(frozen=True, slots=True)
class ReglaDeAvales:
    """Demands of a loan type on guarantors."""

    requeridos: int
    maximo_avalados: int


def dictaminar(
    regla: ReglaDeAvales,
    cliente: Candidato,
    avales: Sequence[int],
    conocidos: Mapping[int, Candidato],
    avalados: Collection[tuple[int, int]],
    avales_del_cliente: Collection[int] = (),
) -> Dictamen:
    """Judge guarantors.

    `avalados` are pairs of a guarantor and the client of an open loan; `avales_del_cliente` are the clients of open
    loans that the client guarantees.
    """
    load = Counter(aval for aval, _ in avalados)
    errors = [code for aval in dict.fromkeys(avales) for code in _errors(regla, cliente, aval, conocidos, load)]
    repeated = [f"aval_repetido:{aval}" for aval, times in Counter(avales).items() if times > 1]
    missing = [f"avales_requeridos:{regla.requeridos}"] if len(set(avales)) < regla.requeridos else []
    circle = [f"aval_circular:{aval}" for aval in dict.fromkeys(avales) if aval in avales_del_cliente]
    last = [f"ultimo_aval:{aval}" for aval in dict.fromkeys(avales) if load[aval] == regla.maximo_avalados - 1]
    return Dictamen((*errors, *repeated, *missing), (*circle, *last))


def _errors(
    regla: ReglaDeAvales, cliente: Candidato, aval: int, conocidos: Mapping[int, Candidato], load: Counter[int]
) -> Iterator[str]:
    if aval == cliente.id:
        yield f"aval_de_si_mismo:{aval}"
        return
    found = conocidos.get(aval)
    if found is None:
        yield f"aval_inexistente:{aval}"
        return
    if not found.es_aval:
        yield f"no_es_aval:{aval}"
    if not found.activo:
        yield f"aval_inactivo:{aval}"
    if found.grupo_id != cliente.grupo_id:
        yield f"aval_de_otro_grupo:{aval}"
    if load[aval] >= regla.maximo_avalados:
        yield f"maximo_avalados:{aval}"


def exigir_limite_del_cliente(total: Decimal, limite: Decimal | None) -> None:
    """Raise Conflict if what a client owes and asks for exceeds their limit."""
    if limite is not None and total > limite:
        raise Conflict(f"{total} would be more than the client's limit of {limite}.", code="limite_excedido")


@dataclass(frozen=True, slots=True)
class Facultad:
    """Amounts up to which somebody may approve loans; None for any."""

    propio: Decimal | None
    """Limit of the person, of a supervisor."""
    sin_direccion: Decimal | None
    """Limit of all who don't direct."""

    def exigir(self, total: Decimal) -> None:
        """Raise Forbidden if what a client would owe is more."""
        for limite in (self.propio, self.sin_direccion):
            if limite is not None and total > limite:
                raise Forbidden(f"{total} is more than the {limite} that you may approve.", code="limite_excedido")
