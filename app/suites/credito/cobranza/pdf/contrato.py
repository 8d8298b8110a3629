"""PDF of the summary of the contract of a loan."""

from collections.abc import Iterator

from app.suites.credito.cobranza.pdf.partes import (
    CAT,
    calendario,
    cat_text,
    cifras_del_credito,
    dia_text,
    hechos,
    papel,
    pesos,
    plazo_text,
    tasa_text,
)
from app.suites.credito.cobranza.service import Documento, Firmante
from app.suites.credito.productos.rules.condiciones import ComisionModo, Condiciones, Liquidacion, Metodo, MoraTipo
from app.web.pdf import Issued
from app.web.pdf.blocks import key_figures, notes, signatures

_LIQUIDACION = {
    Liquidacion.SALDO_TOTAL: "Puede pagar antes, sin cargo; se paga el saldo total",
    Liquidacion.INTERES_DEVENGADO: "Puede pagar antes, sin cargo; solo se paga el interés hasta el periodo en curso",
}
_FIRMAS = 3
"""Signatures in a row."""


def contrato_pdf(documento: Documento, issued: Issued) -> bytes:
    """Draw the summary of the contract: figures with the CAT, terms, parties, schedule and signatures."""
    paper = papel(documento, "Resumen del contrato", issued)
    key_figures(paper, cifras_del_credito(documento))
    hechos(paper, "Condiciones del crédito", list(_condiciones(documento)))
    hechos(paper, "Cliente", list(_persona(documento.cliente)))
    for aval in documento.avales:
        hechos(paper, "Aval", list(_persona(aval)))
    if documento.cuotas:
        calendario(documento, "Calendario de pagos", ()).draw(paper)
    notes(paper, list(_notas(documento)))
    roles = ["Cliente", *("Aval" for _ in documento.avales), "Por la empresa"]
    for first in range(0, len(roles), _FIRMAS):
        signatures(paper, roles[first : first + _FIRMAS])
    return paper.pdf()


def _condiciones(documento: Documento) -> Iterator[tuple[str, str]]:
    loan, terms = documento.prestamo, documento.prestamo.terminos
    yield "CAT sin IVA", cat_text(loan.cat)
    yield "Interés", _interes(terms, pesos(loan.interes_total))
    yield "IVA", f"{tasa_text(terms.iva)} de los intereses: {pesos(loan.iva_total)}" if terms.iva else "No causa"
    yield "Plazo", plazo_text(terms)
    if loan.primera_fecha is not None and loan.fecha_vencimiento is not None:
        last = documento.cuotas[-1].fecha_vencimiento if documento.cuotas else loan.fecha_vencimiento
        yield "Vencimientos", f"Primer pago el {dia_text(loan.primera_fecha)}, último el {dia_text(last)}"
    if loan.comision:
        how = "se descuenta de la entrega" if terms.comision_modo is ComisionModo.DESCONTADA else "se paga aparte"
        yield "Comisión", f"{pesos(loan.comision)}, {how}"
    if loan.seguro:
        yield "Seguro", f"{pesos(loan.seguro)}, se descuenta de la entrega"
    if loan.saldo_anterior:
        yield "Crédito anterior", f"{pesos(loan.saldo_anterior)} se descuentan para liquidarlo"
    yield "Recibe el cliente", pesos(loan.monto_entregado)
    yield "Por falta de pago", _mora(terms)
    yield "Pago anticipado", _LIQUIDACION[terms.liquidacion]


def _interes(terms: Condiciones, total: str) -> str:
    if terms.metodo is Metodo.CUOTA_FIJA:
        return f"{tasa_text(terms.interes)} del monto por todo el plazo: {total}"
    return f"{tasa_text(terms.tasa_anual)} anual sobre saldos insolutos: {total}"


def _mora(terms: Condiciones) -> str:
    """The penalty of late payment in words."""
    iva = " más IVA" if terms.iva else ""
    if terms.mora_tipo is MoraTipo.FIJA:
        return f"{pesos(terms.mora_valor)}{iva} por cada pago atrasado"
    if terms.mora_tipo is MoraTipo.PORCENTAJE:
        return f"{tasa_text(terms.mora_valor)} de lo atrasado{iva}, una vez por pago"
    if terms.mora_tipo is MoraTipo.DIARIA:
        return f"{tasa_text(terms.mora_valor)} anual{iva} sobre el capital atrasado, por día"
    if terms.mora_tipo is MoraTipo.CUOTAS_EXTRA:
        number = terms.mora_valor.normalize()
        worth = f"{number:f} pago{'' if number == 1 else 's'}{iva} por cada semana con falta"
        tolerated, most = terms.incumplimientos_tolerados, terms.limite_penalizaciones
        after = f", después de {tolerated}" if tolerated else ""
        return f"{worth}{after}" + ("" if most is None else f"; a lo más {most} en todo el crédito")
    return "Sin penalización"


def _persona(one: Firmante) -> Iterator[tuple[str, str]]:
    yield "Nombre", one.nombre
    if one.curp:
        yield "CURP", one.curp
    if one.codigo_ine:
        yield "Clave de elector", one.codigo_ine
    yield "Domicilio", one.direccion
    if one.telefono:
        yield "Teléfono", one.telefono


def _notas(documento: Documento) -> Iterator[str]:
    yield CAT
    if not documento.cuotas:
        yield "Las fechas y cantidades son las del día de la autorización; el calendario se fija al entregarlo."
    yield "Cada pago se aplica a las cuotas por su orden: IVA, intereses y capital. Exija su recibo."
