"""Query of exports."""

from app.suites.personal.books.schemas import BookQuery
from app.suites.personal.exports.rules.formats import ExportFormat, ExportLocale, ExportTable
from app.web.fields import Day, EnumByValue, Flag, Several


class BookExportQuery(BookQuery):
    """Format, days and tables of the file of a book."""

    format = EnumByValue(ExportFormat, load_default=ExportFormat.JSON)
    date_from = Day()
    date_to = Day()
    include = Several(ExportTable, metadata={"description": "Tables of CSV and XLSX files; by default all"})
    excel = Flag()
    locale = EnumByValue(ExportLocale)
