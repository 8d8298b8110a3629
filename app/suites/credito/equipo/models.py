"""Tables of the people who lend and collect, their routes and groups, and who had these when."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    and_,
    or_,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Line, not_blank, positive, sane_day
from app.suites.credito.equipo.rules import (
    CLAVE,
    LIMITE_PRESTAMO,
    LONGEST_CLAVE,
    LONGEST_MOTIVO,
    SHORTEST_MOTIVO,
    Puesto,
)


def _of(table: str) -> ForeignKey:
    return ForeignKey(f"credito_{table}.id", ondelete="RESTRICT")


def _once_at_a_time(table: str, column: str) -> ExcludeConstraint:
    """Constraint that no two periods of one group or route overlap; `hasta` is their last day."""
    owner, period = text(f"int8range({column}, {column}, '[]')"), text("daterange(desde, hasta, '[]')")
    return ExcludeConstraint((owner, "="), (period, "&&"), using="gist", name=f"ex_{table}_periodo")


class Personal(Keyed, Timestamps, Versioned, Base):
    """A person who lends, collects or looks on: a user, and what the suite knows of them."""

    __tablename__ = "credito_personal"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    nombre: Mapped[Line]
    clave: Mapped[str] = mapped_column(String(LONGEST_CLAVE))
    jefe_id: Mapped[int | None] = mapped_column(BigInteger, _of("personal"))
    telefono: Mapped[str | None] = mapped_column(String(50))
    limite_efectivo: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    limite_prestamo: Mapped[Decimal] = mapped_column(
        Numeric(12, 2), default=LIMITE_PRESTAMO, server_default=str(LIMITE_PRESTAMO)
    )
    activo: Mapped[bool] = mapped_column(default=True, server_default=true())

    __table_args__ = (
        UniqueConstraint("user_id"),
        UniqueConstraint("clave"),
        not_blank("nombre"),
        CheckConstraint(f"clave ~ '^{CLAVE}$'", name="clave_form"),
        CheckConstraint("jefe_id <> id", name="jefe_other"),
        positive("limite_efectivo"),
        positive("limite_prestamo"),
        Index("ix_credito_personal_jefe_id", "jefe_id"),
    )


class PersonalRecord(NamedTuple):
    """A person, with the position that the user's role is; None where that is no role of the suite."""

    id: int
    user_id: int
    nombre: str
    puesto: Puesto | None
    clave: str
    jefe_id: int | None
    telefono: str | None
    limite_efectivo: Decimal | None
    limite_prestamo: Decimal
    activo: bool
    created_at: datetime
    updated_at: datetime
    version: int


class Ruta(Keyed, Timestamps, Versioned, Base):
    """A route: some groups, with who manages and supervises them now."""

    __tablename__ = "credito_rutas"

    nombre: Mapped[Line]
    gerente_id: Mapped[int | None] = mapped_column(BigInteger, _of("personal"))
    supervisor_id: Mapped[int | None] = mapped_column(BigInteger, _of("personal"))
    activa: Mapped[bool] = mapped_column(default=True, server_default=true())

    __table_args__ = (
        UniqueConstraint("nombre"),
        not_blank("nombre"),
        Index("ix_credito_rutas_gerente_id", "gerente_id"),
        Index("ix_credito_rutas_supervisor_id", "supervisor_id"),
    )


class RutaRecord(NamedTuple):
    """A route."""

    id: int
    nombre: str
    gerente_id: int | None
    supervisor_id: int | None
    activa: bool
    created_at: datetime
    updated_at: datetime
    version: int


class MandoDeRuta(Keyed, Timestamps, Base):
    """A period in which the same people managed and supervised a route; the open one has no last day."""

    __tablename__ = "credito_mandos_de_ruta"

    ruta_id: Mapped[int] = mapped_column(BigInteger, _of("rutas"))
    gerente_id: Mapped[int | None] = mapped_column(BigInteger, _of("personal"))
    supervisor_id: Mapped[int | None] = mapped_column(BigInteger, _of("personal"))
    desde: Mapped[date]
    hasta: Mapped[date | None]

    __table_args__ = (
        _once_at_a_time("credito_mandos_de_ruta", "ruta_id"),
        sane_day("desde"),
        sane_day("hasta"),
        CheckConstraint("hasta >= desde", name="hasta_not_before"),
        Index("ix_credito_mandos_de_ruta_ruta_id", "ruta_id", "desde"),
        Index("ix_credito_mandos_de_ruta_gerente_id", "gerente_id"),
        Index("ix_credito_mandos_de_ruta_supervisor_id", "supervisor_id"),
    )


class Grupo(Keyed, Timestamps, Versioned, Base):
    """A group of clients that meets once a week; whose it is on a day, its assignments say."""

    __tablename__ = "credito_grupos"

    nombre: Mapped[Line]
    ultima_ruta_id: Mapped[int] = mapped_column(BigInteger, _of("rutas"))
    """Route of its last assignment, planned ones included: names are unique in it. The route of a day is elsewhere."""
    dia_reunion: Mapped[int] = mapped_column(SmallInteger)
    hora_reunion: Mapped[time | None]
    presidenta_id: Mapped[int | None] = mapped_column(BigInteger)
    """A client of this group, who speaks for it."""
    solidario: Mapped[bool] = mapped_column(default=False, server_default="false")
    activo: Mapped[bool] = mapped_column(default=True, server_default=true())

    __table_args__ = (
        UniqueConstraint("ultima_ruta_id", "nombre", name="uq_credito_grupos_nombre"),
        ForeignKeyConstraint(
            ["presidenta_id", "id"],
            ["credito_clientes.id", "credito_clientes.grupo_id"],
            name="fk_credito_grupos_presidenta_id_credito_clientes",
            ondelete="RESTRICT",
            use_alter=True,
        ),
        Index("ix_credito_grupos_presidenta_id", "presidenta_id"),
        not_blank("nombre"),
        CheckConstraint("dia_reunion BETWEEN 1 AND 7", name="dia_reunion_range"),
    )


class GrupoRecord(NamedTuple):
    """A group, with its assignment of a day."""

    id: int
    nombre: str
    ruta_id: int
    titular_id: int
    cobrador_id: int | None
    dia_reunion: int
    hora_reunion: time | None
    presidenta_id: int | None
    solidario: bool
    activo: bool
    created_at: datetime
    updated_at: datetime
    version: int


class Asignacion(Keyed, Timestamps, Base):
    """A period in which a group belonged to the same route and people; the last one has no last day."""

    __tablename__ = "credito_asignaciones"

    grupo_id: Mapped[int] = mapped_column(BigInteger, _of("grupos"))
    ruta_id: Mapped[int] = mapped_column(BigInteger, _of("rutas"))
    titular_id: Mapped[int] = mapped_column(BigInteger, _of("personal"))
    cobrador_id: Mapped[int | None] = mapped_column(BigInteger, _of("personal"))
    """None where the titular collects."""
    numero: Mapped[int]
    """Place among the assignments of the group, from 1."""
    desde: Mapped[date]
    hasta: Mapped[date | None]

    __table_args__ = (
        _once_at_a_time("credito_asignaciones", "grupo_id"),
        UniqueConstraint("grupo_id", "numero"),
        sane_day("desde"),
        sane_day("hasta"),
        CheckConstraint("hasta >= desde", name="hasta_not_before"),
        Index("ix_credito_asignaciones_grupo_id", "grupo_id", "desde"),
        Index("ix_credito_asignaciones_ruta_id", "ruta_id"),
        Index("ix_credito_asignaciones_titular_id", "titular_id"),
        Index("ix_credito_asignaciones_cobrador_id", "cobrador_id"),
    )


class AsignacionRecord(NamedTuple):
    """An assignment of a group."""

    id: int
    grupo_id: int
    ruta_id: int
    titular_id: int
    cobrador_id: int | None
    desde: date
    hasta: date | None


def _one_for_a_route(table: str, column: str) -> ExcludeConstraint:
    """Constraint that a day is in a table once for a route; without a route it is there for all, so for each."""
    routes, day = text("int8range(ruta_id, ruta_id, '[]')"), text(f"daterange({column}, {column}, '[]')")
    return ExcludeConstraint((routes, "&&"), (day, "&&"), using="gist", name=f"ex_{table}_{column}")


class DiaInhabil(Keyed, Timestamps, Versioned, Base):
    """A holiday of one route, or of all: no installment is due on it."""

    __tablename__ = "credito_dias_inhabiles"

    fecha: Mapped[date]
    nombre: Mapped[Line]
    ruta_id: Mapped[int | None] = mapped_column(BigInteger, _of("rutas"))

    __table_args__ = (
        _one_for_a_route("credito_dias_inhabiles", "fecha"),
        sane_day("fecha"),
        not_blank("nombre"),
        Index("ix_credito_dias_inhabiles_fecha", "fecha"),
        Index("ix_credito_dias_inhabiles_ruta_id", "ruta_id"),
    )


class DiaInhabilRecord(NamedTuple):
    """A holiday."""

    id: int
    fecha: date
    nombre: str
    ruta_id: int | None
    created_at: datetime
    updated_at: datetime
    version: int


class SemanaSinCobro(Keyed, Timestamps, Versioned, Base):
    """A week in which nothing is collected, on one route or on all."""

    __tablename__ = "credito_semanas_sin_cobro"

    semana: Mapped[date]
    """Its Monday."""
    ruta_id: Mapped[int | None] = mapped_column(BigInteger, _of("rutas"))
    motivo: Mapped[str] = mapped_column(String(LONGEST_MOTIVO))

    __table_args__ = (
        _one_for_a_route("credito_semanas_sin_cobro", "semana"),
        sane_day("semana"),
        CheckConstraint("extract(isodow FROM semana) = 1", name="semana_monday"),
        CheckConstraint(f"char_length(motivo) >= {SHORTEST_MOTIVO}", name="motivo_length"),
        not_blank("motivo"),
        Index("ix_credito_semanas_sin_cobro_semana", "semana"),
        Index("ix_credito_semanas_sin_cobro_ruta_id", "ruta_id"),
    )


class SemanaSinCobroRecord(NamedTuple):
    """A week without collection."""

    id: int
    semana: date
    ruta_id: int | None
    motivo: str
    created_at: datetime
    updated_at: datetime
    version: int


class CambioDeFechas(Keyed, Base):
    """A change of the calendar that loans still follow, slice by slice; what it asks for is read anew for each."""

    __tablename__ = "credito_cambios_de_fechas"

    ruta_id: Mapped[int | None] = mapped_column(BigInteger, _of("rutas"))
    desde: Mapped[date]
    """First due date that may move; the loans are those of groups that belong to the route on it."""
    hasta: Mapped[date | None]
    """Last due date that may move, or None for all later ones."""
    sin_cobro: Mapped[bool]
    """Whether it makes the week that begins on `desde` one without collection, which nobody missed."""
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="RESTRICT"))
    """The user who changed the calendar."""
    avance_id: Mapped[int] = mapped_column(BigInteger, default=0)
    """Last loan of the slices that are done, which are in the order of ids."""
    creado_en: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    terminado_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        sane_day("desde"),
        sane_day("hasta"),
        CheckConstraint("hasta IS NULL OR hasta >= desde", name="range"),
        CheckConstraint("avance_id >= 0", name="avance_id_range"),
        Index("ix_credito_cambios_de_fechas_ruta_id", "ruta_id"),
        Index("ix_credito_cambios_de_fechas_user_id", "user_id"),
        Index("ix_credito_cambios_de_fechas_pendientes", "id", postgresql_where=text("terminado_en IS NULL")),
    )


class Cambio(NamedTuple):
    """A change of the calendar, as it is stored."""

    id: int
    ruta_id: int | None
    desde: date
    hasta: date | None
    sin_cobro: bool
    user_id: int | None
    avance_id: int


def vigente(period: type[Asignacion | MandoDeRuta], day: Any) -> ColumnElement[bool]:
    """Condition that an assignment holds on a day: a date, a parameter or a column."""
    table = period.__table__.c
    return and_(table.desde <= day, or_(table.hasta.is_(None), table.hasta >= day))
