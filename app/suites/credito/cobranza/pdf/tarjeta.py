"""PDF of the payment card of a loan."""

from app.suites.credito.cobranza.pdf.partes import calendario, cifras_del_credito, papel
from app.suites.credito.cobranza.rules.palabras import CAT
from app.suites.credito.cobranza.service import Documento
from app.web.pdf import Issued
from app.web.pdf.blocks import key_figures, notes


def tarjeta_pdf(documento: Documento, issued: Issued) -> bytes:
    """Draw the payment card: the stored schedule, with empty columns for payments and receipts."""
    paper = papel(documento, "Tarjeta de pagos", issued)
    key_figures(paper, cifras_del_credito(documento))
    calendario(documento, "Calendario de pagos", ("Abonado", "Recibo y firma")).draw(paper)
    notes(paper, [CAT, "Exija su recibo por cada pago. Puede pagar antes, sin cargo alguno."])
    return paper.pdf()
