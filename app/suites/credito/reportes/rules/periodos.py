"""Days of a report: a week, or from a day to another."""

from datetime import date, timedelta
from typing import NamedTuple

from app.kernel.errors import Invalid
from app.suites.credito.equipo.rules import DAY, WEEK, lunes

_MIERCOLES = timedelta(days=2)
MAYOR = timedelta(days=366 * 5)
"""Longest period of a report."""


class Periodo(NamedTuple):
    """First and last day."""

    desde: date
    hasta: date

    @property
    def semanas(self) -> "Periodo":
        """First and last Monday of the weeks that have a day of it."""
        return Periodo(lunes(self.desde), lunes(self.hasta))


def semana_de(day: date) -> Periodo:
    """The week of a day, from Monday to Sunday."""
    monday = lunes(day)
    return Periodo(monday, monday + WEEK - DAY)


def mes_de(day: date) -> Periodo:
    """The month of a day."""
    first = day.replace(day=1)
    return Periodo(first, (first + timedelta(days=32)).replace(day=1) - DAY)


def mes_de_semana(semana: date) -> date:
    """First day of the month of a week, by its Wednesday."""
    return (lunes(semana) + _MIERCOLES).replace(day=1)


def periodo_de(desde: date | None, hasta: date | None, semana: date | None, today: date) -> Periodo:
    """The days that a request names: those of a week, or from a day to another; this week if it names none."""
    if semana is not None and (desde is not None or hasta is not None):
        raise Invalid.field("semana", "Give a week, or days, not both.")
    if semana is not None or (desde is None and hasta is None):
        return semana_de(semana or today)
    first, last = desde or lunes(hasta or today), hasta or max(desde or today, today)
    if last < first:
        raise Invalid.field("hasta", "Must not be before desde.")
    if last - first > MAYOR:
        raise Invalid.field("hasta", f"Must be within {MAYOR.days} days of desde.")
    return Periodo(first, last)


def dia_de(fecha: date | None, semana: date | None, today: date) -> date:
    """The day of a report of one day: a past one, the last one of a week, or today."""
    if fecha is not None and semana is not None:
        raise Invalid.field("semana", "Give a week, or a day, not both.")
    if semana is not None:
        return min(semana_de(semana).hasta, today) if lunes(semana) <= today else _future("semana")
    if fecha is not None and fecha > today:
        return _future("fecha")
    return fecha or today


def _future(name: str) -> date:
    raise Invalid.field(name, "Must not be in the future.")
