"""PDF of the summary of the contract of a loan."""

from collections.abc import Iterator

from app.suites.credito.cobranza.pdf.partes import calendario, cifras_del_credito, hechos, papel
from app.suites.credito.cobranza.rules.palabras import (
    CAT,
    cat_text,
    comision_text,
    dia_text,
    interes_text,
    liquidacion_text,
    mora_text,
    pesos,
    plazo_text,
    tasa_text,
)
from app.suites.credito.cobranza.service import Documento, Firmante
from app.web.pdf import Issued
from app.web.pdf.blocks import key_figures, notes, signatures

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
    yield "Interés", interes_text(terms, loan.interes_total)
    yield "IVA", f"{tasa_text(terms.iva)} de los intereses: {pesos(loan.iva_total)}" if terms.iva else "No causa"
    yield "Plazo", plazo_text(terms)
    if loan.primera_fecha is not None and loan.fecha_vencimiento is not None:
        last = documento.cuotas[-1].fecha_vencimiento if documento.cuotas else loan.fecha_vencimiento
        yield "Vencimientos", f"Primer pago el {dia_text(loan.primera_fecha)}, último el {dia_text(last)}"
    if loan.comision:
        yield "Comisión", comision_text(terms, loan.comision)
    if loan.seguro:
        yield "Seguro", f"{pesos(loan.seguro)}, se descuenta de la entrega"
    if loan.saldo_anterior:
        yield "Crédito anterior", f"{pesos(loan.saldo_anterior)} se descuentan para liquidarlo"
    yield "Recibe el cliente", pesos(loan.monto_entregado)
    yield "Por falta de pago", mora_text(terms)
    yield "Pago anticipado", liquidacion_text(terms)


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
