"""Parts of the documents of a loan: first page, figures, named facts and schedule."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.suites.credito.cobranza.rules.palabras import cat_text, dia_text, pago_text, pesos, plazo_text
from app.suites.credito.cobranza.service import Documento
from app.web.pdf import Issued, theme
from app.web.pdf.blocks import Figure
from app.web.pdf.fonts import wrapped
from app.web.pdf.formats import MISSING
from app.web.pdf.paper import Paper
from app.web.pdf.table import Column, Row, Table

_LABEL = 104.0
"""Width of the names of facts."""
_LINE = 12.0
_A_MANO = 3.0
"""Further space of a row in which people write."""


def papel(documento: Documento, title: str, issued: Issued) -> Paper:
    """The first page of a document, with the client, the loan and its group below the title."""
    paper = Paper(title, replace(issued, on=documento.hoy))
    loan, group = documento.prestamo, documento.grupo
    below = [f"Préstamo {loan.folio} · {documento.tipo}"]
    if group is not None:
        below.append(f"Grupo {group.nombre} · Titular {group.titular}")
    paper.masthead(*wrapped(documento.cliente.nombre, theme.CONTENT, 10.5, most=2), *below)
    return paper


def cifras_del_credito(documento: Documento) -> list[Figure]:
    """Amount, total, payment and CAT."""
    loan = documento.prestamo
    return [
        Figure("Monto del crédito", pesos(loan.monto), f"Entregado {pesos(loan.monto_entregado)}"),
        Figure("Total a pagar", pesos(loan.total_a_pagar), f"Intereses {pesos(loan.interes_total)}"),
        *pago_y_cat(documento),
    ]


def pago_y_cat(documento: Documento) -> list[Figure]:
    """The payment, with the CAT beside it."""
    loan = documento.prestamo
    return [
        Figure(pago_text(loan.terminos), pesos(loan.cuota), plazo_text(loan.terminos)),
        Figure("CAT", cat_text(loan.cat), "Costo Anual Total, sin IVA"),
    ]


def hechos(paper: Paper, title: str, facts: Sequence[tuple[str, str]]) -> None:
    """Draw named facts below a heading, each wrapped beside its name."""
    room = theme.CONTENT - _LABEL
    written = [(name, wrapped(fact or MISSING, room, theme.TEXT.size, most=3)) for name, fact in facts]
    paper.need(24 + _LINE * 3)
    paper.text(theme.LEFT, paper.y - 11, title, theme.HEADING)
    paper.y -= 17
    paper.line((theme.LEFT, paper.y), (theme.RIGHT, paper.y), theme.INK, 0.8)
    for name, lines in written:
        high = _LINE * len(lines) + 4
        paper.need(high)
        paper.text(theme.LEFT, paper.y - _LINE, name, theme.SMALL)
        for number, line in enumerate(lines):
            paper.text(theme.LEFT + _LABEL, paper.y - _LINE * (number + 1), line, theme.TEXT)
        paper.y -= high
        paper.line((theme.LEFT, paper.y), (theme.RIGHT, paper.y), theme.RULE, 0.4)
    paper.y -= 16


def calendario(documento: Documento, title: str, blanks: Sequence[str]) -> Table:
    """The stored schedule, with the rest after each payment, and empty columns to fill in."""
    left = sum((one.monto for one in documento.cuotas), Decimal(0))
    rows = []
    for one in documento.cuotas:
        left -= one.monto
        number = f"{one.numero:>2}   {dia_text(one.fecha_vencimiento)}"
        cells = (number, pesos(one.monto), pesos(left), *("" for _ in blanks))
        rows.append(Row(cells, above=_A_MANO if blanks else 0))
    columns = (Column("Núm. y fecha", 1.7), Column("Pago", 0.9), Column("Saldo después", 1.1))
    return Table(title, (*columns, *(Column(name, 1.3) for name in blanks)), rows)
