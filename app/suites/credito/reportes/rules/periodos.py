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


def dia_de(fecha: date | None, desde: date | None, hasta: date | None, semana: date | None, today: date) -> date:
    """The day of a report of one day: a past one, the last one of some days or of a week, or today."""
    if fecha is None:
        if (desde, hasta, semana) == (None, None, None):
            return today
        days = periodo_de(desde, hasta, semana, today)
        if days.desde > today:
            named = "semana" if semana is not None else "hasta" if desde is None else "desde"
            raise Invalid.field(named, "Must not be in the future.")
        return min(days.hasta, today)
    for name, given in (("semana", semana), ("desde", desde), ("hasta", hasta)):
        if given is not None:
            raise Invalid.field(name, "Give a day, or several, not both.")
    if fecha > today:
        raise Invalid.field("fecha", "Must not be in the future.")
    return fecha
