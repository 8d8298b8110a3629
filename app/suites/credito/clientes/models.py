"""Table of clients, who may also be guarantors."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.infra.db import Base, Timestamps, Versioned, id_in
from app.infra.db.columns import Prose, at_most, not_blank, one_of, positive, sane_day
from app.suites.credito.clientes.rules import (
    CODIGO_INE,
    CODIGO_POSTAL,
    MOST_HIJOS,
    MOST_REFERENCIAS,
    EstadoCivil,
    EstadoDeCliente,
    Propiedad,
    Sexo,
)

_NAME = "nombre || ' ' || apellido_paterno || coalesce(' ' || apellido_materno, '')"
_OPTIONAL = (  # texts that are NULL where there is none
    "apellido_materno",
    "telefono",
    "calle",
    "municipio",
    "entidad",
    "folio_buro",
)


def _file() -> ForeignKey:
    return ForeignKey("stored_files.id", ondelete="RESTRICT")


class Cliente(Timestamps, Versioned, Base):
    """A client or guarantor: a party, of which the suite keeps all but the name to itself."""

    __tablename__ = "credito_clientes"

    id: Mapped[int] = id_in("parties")
    nombre: Mapped[str] = mapped_column(String(70))
    apellido_paterno: Mapped[str] = mapped_column(String(60))
    apellido_materno: Mapped[str | None] = mapped_column(String(60))
    nombre_completo: Mapped[str] = mapped_column(String(200), Computed(_NAME, persisted=True))
    curp: Mapped[str | None] = mapped_column(String(18))
    rfc: Mapped[str | None] = mapped_column(String(13))
    codigo_ine: Mapped[str | None] = mapped_column(String(18))
    fecha_nacimiento: Mapped[date | None]
    sexo: Mapped[Sexo | None] = mapped_column(one_of(Sexo, "sexo"))
    telefono: Mapped[str | None] = mapped_column(String(50))
    calle: Mapped[str | None] = mapped_column(String(200))
    colonia: Mapped[str] = mapped_column(String(200))
    cp: Mapped[str] = mapped_column(String(5))
    municipio: Mapped[str | None] = mapped_column(String(200))
    entidad: Mapped[str | None] = mapped_column(String(200))
    lat: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    lng: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    estado_civil: Mapped[EstadoCivil] = mapped_column(one_of(EstadoCivil, "estado_civil"))
    num_hijos: Mapped[int] = mapped_column(SmallInteger)
    propiedad: Mapped[Propiedad] = mapped_column(one_of(Propiedad, "propiedad"))
    es_aval: Mapped[bool] = mapped_column(default=True, server_default=true())
    grupo_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("credito_grupos.id", ondelete="RESTRICT"))
    limite_credito: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    estado: Mapped[EstadoDeCliente] = mapped_column(
        one_of(EstadoDeCliente, "estado"), default=EstadoDeCliente.ACTIVO, server_default=EstadoDeCliente.ACTIVO
    )
    fecha_fallecimiento: Mapped[date | None]
    aviso_privacidad_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    autorizacion_buro_en: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    folio_buro: Mapped[str | None] = mapped_column(String(50))
    referencias: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    ine_id: Mapped[int | None] = mapped_column(BigInteger, _file())
    comprobante_id: Mapped[int | None] = mapped_column(BigInteger, _file())
    pagare_id: Mapped[int | None] = mapped_column(BigInteger, _file())
    notas: Mapped[Prose | None]

    party: Mapped[Any] = relationship("Party")

    __table_args__ = (
        UniqueConstraint("curp"),
        UniqueConstraint("codigo_ine"),
        UniqueConstraint("id", "grupo_id"),
        *(not_blank(column) for column in ("nombre", "apellido_paterno", "colonia", *_OPTIONAL)),
        at_most("notas"),
        sane_day("fecha_nacimiento"),
        sane_day("fecha_fallecimiento"),
        positive("limite_credito"),
        CheckConstraint(f"codigo_ine ~ '^{CODIGO_INE}$'", name="codigo_ine_form"),
        CheckConstraint(f"cp ~ '^{CODIGO_POSTAL}$'", name="cp_form"),
        CheckConstraint("char_length(curp) = 18", name="curp_length"),
        CheckConstraint(f"num_hijos BETWEEN 0 AND {MOST_HIJOS}", name="num_hijos_range"),
        CheckConstraint("num_nonnulls(lat, lng) IN (0, 2)", name="point_whole"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name="point_range"),
        CheckConstraint("(estado = 'fallecido') = (fecha_fallecimiento IS NOT NULL)", name="fallecimiento_dated"),
        CheckConstraint(f"jsonb_array_length(referencias) <= {MOST_REFERENCIAS}", name="referencias_number"),
        Index("ix_credito_clientes_grupo_id", "grupo_id"),
        Index("ix_credito_clientes_ine_id", "ine_id"),
        Index("ix_credito_clientes_comprobante_id", "comprobante_id"),
        Index("ix_credito_clientes_pagare_id", "pagare_id"),
        Index("ix_credito_clientes_name_key", func.name_key(nombre_completo)),
        Index(
            "ix_credito_clientes_words",
            func.party_words(nombre_completo, curp, telefono, codigo_ine),
            postgresql_using="gin",
        ),
    )


class ClienteRecord(NamedTuple):
    """A client or guarantor, with the sums of their open loans."""

    id: int
    nombre: str
    apellido_paterno: str
    apellido_materno: str | None
    nombre_completo: str
    curp: str | None
    rfc: str | None
    codigo_ine: str | None
    fecha_nacimiento: date | None
    sexo: Sexo | None
    telefono: str | None
    calle: str | None
    colonia: str
    cp: str
    municipio: str | None
    entidad: str | None
    lat: Decimal | None
    lng: Decimal | None
    estado_civil: EstadoCivil
    num_hijos: int
    propiedad: Propiedad
    es_aval: bool
    grupo_id: int | None
    limite_credito: Decimal | None
    estado: EstadoDeCliente
    fecha_fallecimiento: date | None
    aviso_privacidad_en: datetime | None
    autorizacion_buro_en: datetime | None
    folio_buro: str | None
    referencias: list[dict[str, Any]]
    ine_id: int | None
    comprobante_id: int | None
    pagare_id: int | None
    notas: str | None
    prestamos_abiertos: int
    prestamos_avalados: int
    saldo: Decimal
    prestamo_papel: Decimal
    prestamo_real: Decimal
    created_at: datetime
    updated_at: datetime
    version: int
