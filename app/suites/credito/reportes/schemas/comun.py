"""Criteria of reports, and totals."""

from marshmallow import Schema, fields

from app.web.fields import Day, Id
from app.web.query import ListQuery, Query


class DeQuery(Query):
    """Route, group and collector of a report."""

    ruta_id = Id()
    grupo_id = Id()
    cobrador_id = Id()


class PeriodoQuery(DeQuery):
    """Query of a report of some days: a week, or from a day to another; this week if it names none."""

    desde = Day()
    hasta = Day()
    semana = Day()


class DiaQuery(PeriodoQuery):
    """Query of a report of one day: a past one, the last of a week or of other days, or today."""

    fecha = Day()


class CarteraQuery(DiaQuery, ListQuery):
    """Query of the open loans of a day."""


class EnPesos(Schema):
    """The currency of all amounts, beside totals."""

    moneda = fields.String(dump_only=True)
