"""PDF of the statement of a loan."""

from collections.abc import Iterator
from decimal import Decimal

from app.suites.credito.cobranza.pdf.partes import pago_y_cat, papel
from app.suites.credito.cobranza.rules.estado_cuenta import Movimiento
from app.suites.credito.cobranza.rules.etiquetas import ETIQUETAS
from app.suites.credito.cobranza.rules.palabras import CAT, dia_text, estado_de_cuota_text, estado_text, pesos
from app.suites.credito.cobranza.service import Documento
from app.web.pdf import Issued
from app.web.pdf.blocks import Figure, key_figures, notes
from app.web.pdf.formats import MISSING, day_text
from app.web.pdf.table import Column, Kind, Row, Table

_CONCEPTOS = ETIQUETAS["tipo_movimiento"]
_MOVIMIENTOS = (Column("Fecha y concepto", 2.6), Column("Cargos", 1), Column("Abonos", 1), Column("Saldo", 1))
_CALENDARIO = (
    Column("Núm. y vencimiento", 1.8),
    Column("Pago", 1),
    Column("Pagado", 1),
    Column("Por pagar", 1),
    Column("Estado", 1),
)


def estado_pdf(documento: Documento, issued: Issued) -> bytes:
    """Draw the statement of a loan: figures, movements and schedule."""
    paper = papel(documento, "Estado de cuenta", issued)
    key_figures(paper, _cifras(documento))
    key_figures(paper, _avance(documento))
    _movimientos(documento).draw(paper)
    _calendario(documento).draw(paper)
    notes(paper, list(_notas(documento)))
    return paper.pdf()


def _cifras(documento: Documento) -> list[Figure]:
    loan = documento.prestamo
    return [
        Figure("Saldo", pesos(loan.saldo), estado_text(loan.estado)),
        Figure("Vencido", pesos(loan.vencido), f"{loan.dias_atraso} días de atraso" if loan.dias_atraso else ""),
        *pago_y_cat(documento),
    ]


def _avance(documento: Documento) -> list[Figure]:
    loan, quote = documento.prestamo, documento.liquidacion
    settles = MISSING if quote is None else pesos(quote.total)
    return [
        Figure("Pagado", pesos(loan.pagado), f"{loan.semana_activa} de {loan.numero_pagos} pagos completos"),
        Figure("Monto del crédito", pesos(loan.monto), f"Entregado {pesos(loan.monto_entregado)}"),
        Figure("Total a pagar", pesos(loan.total_a_pagar), f"Intereses {pesos(loan.interes_total)}"),
        Figure("Para liquidar hoy", settles, "" if quote is None else _bonificacion(quote.bonificacion)),
    ]


def _bonificacion(amount: Decimal) -> str:
    return f"Se bonifican {pesos(amount)}" if amount else ""


def _movimientos(documento: Documento) -> Table:
    rows = [Row((_concepto(one), *_importes(one), pesos(one.saldo))) for one in documento.movimientos]
    if rows:
        cargos, abonos = (
            sum((getattr(one, name) for one in documento.movimientos), Decimal(0)) for name in ("cargo", "abono")
        )
        total = f"Saldo al {day_text(documento.hoy)}"
        rows.append(Row((total, pesos(cargos), pesos(abonos), pesos(documento.movimientos[-1].saldo)), Kind.TOTAL))
    return Table("Movimientos", _MOVIMIENTOS, rows, "Cifras en pesos mexicanos (MXN)")


def _importes(one: Movimiento) -> tuple[str, str]:
    return (pesos(one.cargo) if one.cargo else "", pesos(one.abono) if one.abono else "")


def _concepto(one: Movimiento) -> str:
    words = " · ".join(part for part in (_CONCEPTOS[one.tipo], one.referencia) if part)
    return f"{one.fecha:%d/%m/%Y}  {words}"


def _calendario(documento: Documento) -> Table:
    rows = [
        Row(
            (
                f"{one.numero:>2}   {dia_text(one.fecha_vencimiento)}",
                pesos(one.monto),
                pesos(one.pagado),
                pesos(one.vigente.saldo),
                estado_de_cuota_text(one.vigente.estado(documento.hoy)),
            )
        )
        for one in documento.cuotas
    ]
    return Table("Calendario de pagos", _CALENDARIO, rows)


def _notas(documento: Documento) -> Iterator[str]:
    loan = documento.prestamo
    yield CAT
    if documento.faltas:
        yield f"Semanas con falta: {loan.faltas} vigentes de {len(documento.faltas)} registradas."
    if loan.saldo_a_favor:
        yield f"Saldo a favor del cliente: {pesos(loan.saldo_a_favor)}."
    yield "Si algún pago no aparece, presente su recibo."
