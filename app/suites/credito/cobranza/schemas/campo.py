"""Schemas of the collector's day and of synchronisation."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from marshmallow.exceptions import SCHEMA

from app.kernel.errors import DomainError
from app.kernel.periods import FIRST_DAY, LAST_DAY
from app.suites.credito.cobranza.rules.recibos import LONGEST_DISPOSITIVO
from app.suites.credito.cobranza.rules.sincronizacion import Malformado, Resultado
from app.suites.credito.cobranza.rules.visitas import ResultadoVisita
from app.suites.credito.cobranza.schemas.pagos import Recibo
from app.suites.credito.prestamos.rules.pagos import MetodoPago, Pagador
from app.web.decimals import Latitude, Longitude, Metres, MoneyAmount
from app.web.fields import Day, EnumByValue, Id, Instant, Moment, Text, TimeOfDay, Uuid
from app.web.query import Query
from app.web.schema import StrictSchema

MOST_ITEMS = 500
DE_CAMPO = (MetodoPago.EFECTIVO, MetodoPago.TRANSFERENCIA, MetodoPago.DEPOSITO)
"""Ways to pay that devices send."""
_HORA = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)


class HoraLocal(fields.String):
    """A device's time of ISO 8601; without an offset it is of the suite's zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"pattern": f"^{_HORA.pattern}$"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not _HORA.fullmatch(value):
            raise ValidationError("Not a time such as 2026-03-09T12:00:00 or 2026-03-09T12:00:00-06:00.")
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise ValidationError("There is no such time.") from None
        if not FIRST_DAY.year < found.year < LAST_DAY.year:
            raise ValidationError(f"Must lie between {FIRST_DAY} and {LAST_DAY}.")
        return found


class Items(fields.List[Any]):
    """Things that a device sends, each judged by itself: one that is malformed does not spoil the others."""

    def __init__(self, schema: type[Schema]) -> None:
        super().__init__(fields.Nested(schema), validate=validate.Length(max=MOST_ITEMS))
        self.schema_of_items = schema

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError("Must be a list.")
        if len(value) > MOST_ITEMS:
            raise ValidationError(f"Must have at most {MOST_ITEMS} items.")
        schema = self.schema_of_items()
        return [_loaded(schema, one) for one in value]


def _loaded(schema: Schema, item: Any) -> Any:
    """The loaded values of an item, or a record of what is wrong with it."""
    given = item.get("local_id") if isinstance(item, dict) else None
    local_id = given if isinstance(given, str) and len(given) <= LONGEST_DISPOSITIVO else None
    try:
        return schema.load(item)
    except ValidationError as error:
        return Malformado(local_id, _first(error.messages))
    except DomainError as error:
        return Malformado(local_id, error.message)


def _first(messages: Any) -> str:
    """The first message of marshmallow's, with the name of its field."""
    if isinstance(messages, Mapping):
        name, inner = next(iter(messages.items()))
        return _first(inner) if name == SCHEMA else f"{name}: {_first(inner)}"
    return str(messages[0]) if isinstance(messages, list) else str(messages)


class PagoDeCampoSchema(StrictSchema):
    """A payment that a device took."""

    local_id = Uuid(required=True)
    prestamo_id = Id(required=True)
    monto = MoneyAmount(required=True)
    metodo = EnumByValue(MetodoPago, type_name="MetodoDeCampo", among=DE_CAMPO, load_default=MetodoPago.EFECTIVO)
    hora_local = HoraLocal(required=True)
    recibo = Recibo(required=True)
    pagador = EnumByValue(Pagador, load_default=Pagador.TITULAR)
    lat = Latitude(allow_none=True, load_default=None)
    lng = Longitude(allow_none=True, load_default=None)
    precision = Metres(allow_none=True, load_default=None)
    notas = Text(10_000, allow_none=True, load_default=None)


class VisitaDeCampoSchema(StrictSchema):
    """A visit that a device noted; a loan may stand for its client."""

    local_id = Uuid(required=True)
    cliente_id = Id()
    prestamo_id = Id(allow_none=True)
    hora_local = HoraLocal(required=True)
    resultado = EnumByValue(ResultadoVisita, required=True)
    promesa_fecha = Day(allow_none=True)
    promesa_monto = MoneyAmount(allow_none=True)
    foto_id = Id(allow_none=True)
    lat = Latitude(allow_none=True)
    lng = Longitude(allow_none=True)
    notas = Text(10_000, allow_none=True)


class SincronizacionSchema(StrictSchema):
    """Payments and visits of a device, at most 500 of each."""

    dispositivo = Text(LONGEST_DISPOSITIVO, required=True)
    enviado_en = Moment()
    pagos = Items(PagoDeCampoSchema)
    visitas = Items(VisitaDeCampoSchema)
    en_nombre_de = Id()


class RespuestaSchema(Schema):
    """Outcome of an item."""

    local_id = fields.String(dump_only=True, allow_none=True)
    resultado = EnumByValue(Resultado, dump_only=True)
    id = Id(dump_only=True, allow_none=True)
    recibo = fields.String(dump_only=True, allow_none=True)
    saldo = fields.Decimal(dump_only=True, allow_none=True)
    codigo = fields.String(dump_only=True, allow_none=True)
    detalle = fields.String(dump_only=True, allow_none=True)


class DiaQuery(Query):
    """Query of a collector's day."""

    fecha = Day()
    dispositivo = Text(LONGEST_DISPOSITIVO, blank=False)
    desde_version = Text(200, blank=False)
    cobrador_id = Id()


class RecibosSchema(Schema):
    """A block of receipts."""

    prefijo = fields.String(dump_only=True)
    desde = fields.Integer(dump_only=True, metadata={"description": "First number", "example": 1})
    hasta = fields.Integer(dump_only=True, metadata={"description": "Last number", "example": 200})
    usado_hasta = fields.Integer(dump_only=True)


class UltimaVisitaSchema(Schema):
    """The last visit to a client."""

    fecha_hora = Instant()
    resultado = EnumByValue(ResultadoVisita, dump_only=True)
    notas = fields.String(dump_only=True, allow_none=True)


class PromesaSchema(Schema):
    """A payment that was promised for today or later."""

    fecha = fields.Date(dump_only=True)
    monto = fields.Decimal(dump_only=True, allow_none=True)


class PrestamoDelDiaSchema(Schema):
    """A loan to collect."""

    id = Id(dump_only=True)
    folio = fields.String(dump_only=True)
    cliente_id = Id(dump_only=True)
    cliente = fields.String(dump_only=True)
    telefono = fields.String(dump_only=True, allow_none=True)
    direccion = fields.String(dump_only=True)
    lat = fields.Decimal(dump_only=True, allow_none=True)
    lng = fields.Decimal(dump_only=True, allow_none=True)
    aval = fields.String(dump_only=True, allow_none=True)
    aval_telefono = fields.String(dump_only=True, allow_none=True)
    cuota = fields.Decimal(dump_only=True)
    numero = fields.Integer(dump_only=True)
    numero_pagos = fields.Integer(dump_only=True)
    vence = fields.Date(dump_only=True)
    vencido = fields.Decimal(dump_only=True)
    adelanto = fields.Decimal(dump_only=True)
    saldo = fields.Decimal(dump_only=True)
    liquidacion = fields.Decimal(dump_only=True)
    ultima_visita = fields.Nested(UltimaVisitaSchema, dump_only=True, allow_none=True)
    promesa = fields.Nested(PromesaSchema, dump_only=True, allow_none=True)


class GrupoDelDiaSchema(Schema):
    """A group to collect from."""

    id = Id(dump_only=True)
    nombre = fields.String(dump_only=True)
    dia_reunion = fields.Integer(dump_only=True)
    hora_reunion = TimeOfDay(dump_only=True, allow_none=True)
    prestamos = fields.List(fields.Nested(PrestamoDelDiaSchema), dump_only=True)


class DiaSchema(Schema):
    """A collector's day."""

    fecha = fields.Date(dump_only=True)
    version = fields.String(dump_only=True)
    completo = fields.Boolean(dump_only=True)
    limite_efectivo = fields.Decimal(dump_only=True, allow_none=True)
    efectivo = fields.Decimal(dump_only=True)
    recibos = fields.Nested(RecibosSchema, dump_only=True, allow_none=True)
    recibos_siguientes = fields.Nested(RecibosSchema, dump_only=True, allow_none=True)
    grupos = fields.List(fields.Nested(GrupoDelDiaSchema), dump_only=True)
    sin_grupo = fields.List(fields.Nested(PrestamoDelDiaSchema), dump_only=True)
    quitados = fields.List(fields.Integer(), dump_only=True)
