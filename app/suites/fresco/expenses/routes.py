"""/api/expenses."""

from collections.abc import Mapping

from app.core.cashflow.schemas import AnalysisQuery, ExpensesAnalysisSchema
from app.core.cashflow.service import AnalysisRequest, CashflowService, Figures, results
from app.core.imports.schemas import ImportOptions, import_operation, load_file
from app.core.imports.service import ImportOutcome, ImportService
from app.infra.queries.records import Item
from app.kernel.files import JudgedFile
from app.kernel.paging import Page
from app.suites.fresco.expenses.models import (
    AccruedExpense,
    AccruedExpenseRecord,
    Expense,
    ExpenseRecord,
    RecurringExpense,
    RecurringExpenseRecord,
)
from app.suites.fresco.expenses.schemas import (
    EXPENSE_ROWS,
    AccruedExpenseItemSchema,
    AccruedExpenseSchema,
    AccruedListQuery,
    AccruedSummarySchema,
    ExpenseItemSchema,
    ExpenseListQuery,
    ExpensesChangeSchema,
    ExpenseSchema,
    MarkAsPaidSchema,
    PreviewQuery,
    PreviewSchema,
    RecurringDeletedSchema,
    RecurringExpenseItemSchema,
    RecurringExpenseSchema,
    RecurringListQuery,
    RecurringStatusSchema,
    RecurringTotalSchema,
)
from app.suites.fresco.expenses.service import (
    BillService,
    BillValues,
    BulkRequest,
    BulkService,
    ExpenseImporter,
    ExpenseReader,
    ExpenseService,
    ExpenseValues,
    Occurrence,
    PaymentRequest,
    PreviewRequest,
    RecurringService,
    RecurringValues,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One, Report, Unwrapped
from app.web.schema import ChangedSchema, TotalSchema
from app.web.uploads import Upload

namespace = Namespace("expenses", path="/expenses")
imports = Namespace("expenses_imports", path="/imports/expenses")
RECEIPT = Upload("receipt", required=False, json=True)


def variable() -> ExpenseService:
    """The service of this request for expenses entered one by one."""
    return ExpenseService(context())


def recurring() -> RecurringService:
    """The service of this request for recurring expenses."""
    return RecurringService(context())


def bills() -> BillService:
    """The service of this request for accrued expenses."""
    return BillService(context())


def reader() -> ExpenseReader:
    """The service of this request that reads lists."""
    return ExpenseReader(context())


@namespace.route("")
class Expenses(Resource):
    @operation(
        "expenses:read", Listed(ExpenseItemSchema, TotalSchema, title="Gastos"), query=ExpenseListQuery, errors=(409,)
    )
    def get(self, query: ListRequest) -> Page[Item[ExpenseRecord]]:
        """List expenses, with the total of all matching ones."""
        return reader().page(query.page, **query.filters)

    @operation("expenses:write", One(ExpenseSchema), body=ExpenseSchema, upload=RECEIPT, status=201, errors=(404,))
    def post(self, body: ExpenseValues, file: JudgedFile | None) -> Expense:
        """Enter an expense, with its receipt."""
        return variable().create(file=file, **body)


@namespace.route("/analysis")
class ExpensesAnalysis(Resource):
    @operation(
        "expenses:read",
        Report(ExpensesAnalysisSchema, title="Análisis de gastos"),
        query=AnalysisQuery,
        errors=(409,),
    )
    def get(self, query: AnalysisRequest) -> results.ExpensesAnalysis:
        """Expenses by month and category."""
        figures = Figures(context(), query.get("currency"), query.get("suite"))
        return CashflowService(figures).expenses_analysis(query["period"], context().clock.today())


@namespace.route("/<id:expense_id>")
class OneExpense(Resource):
    @operation("expenses:read", One(ExpenseSchema), errors=(404,))
    def get(self, expense_id: int) -> ExpenseRecord:
        """One expense."""
        return variable().get(expense_id)

    @operation("expenses:write", One(ExpenseSchema), body=changes(ExpenseSchema), upload=RECEIPT, errors=(404, 409))
    def put(self, expense_id: int, body: ExpenseValues, file: JudgedFile | None) -> Expense:
        """Change the fields of an expense that are sent. A new receipt replaces the old one."""
        return variable().update(expense_id, file=file, **body)

    @operation("expenses:write", Message("Expense deleted"), errors=(404, 409))
    def delete(self, expense_id: int) -> None:
        """Delete an expense and its receipt."""
        variable().delete(expense_id)


@namespace.route("/recurring")
class RecurringExpenses(Resource):
    @operation(
        "expenses:read",
        Listed(RecurringExpenseItemSchema, RecurringTotalSchema, title="Gastos recurrentes"),
        query=RecurringListQuery,
        errors=(409,),
    )
    def get(self, query: ListRequest) -> Page[Item[RecurringExpenseRecord]]:
        """List recurring expenses, with what the active ones come to in a month."""
        return reader().recurring_page(query.page, **query.filters)

    @operation("expenses:write", One(RecurringExpenseSchema), body=RecurringExpenseSchema, status=201, errors=(404,))
    def post(self, body: RecurringValues) -> RecurringExpense:
        """Enter a recurring expense, and accrue what is due by the end of this month."""
        return recurring().create(today=context().clock.today(), **body)


@namespace.route("/recurring/<id:recurring_id>")
class OneRecurringExpense(Resource):
    @operation("expenses:read", One(RecurringExpenseSchema), errors=(404,))
    def get(self, recurring_id: int) -> RecurringExpenseRecord:
        """One recurring expense."""
        return recurring().get(recurring_id)

    @operation("expenses:write", One(RecurringExpenseSchema), body=changes(RecurringExpenseSchema), errors=(404,))
    def put(self, recurring_id: int, body: RecurringValues) -> RecurringExpense:
        """Change the fields of a recurring expense that are sent. Accrued expenses stay as they are."""
        return recurring().update(recurring_id, today=context().clock.today(), **body)

    @operation("expenses:write", Unwrapped(RecurringDeletedSchema), errors=(404,))
    def delete(self, recurring_id: int) -> dict[str, str | int]:
        """Delete a recurring expense and its coming accrued expenses; what is due by today or paid stays."""
        removed = recurring().delete(recurring_id, today=context().clock.today())
        return {"message": "Recurring expense deleted", "removed": removed}


@namespace.route("/recurring/<id:recurring_id>/status")
class RecurringState(Resource):
    @operation(
        "expenses:write",
        One(RecurringExpenseSchema),
        body=RecurringStatusSchema,
        errors=(404,),
        name="changeRecurringExpenseStatus",
    )
    def patch(self, recurring_id: int, body: RecurringValues) -> RecurringExpense:
        """Pause or resume a recurring expense; occurrences during the pause are never charged."""
        return recurring().update(recurring_id, today=context().clock.today(), **body)


@namespace.route("/accrued")
class AccruedExpenses(Resource):
    @operation(
        "expenses:read",
        Listed(AccruedExpenseItemSchema, AccruedSummarySchema, title="Gastos causados"),
        query=AccruedListQuery,
        errors=(409,),
    )
    def get(self, query: ListRequest) -> Page[Item[AccruedExpenseRecord]]:
        """List accrued expenses, with totals by category and by currency."""
        return reader().accrued_page(query.page, context().clock.today(), **query.filters)

    @operation(
        "expenses:write",
        One(AccruedExpenseSchema),
        body=AccruedExpenseSchema,
        upload=RECEIPT,
        status=201,
        errors=(404,),
    )
    def post(self, body: BillValues, file: JudgedFile | None) -> AccruedExpense:
        """Enter a bill that does not recur, with its receipt."""
        return bills().create(today=context().clock.today(), file=file, **body)


@namespace.route("/accrued/<id:accrued_id>")
class OneAccruedExpense(Resource):
    @operation("expenses:read", One(AccruedExpenseSchema), errors=(404,))
    def get(self, accrued_id: int) -> AccruedExpenseRecord:
        """One accrued expense."""
        return bills().get(accrued_id)

    @operation(
        "expenses:write",
        One(AccruedExpenseSchema),
        body=changes(AccruedExpenseSchema),
        upload=RECEIPT,
        errors=(404, 409),
    )
    def put(self, accrued_id: int, body: BillValues, file: JudgedFile | None) -> AccruedExpense:
        """Change the fields of an accrued expense that are sent. Once paid, it keeps amount, currency and due date."""
        return bills().update(accrued_id, today=context().clock.today(), file=file, **body)

    @operation("expenses:write", Message("Accrued expense deleted"), errors=(404, 409))
    def delete(self, accrued_id: int) -> None:
        """Delete an unpaid accrued expense and its receipt."""
        bills().delete(accrued_id)


@namespace.route("/accrued/<id:accrued_id>/mark-as-paid")
class AccruedPayment(Resource):
    @operation(
        "expenses:write",
        One(AccruedExpenseSchema),
        body=MarkAsPaidSchema,
        upload=RECEIPT,
        errors=(404,),
        name="payAccruedExpense",
    )
    def post(self, accrued_id: int, body: PaymentRequest, file: JudgedFile | None) -> AccruedExpense:
        """Mark an accrued expense as paid, once, with its receipt."""
        return bills().pay(accrued_id, today=context().clock.today(), file=file, **body)


@namespace.route("/accrued/<id:accrued_id>/undo-payment")
class UndoneAccruedPayment(Resource):
    @operation("expenses:write", One(AccruedExpenseSchema), errors=(404,), name="undoAccruedExpensePayment")
    def post(self, accrued_id: int) -> AccruedExpense:
        """Mark a paid accrued expense as unpaid."""
        return bills().undo_payment(accrued_id, today=context().clock.today())


@namespace.route("/preview-recurring")
class RecurringPreview(Resource):
    @operation("expenses:read", Unwrapped(PreviewSchema), query=PreviewQuery, name="previewRecurringExpense")
    def get(self, query: PreviewRequest) -> dict[str, list[Occurrence]]:
        """Preview the due dates of a recurring expense; nothing is stored."""
        return {"data": recurring().preview(**query)}


@namespace.route("/bulk")
class ExpensesInBulk(Resource):
    @operation(
        "expenses:write",
        Unwrapped(ChangedSchema),
        body=ExpensesChangeSchema,
        errors=(404, 409),
        name="changeExpenses",
    )
    def post(self, body: BulkRequest) -> Mapping[str, object]:
        """Set category, client, project or tags of up to 1,000 expenses, or delete them: all, or none."""
        changed = BulkService(context()).change(**body)
        return {"message": f"{changed} expenses changed", "changed": changed}


@imports.route("")
class ExpenseImports(Resource):
    @import_operation("expenses:write", "importExpenses")
    def post(self, query: ImportOptions, body: ImportOptions, file: JudgedFile) -> ImportOutcome:
        """Preview or import expenses from a CSV or XLSX file, with Spanish or English headings."""
        return ImportService(context()).run(ExpenseImporter(context()), *load_file(EXPENSE_ROWS, file, query, body))
