"""Rules of bonuses, and bonuses that groups earned."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base, Keyed, Timestamps, Versioned
from app.infra.db.columns import Amount, Line, not_blank, one_of, positive, sane_day
from app.suites.credito.caja.models.cortes import of
from app.suites.credito.caja.rules.bonos import ReglaBono
from app.suites.credito.caja.rules.cortes import EstadoBono

_COLLECTED, _VALID = "numrange(cobranza_desde, cobranza_hasta)", "daterange(vigente_desde, vigente_hasta, '[]')"


class Bono(Keyed, Timestamps, Versioned, Base):
    """A bonus for the week of a group; ranges of one time never overlap."""

    __tablename__ = "credito_bonos"

    nombre: Mapped[Line]
    monto: Mapped[Amount]
    cobranza_desde: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    cobranza_hasta: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    faltas_maximas: Mapped[int] = mapped_column(SmallInteger)
    vigente_desde: Mapped[date]
    vigente_hasta: Mapped[date | None]

    __table_args__ = (
        not_blank("nombre"),
        positive("monto"),
        CheckConstraint("cobranza_desde >= 0 AND cobranza_desde < 10000000000", name="cobranza_desde_range"),
        CheckConstraint(
            "cobranza_hasta > cobranza_desde AND cobranza_hasta < 10000000000", name="cobranza_hasta_above"
        ),
        CheckConstraint("faltas_maximas BETWEEN 0 AND 1000", name="faltas_maximas_range"),
        sane_day("vigente_desde"),
        sane_day("vigente_hasta"),
        CheckConstraint("vigente_hasta >= vigente_desde", name="vigente_hasta_not_before"),
        ExcludeConstraint((text(_COLLECTED), "&&"), (text(_VALID), "&&"), using="gist", name="ex_credito_bonos_rangos"),
    )


class BonoRecord(NamedTuple):
    """A bonus."""

    id: int
    nombre: str
    monto: Decimal
    cobranza_desde: Decimal
    cobranza_hasta: Decimal | None
    faltas_maximas: int
    vigente_desde: date
    vigente_hasta: date | None
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def regla(self) -> ReglaBono:
        """The bonus as the rules have it."""
        return ReglaBono(
            id=self.id,
            monto=self.monto,
            cobranza_desde=self.cobranza_desde,
            cobranza_hasta=self.cobranza_hasta,
            faltas_maximas=self.faltas_maximas,
        )


class BonoGanado(Keyed, Timestamps, Versioned, Base):
    """Bonus of a group's week for its titular, of nothing where no rule holds."""

    __tablename__ = "credito_bonos_ganados"

    grupo_id: Mapped[int] = mapped_column(BigInteger, of("credito_grupos"))
    semana: Mapped[date]
    """Its Monday."""
    bono_id: Mapped[int | None] = mapped_column(BigInteger, of("credito_bonos"))
    cobranza: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    faltas: Mapped[int]
    monto: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    titular_id: Mapped[int] = mapped_column(BigInteger, of("credito_personal"))
    estado: Mapped[EstadoBono] = mapped_column(
        one_of(EstadoBono, "estado"), default=EstadoBono.CALCULADO, server_default=EstadoBono.CALCULADO
    )
    corte_id: Mapped[int | None] = mapped_column(BigInteger, of("credito_cortes"))

    __table_args__ = (
        UniqueConstraint("grupo_id", "semana"),
        sane_day("semana"),
        CheckConstraint("extract(isodow FROM semana) = 1", name="semana_monday"),
        CheckConstraint("cobranza BETWEEN -1000000000000 AND 1000000000000", name="cobranza_range"),
        CheckConstraint("faltas >= 0", name="faltas_not_negative"),
        CheckConstraint("monto >= 0 AND monto < 10000000000", name="monto_range"),
        CheckConstraint("(bono_id IS NULL) = (monto = 0)", name="monto_by_bono"),
        CheckConstraint("estado <> 'pagado' OR monto > 0", name="pagado_of_something"),
        CheckConstraint("(estado = 'pagado') = (corte_id IS NOT NULL)", name="corte_by_estado"),
        Index("ix_credito_bonos_ganados_semana", "semana"),
        Index("ix_credito_bonos_ganados_titular_id", "titular_id", "semana"),
        Index("ix_credito_bonos_ganados_bono_id", "bono_id"),
        Index("ix_credito_bonos_ganados_corte_id", "corte_id"),
    )


class BonoGanadoRecord(NamedTuple):
    """Bonus of a group's week."""

    id: int
    grupo_id: int
    semana: date
    bono_id: int | None
    cobranza: Decimal
    faltas: int
    monto: Decimal
    titular_id: int
    estado: EstadoBono
    corte_id: int | None
    created_at: datetime
    updated_at: datetime
    version: int
