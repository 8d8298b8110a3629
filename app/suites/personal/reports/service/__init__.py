"""Services of reports."""

from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.reports.service.ahead import AccountForecast, BalanceForecast, ForecastReports
from app.suites.personal.reports.service.base import CategoryFigure, ReportBase
from app.suites.personal.reports.service.categories import (
    CategoryMonth,
    CategoryReport,
    CategoryReports,
    CategoryTrend,
    MonthFigures,
)
from app.suites.personal.reports.service.flow import CashFlow, CashFlowReports, FlowFigures, MonthFlow
from app.suites.personal.reports.service.lines import LineReports, PayeeFigures, TagFigures
from app.suites.personal.reports.service.saved import SavedReportChanges, SavedReportService
from app.suites.personal.reports.service.summary import Metrics, Previous, Summary, SummaryReports, accesses_of
from app.suites.personal.reports.service.trends import TrendReport, TrendReports
from app.suites.personal.reports.service.worth import Worth, WorthPoint, WorthReports, joined_worth

__all__ = [
    "AccountForecast",
    "BalanceForecast",
    "CashFlow",
    "CashFlowReports",
    "CategoryFigure",
    "CategoryMonth",
    "CategoryReport",
    "CategoryReports",
    "CategoryTrend",
    "CategoryType",
    "FlowFigures",
    "ForecastReports",
    "LineReports",
    "Metrics",
    "MonthFigures",
    "MonthFlow",
    "PayeeFigures",
    "Previous",
    "ReportBase",
    "SavedReportChanges",
    "SavedReportService",
    "Summary",
    "SummaryReports",
    "TagFigures",
    "TrendReport",
    "TrendReports",
    "Worth",
    "WorthPoint",
    "WorthReports",
    "accesses_of",
    "joined_worth",
]
