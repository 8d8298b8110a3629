"""/api/incomes."""

from app.core.cashflow.schemas import AnalysisQuery, IncomesAnalysisSchema
from app.core.cashflow.service import AnalysisRequest, CashflowService, Figures, results
from app.core.imports.schemas import ImportOptions, import_operation, load_file
from app.core.imports.service import ImportOutcome, ImportService
from app.infra.queries.records import Item
from app.kernel.files import JudgedFile
from app.kernel.paging import Page
from app.suites.fresco.incomes.models import Income, IncomeRecord
from app.suites.fresco.incomes.schemas import INCOME_ROWS, IncomeItemSchema, IncomeListQuery, IncomeSchema
from app.suites.fresco.incomes.service import IncomeImporter, IncomeReader, IncomeService, IncomeValues
from app.web.api import Namespace, Resource, changes, operation
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One, Report
from app.web.schema import TotalSchema
from app.web.uploads import Upload

namespace = Namespace("incomes", path="/incomes")
imports = Namespace("incomes_imports", path="/imports/incomes")
RECEIPT = Upload("receipt", required=False, json=True)


def service() -> IncomeService:
    """The service of this request."""
    return IncomeService(context())


def reader() -> IncomeReader:
    """The service of this request that reads lists."""
    return IncomeReader(context())


@namespace.route("")
class Incomes(Resource):
    @operation(
        "incomes:read", Listed(IncomeItemSchema, TotalSchema, title="Ingresos"), query=IncomeListQuery, errors=(409,)
    )
    def get(self, query: ListRequest) -> Page[Item[IncomeRecord]]:
        """List incomes, with the total of all matching ones."""
        return reader().page(query.page, **query.filters)

    @operation("incomes:write", One(IncomeSchema), body=IncomeSchema, upload=RECEIPT, status=201, errors=(404,))
    def post(self, body: IncomeValues, file: JudgedFile | None) -> Income:
        """Enter an income, with its receipt."""
        return service().create(file=file, **body)


@namespace.route("/analysis")
class IncomesAnalysis(Resource):
    @operation(
        "incomes:read",
        Report(IncomesAnalysisSchema, title="Análisis de ingresos"),
        query=AnalysisQuery,
        errors=(409,),
    )
    def get(self, query: AnalysisRequest) -> results.IncomesAnalysis:
        """Income by month and client."""
        figures = Figures(context(), query.get("currency"), query.get("suite"))
        return CashflowService(figures).incomes_analysis(query["period"], context().clock.today())


@namespace.route("/<id:income_id>")
class OneIncome(Resource):
    @operation("incomes:read", One(IncomeSchema), errors=(404,))
    def get(self, income_id: int) -> IncomeRecord:
        """One income."""
        return service().get(income_id)

    @operation("incomes:write", One(IncomeSchema), body=changes(IncomeSchema), upload=RECEIPT, errors=(404, 409))
    def put(self, income_id: int, body: IncomeValues, file: JudgedFile | None) -> Income:
        """Change the fields of an income that are sent. A new receipt replaces the old one."""
        return service().update(income_id, file=file, **body)

    @operation("incomes:write", Message("Income deleted"), errors=(404, 409))
    def delete(self, income_id: int) -> None:
        """Delete an income and its receipt."""
        service().delete(income_id)


@imports.route("")
class IncomeImports(Resource):
    @import_operation("incomes:write", "importIncomes")
    def post(self, query: ImportOptions, body: ImportOptions, file: JudgedFile) -> ImportOutcome:
        """Preview or import incomes from a CSV or XLSX file, with Spanish or English headings."""
        return ImportService(context()).run(IncomeImporter(context()), *load_file(INCOME_ROWS, file, query, body))
