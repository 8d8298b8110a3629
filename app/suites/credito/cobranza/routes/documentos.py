"""/api/credito/prestamos: documents of a loan."""

from app.suites.credito.cobranza.pdf import contrato_pdf, estado_pdf, tarjeta_pdf
from app.suites.credito.cobranza.schemas.documentos import EstadoCuentaSchema, ImpresoQuery
from app.suites.credito.cobranza.service import Documento, DocumentoService
from app.web.api import Namespace, Resource, operation
from app.web.context import context
from app.web.exports import PdfDraft
from app.web.printed import Printable, Printed

namespace = Namespace("documentos de prestamos", path="/prestamos")

PRESTAMOS = "credito.prestamos:read"


@namespace.route("/<id:prestamo_id>/estado-cuenta")
class EstadoDeCuenta(Resource):
    @operation(
        PRESTAMOS,
        Printable(EstadoCuentaSchema, file_title="Estado de cuenta", pdf=estado_pdf),
        errors=(404,),
        name="getEstadoCuenta",
    )
    def get(self, prestamo_id: int) -> Documento:
        """The statement of a loan as of today, also as PDF."""
        return DocumentoService(context()).estado_cuenta(prestamo_id)


@namespace.route("/<id:prestamo_id>/tarjeta")
class TarjetaDePagos(Resource):
    @operation(PRESTAMOS, Printed(), query=ImpresoQuery, errors=(404, 409), name="downloadTarjeta")
    def get(self, prestamo_id: int, query: dict[str, str]) -> PdfDraft:
        """The payment card of a loan as PDF: its schedule as it is stored."""
        found = DocumentoService(context()).tarjeta(prestamo_id)
        return PdfDraft(f"Tarjeta {found.prestamo.folio}", found, tarjeta_pdf)


@namespace.route("/<id:prestamo_id>/contrato")
class ResumenDeContrato(Resource):
    @operation(PRESTAMOS, Printed(), query=ImpresoQuery, errors=(404, 409), name="downloadContrato")
    def get(self, prestamo_id: int, query: dict[str, str]) -> PdfDraft:
        """The summary of the contract of an approved loan as PDF: CAT, amounts and schedule."""
        found = DocumentoService(context()).contrato(prestamo_id)
        return PdfDraft(f"Contrato {found.prestamo.folio}", found, contrato_pdf)
