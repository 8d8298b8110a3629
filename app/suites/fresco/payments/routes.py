"""/api/payments."""

from collections.abc import Mapping

from app.core.imports.schemas import ImportOptions, import_operation, load_file
from app.core.imports.service import ImportOutcome, ImportService
from app.infra.queries.records import Item
from app.kernel.files import JudgedFile
from app.kernel.paging import Page
from app.suites.fresco.payments.models import CreditRecord, PaymentRecord, RefundRecord
from app.suites.fresco.payments.schemas import (
    PAYMENT_ROWS,
    CreditListQuery,
    CreditSchema,
    GeneratedSchema,
    GenerateSchema,
    NewReceiptSchema,
    OverduePaymentSchema,
    OverdueQuery,
    PaymentChangesSchema,
    PaymentItemSchema,
    PaymentListQuery,
    PaymentsChangeSchema,
    PaymentSchema,
    PaymentTotalsSchema,
    ReceiptSchema,
    RefundSchema,
    StatusChangeSchema,
    UpcomingQuery,
)
from app.suites.fresco.payments.service import (
    BulkRequest,
    BulkService,
    CreditService,
    GenerationRequest,
    GenerationService,
    PaymentImporter,
    PaymentReader,
    PaymentService,
    PaymentValues,
    PaymentWithReceipts,
    ReceiptOf,
    ReceiptService,
    ReceiptsOf,
    ReceiptValues,
    RefundValues,
    without_receipts,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import Made
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import CreatedMany, Listed, Message, One, Part, Parts, Unwrapped
from app.web.schema import ChangedSchema, TotalSchema

namespace = Namespace("payments", path="/payments")
imports = Namespace("payments_imports", path="/imports/payments")
credits_of_client = Namespace("client_credits", path="/clients/<id:client_id>/credits")


def service() -> PaymentService:
    """The service of this request."""
    return PaymentService(context())


def generation_service() -> GenerationService:
    """The service of this request that generates payments from plans."""
    return GenerationService(context())


def receipt_service() -> ReceiptService:
    """The service of this request that receives money."""
    return ReceiptService(context())


def reader() -> PaymentReader:
    """The service of this request that reads lists of payments."""
    return PaymentReader(context())


@namespace.route("")
class Payments(Resource):
    @operation(
        "payments:read",
        Listed(PaymentItemSchema, PaymentTotalsSchema, title="Pagos"),
        query=PaymentListQuery,
        errors=(409,),
    )
    def get(self, query: ListRequest) -> Page[Item[PaymentRecord]]:
        """List payments, with totals by status of all that match."""
        return reader().page(query.page, **query.filters)

    @operation("payments:write", One(PaymentSchema), body=PaymentSchema, status=201, errors=(404,))
    def post(self, body: PaymentValues) -> PaymentWithReceipts:
        """Enter a payment by hand."""
        return service().create(today=context().clock.today(), **body)


@namespace.route("/<id:payment_id>")
class OnePayment(Resource):
    @operation("payments:read", One(PaymentSchema), errors=(404,))
    def get(self, payment_id: int) -> PaymentWithReceipts:
        """One payment."""
        return service().get(payment_id)

    @operation("payments:write", One(PaymentSchema), body=changes(PaymentChangesSchema), errors=(404, 409))
    def put(self, payment_id: int, body: PaymentValues) -> PaymentWithReceipts:
        """Change the fields of a payment that are sent. Its status follows its dates."""
        return service().update(payment_id, today=context().clock.today(), **body)

    @operation("payments:write", Message("Payment deleted"), errors=(404, 409))
    def delete(self, payment_id: int) -> None:
        """Delete a payment of which nothing is received."""
        service().delete(payment_id)


@namespace.route("/<id:payment_id>/status")
class PaymentState(Resource):
    @operation(
        "payments:write", One(PaymentSchema), body=StatusChangeSchema, errors=(404, 409), name="changePaymentStatus"
    )
    def patch(self, payment_id: int, body: PaymentValues) -> PaymentWithReceipts:
        """Mark a payment as paid or as unpaid."""
        return service().change_status(payment_id, today=context().clock.today(), **body)


@namespace.route("/<id:payment_id>/receipts")
class Receipts(Resource):
    @operation("payments:read", Parts(ReceiptSchema), errors=(404,), name="listReceipts")
    def get(self, payment_id: int) -> ReceiptsOf:
        """The receipts of a payment, earliest first."""
        return receipt_service().of(payment_id)

    @operation(
        "payments:write",
        Part(ReceiptSchema),
        body=NewReceiptSchema,
        status=201,
        errors=(404, 409),
        name="createReceipt",
    )
    def post(self, payment_id: int, body: ReceiptValues) -> ReceiptOf:
        """Receive a part of a payment, or all that is left of it; then it is paid."""
        return receipt_service().add(payment_id, today=context().clock.today(), **body)


@namespace.route("/<id:payment_id>/receipts/<id:receipt_id>")
class OneReceipt(Resource):
    @operation("payments:read", Part(ReceiptSchema), errors=(404,), name="getReceipt")
    def get(self, payment_id: int, receipt_id: int) -> ReceiptOf:
        """One receipt of a payment."""
        return receipt_service().get(payment_id, receipt_id)

    @operation("payments:write", Message("Receipt deleted"), errors=(404, 409), name="deleteReceipt")
    def delete(self, payment_id: int, receipt_id: int) -> None:
        """Undo a receipt: its payment is owed again. `If-Match` takes the entity tag of the payment."""
        receipt_service().undo(payment_id, receipt_id, today=context().clock.today())


@credits_of_client.route("")
class ClientCredits(Resource):
    @operation("payments:read", Listed(CreditSchema, title="Saldos a favor"), query=CreditListQuery, errors=(404,))
    def get(self, client_id: int, query: ListRequest) -> Page[CreditRecord]:
        """List the credits of a client that are left, by currency."""
        return CreditService(context()).page(client_id, query.page)


@credits_of_client.route("/refund")
class CreditRefunds(Resource):
    @operation(
        "payments:write",
        Made(RefundSchema),
        body=RefundSchema,
        status=201,
        errors=(404, 409),
        name="createCreditRefund",
    )
    def post(self, client_id: int, body: RefundValues) -> RefundRecord:
        """Give a part of a client's credit back."""
        return CreditService(context()).refund(client_id, today=context().clock.today(), **body)


@namespace.route("/overdue")
class OverduePayments(Resource):
    @operation(
        "payments:read",
        Listed(OverduePaymentSchema, TotalSchema, title="Pagos vencidos"),
        query=OverdueQuery,
        errors=(409,),
    )
    def get(self, query: ListRequest) -> Page[Item[PaymentRecord]]:
        """List overdue payments, oldest first."""
        return reader().overdue(query.page, context().clock.today(), **query.filters)


@namespace.route("/upcoming")
class UpcomingPayments(Resource):
    @operation(
        "payments:read",
        Listed(PaymentItemSchema, TotalSchema, title="Pagos próximos"),
        query=UpcomingQuery,
        errors=(409,),
    )
    def get(self, query: ListRequest) -> Page[Item[PaymentRecord]]:
        """List unpaid payments due from today to `days` from now."""
        return reader().upcoming(query.page, context().clock.today(), **query.filters)


@namespace.route("/generate")
class GeneratedPayments(Resource):
    @operation(
        "payments:write",
        CreatedMany(PaymentSchema, GeneratedSchema),
        body=GenerateSchema,
        status=201,
        errors=(404,),
        name="generatePayments",
    )
    def post(self, body: GenerationRequest) -> tuple[list[PaymentWithReceipts], dict[str, str]]:
        """Generate the payments of a project's plan that don't exist yet."""
        generated = [
            without_receipts(one) for one in generation_service().generate(today=context().clock.today(), **body)
        ]
        return generated, {"message": f"{len(generated)} payments generated"}


@namespace.route("/bulk")
class PaymentsInBulk(Resource):
    @operation(
        "payments:write",
        Unwrapped(ChangedSchema),
        body=PaymentsChangeSchema,
        errors=(404, 409),
        name="changePayments",
    )
    def post(self, body: BulkRequest) -> Mapping[str, object]:
        """Mark up to 1,000 payments as paid, undo, invoice or delete them: all of them, or none."""
        changed = BulkService(context()).change(today=context().clock.today(), **body)
        return {"message": f"{changed} payments changed", "changed": changed}


@imports.route("")
class PaymentImports(Resource):
    @import_operation("payments:write", "importPayments")
    def post(self, query: ImportOptions, body: ImportOptions, file: JudgedFile) -> ImportOutcome:
        """Preview or import payments from a CSV or XLSX file, with Spanish or English headings."""
        return ImportService(context()).run(PaymentImporter(context()), *load_file(PAYMENT_ROWS, file, query, body))
