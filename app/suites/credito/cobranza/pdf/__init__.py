"""Documents of a loan as PDF, in Spanish and with amounts as Mexico writes them."""

from app.suites.credito.cobranza.pdf.contrato import contrato_pdf
from app.suites.credito.cobranza.pdf.estado import estado_pdf
from app.suites.credito.cobranza.pdf.tarjeta import tarjeta_pdf

__all__ = ["contrato_pdf", "estado_pdf", "tarjeta_pdf"]
