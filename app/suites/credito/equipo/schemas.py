"""Schemas of the people who lend and collect, their routes and groups."""

from marshmallow import Schema, fields, validate

from app.suites.credito.equipo.rules import CLAVE, LONGEST_CLAVE, LONGEST_MOTIVO, SHORTEST_MOTIVO, Puesto
from app.web.decimals import MoneyAmount
from app.web.fields import Day, EnumByValue, Flag, Id, Instant, Text, TimeOfDay, Whole
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import MapSchema, ResourceSchema, StrictSchema

OF_ALL = {"description": "Id of the route; null for all routes", "example": 1}


class PersonalSchema(ResourceSchema):
    """A person who lends, collects or looks on."""

    id = fields.Integer(dump_only=True)
    user_id = Id(required=True)
    nombre = Text(200, required=True)
    puesto = EnumByValue(Puesto, required=True, allow_none=True)
    clave = Text(
        LONGEST_CLAVE,
        required=True,
        checks=(validate.Regexp(rf"{CLAVE}\Z", error="Must be 2 to 6 capitals and digits."),),
        metadata={"pattern": f"^{CLAVE}$"},
    )
    jefe_id = Id(allow_none=True)
    telefono = Text(50, allow_none=True)
    limite_efectivo = MoneyAmount(allow_none=True)
    limite_prestamo = MoneyAmount()
    activo = Flag()
    created_at = Instant()
    updated_at = Instant()


class PersonalListQuery(ListQuery):
    """Query of the list of people."""

    sort = SortBy("id", "nombre", "clave", "created_at", "updated_at")
    q = Search("name and clave")
    puesto = EnumByValue(Puesto)
    jefe_id = Id()
    activo = Flag()


class RutaSchema(ResourceSchema):
    """A route: groups that the same people manage and supervise."""

    id = fields.Integer(dump_only=True)
    nombre = Text(200, required=True)
    gerente_id = Id(allow_none=True)
    supervisor_id = Id(allow_none=True)
    activa = Flag()
    created_at = Instant()
    updated_at = Instant()


class RutaListQuery(ListQuery):
    """Query of the list of routes."""

    sort = SortBy("id", "nombre", "created_at", "updated_at")
    q = Search("names")
    gerente_id = Id()
    supervisor_id = Id()
    activa = Flag()


class GrupoSchema(ResourceSchema):
    """A group of clients that meets once a week, with the route and people that it has today."""

    id = fields.Integer(dump_only=True)
    nombre = Text(200, required=True)
    ruta_id = Id(required=True)
    titular_id = Id(required=True)
    cobrador_id = Id(allow_none=True)
    dia_reunion = Whole(1, 7, required=True)
    hora_reunion = TimeOfDay(allow_none=True)
    presidenta_id = Id(allow_none=True)
    solidario = Flag()
    activo = Flag()
    created_at = Instant()
    updated_at = Instant()


class GrupoListQuery(ListQuery):
    """Query of the list of groups."""

    sort = SortBy("id", "nombre", "dia_reunion", "created_at", "updated_at")
    q = Search("names")
    ruta_id = Id()
    titular_id = Id()
    cobrador_id = Id()
    dia_reunion = Whole(1, 7)
    activo = Flag()


class AsignacionSchema(Schema):
    """A period in which a group had the same route and people."""

    id = fields.Integer(dump_only=True)
    grupo_id = Id(dump_only=True)
    ruta_id = Id(dump_only=True)
    titular_id = Id(dump_only=True)
    cobrador_id = Id(dump_only=True, allow_none=True)
    desde = fields.Date(dump_only=True)
    hasta = fields.Date(dump_only=True, allow_none=True)


class GrupoConHistoriaSchema(GrupoSchema):
    """A group, with all its assignments."""

    asignaciones = fields.List(fields.Nested(AsignacionSchema), dump_only=True)


class AsignacionListQuery(ListQuery):
    """Query of the list of assignments."""

    sort = SortBy("id", "desde")
    grupo_id = Id()
    ruta_id = Id()
    titular_id = Id()
    cobrador_id = Id()
    fecha = Day(metadata={"description": "Only those that hold on this day", "example": "2026-03-02"})


class TransferenciaSchema(StrictSchema):
    """Route and people that a group gets from a day on; those that are not sent stay."""

    ruta_id = Id()
    titular_id = Id()
    cobrador_id = Id(allow_none=True)
    desde = Day(required=True, metadata={"description": "First day, today or later", "example": "2026-03-02"})


class TransferidoSchema(GrupoSchema):
    """A group, and its last assignment."""

    asignacion = fields.Nested(AsignacionSchema, dump_only=True)


class AvisosSchema(Schema):
    """Notices beside what is answered."""

    avisos = fields.List(fields.String(), dump_only=True)


class DiaInhabilSchema(ResourceSchema):
    """A holiday of one route, or of all."""

    id = fields.Integer(dump_only=True)
    fecha = Day(required=True)
    nombre = Text(200, required=True)
    ruta_id = Id(allow_none=True, metadata=OF_ALL)
    created_at = Instant()
    updated_at = Instant()


class SemanaSinCobroSchema(ResourceSchema):
    """A week in which nothing is collected, on one route or on all."""

    id = fields.Integer(dump_only=True)
    semana = Day(required=True)
    ruta_id = Id(allow_none=True, metadata=OF_ALL)
    motivo = Text(LONGEST_MOTIVO, required=True, checks=(validate.Length(min=SHORTEST_MOTIVO),))
    created_at = Instant()
    updated_at = Instant()


class CalendarioListQuery(ListQuery):
    """Filters of days and weeks."""

    desde = Day()
    hasta = Day()
    ruta_id = Id(metadata={"description": "Only those of this route, which those of all routes are too", "example": 1})


class DiaInhabilListQuery(CalendarioListQuery):
    """Query of the list of holidays."""

    q = Search("names")
    sort = SortBy("fecha", "id", "nombre")


class SemanaSinCobroListQuery(CalendarioListQuery):
    """Query of the list of weeks without collection."""

    q = Search("reasons")
    sort = SortBy("semana", "id")


class EtiquetaSchema(Schema):
    """A value, and what people call it."""

    valor = fields.String(dump_only=True)
    etiqueta = fields.String(dump_only=True)


class CatalogosSchema(MapSchema):
    """Lists of values with their Spanish labels, by name."""

    values = EtiquetaSchema
    lists = True
    attribute = "catalogos"
    example_key = "puesto"
