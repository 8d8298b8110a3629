"""Schemas of clients."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.suites.credito.clientes.rules import (
    CODIGO_INE,
    CODIGO_POSTAL,
    MOST_HIJOS,
    MOST_REFERENCIAS,
    EstadoCivil,
    EstadoDeCliente,
    Propiedad,
    Sexo,
    curp_of,
    rfc_of,
)
from app.web.decimals import Latitude, Longitude, MoneyAmount
from app.web.fields import Day, EnumByValue, Flag, Id, Instant, Moment, Text, Whole
from app.web.query import ListQuery, Search, SortBy
from app.web.schema import ResourceSchema, StrictSchema


class Curp(Text):
    """A CURP, whose check digit must be right; stored in capitals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(18, blank=False, trimmed=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        found = curp_of(super()._deserialize(value, attr, data, **kwargs))
        if found is None:
            raise ValidationError("Is no CURP, or its check digit is wrong.")
        return found


class Rfc(Text):
    """An RFC of a person or company; stored in capitals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(13, blank=False, trimmed=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        found = rfc_of(super()._deserialize(value, attr, data, **kwargs))
        if found is None:
            raise ValidationError("Is no RFC.")
        return found


def _formed(longest: int, form: str, complaint: str, **options: Any) -> Text:
    """A text of a fixed form."""
    check = validate.Regexp(rf"{form}\Z", error=complaint)
    return Text(longest, checks=(check,), metadata={"pattern": f"^{form}$"}, **options)


class ReferenciaSchema(StrictSchema):
    """Somebody who knows a client."""

    nombre = Text(200, required=True)
    telefono = Text(50, allow_none=True)
    relacion = Text(100, allow_none=True)


class ClienteSchema(ResourceSchema):
    """A client, who may also be a guarantor."""

    id = fields.Integer(dump_only=True)
    nombre = Text(70, required=True)
    apellido_paterno = Text(60, required=True)
    apellido_materno = Text(60, blank=False, allow_none=True)
    nombre_completo = fields.String(dump_only=True)
    curp = Curp(allow_none=True)
    rfc = Rfc(allow_none=True)
    codigo_ine = _formed(18, CODIGO_INE, "Must be 18 capitals and digits.", allow_none=True)
    fecha_nacimiento = Day(allow_none=True)
    sexo = EnumByValue(Sexo, allow_none=True)
    telefono = Text(50, blank=False, allow_none=True)
    calle = Text(200, blank=False, allow_none=True)
    colonia = Text(200, required=True)
    cp = _formed(5, CODIGO_POSTAL, "Must be 5 digits.", required=True)
    municipio = Text(200, blank=False, allow_none=True)
    entidad = Text(200, blank=False, allow_none=True)
    lat = Latitude(allow_none=True)
    lng = Longitude(allow_none=True)
    estado_civil = EnumByValue(EstadoCivil, required=True)
    num_hijos = Whole(0, MOST_HIJOS, load_default=0)
    propiedad = EnumByValue(Propiedad, required=True)
    es_aval = Flag(load_default=True)
    grupo_id = Id(allow_none=True)
    limite_credito = MoneyAmount(allow_none=True)
    estado = EnumByValue(EstadoDeCliente, load_default=EstadoDeCliente.ACTIVO)
    fecha_fallecimiento = Day(allow_none=True)
    aviso_privacidad_en = Moment(allow_none=True)
    autorizacion_buro_en = Moment(allow_none=True)
    folio_buro = Text(50, blank=False, allow_none=True)
    referencias = fields.List(fields.Nested(ReferenciaSchema), validate=validate.Length(max=MOST_REFERENCIAS))
    ine_id = Id(allow_none=True)
    comprobante_id = Id(allow_none=True)
    pagare_id = Id(allow_none=True)
    notas = Text(10_000, allow_none=True)
    prestamos_abiertos = fields.Integer(dump_only=True)
    prestamos_avalados = fields.Integer(dump_only=True)
    saldo = fields.Decimal(dump_only=True)
    prestamo_papel = fields.Decimal(dump_only=True)
    prestamo_real = fields.Decimal(dump_only=True)
    created_at = Instant()
    updated_at = Instant()


class ClienteListQuery(ListQuery):
    """Query of the list of clients."""

    sort = SortBy("id", "nombre_completo", "created_at", "updated_at")
    q = Search("beginnings of words of the name, CURP, code of the INE and telephone")
    estado = EnumByValue(EstadoDeCliente)
    ruta_id = Id()
    grupo_id = Id()
    es_aval = Flag()
