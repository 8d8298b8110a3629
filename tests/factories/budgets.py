"""Budgets, envelopes, targets and templates of people."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from app.kernel.money import Currency
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.budgets.models import (
    Assignment,
    BudgetAlert,
    BudgetAmount,
    BudgetCategory,
    BudgetedAccount,
    BudgetTemplate,
    MonthNote,
    Target,
    TemplateItem,
)
from app.suites.personal.budgets.rules.kinds import TargetType
from app.suites.personal.budgets.rules.limits import BudgetPeriod
from app.suites.personal.budgets.service import BudgetService
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from tests.factories import Examples, Sent
from tests.factories.personal import BOOKS, own_book, row_in_book
from tests.factories.personal_money import existing, sent

BUDGETS, ENVELOPES, TARGETS = (f"/api/personal/{name}" for name in ("budgets", "envelopes", "targets"))
TEMPLATES = "/api/personal/budget-templates"
_BUDGET = {"name": "Mercado", "amount": "400000", "period": "monthly"}
_MONTH = date(2026, 3, 1)
Values = Callable[[Any], dict[str, Any]]


def _category(access: Any) -> int:
    return next(one.id for one in CategoryService(access).categories.list_all() if one.type is CategoryType.EXPENSE)


def _budget(access: Any) -> int:
    return BudgetService(access).create(name="Mercado", amount=Decimal(5), period=BudgetPeriod.MONTHLY).record.id


def _template(access: Any) -> int:
    return _row(BudgetTemplate, lambda _: {"name": "Mes"})(access)


def _row(model: Any, values: Values) -> Callable[[Any], int]:
    """A function that stores a row in the book of an access."""

    def make(access: Any) -> int:
        row = model(book_id=access.book_id, **values(access))
        access.session.add(row)
        access.session.flush()
        return int(row.id)

    return make


def _of_budget(model: Any, values: Values) -> Callable[[Any], int]:
    return _row(model, lambda access: {"budget_id": _budget(access), **values(access)})


def _categories(caller: Any) -> tuple[int, int]:
    """Two categories of expenses of the caller's first book, who gets one if there is none."""
    if not caller.get(BOOKS)["data"]:
        own_book(caller)
    first, second = caller.get("/api/personal/categories", type="expense", per_page=2)["data"]
    return first["id"], second["id"]


def _target(caller: Any) -> Sent:
    return TARGETS, {"json": {"category_id": _categories(caller)[0], "type": "monthly", "amount": "5"}}


def _existing_target(caller: Any) -> str:
    address, options = _target(caller)
    return f"{address}/{caller.post(address, options['json'])['data']['id']}"


def _template_post(caller: Any) -> Sent:
    items = [{"category_id": _categories(caller)[0], "amount": "5"}]
    return TEMPLATES, {"json": {"name": "Mes", "items": items}}


def _existing_template(caller: Any) -> str:
    address, options = _template_post(caller)
    return f"{address}/{caller.post(address, options['json'])['data']['id']}"


def _template_applied(caller: Any) -> Sent:
    return f"{_existing_template(caller)}/apply", {"json": {"month": "2026-03"}}


def _month(caller: Any) -> str:
    _categories(caller)
    return f"{ENVELOPES}/2026-03"


def _act(verb: str, body: Callable[[int, int], dict[str, Any]]) -> Callable[[Any], Sent]:
    def act(caller: Any) -> Sent:
        first, second = _categories(caller)
        caller.put(f"{ENVELOPES}/2026-03", {"assignments": [{"category_id": second, "assigned": "-5"}]})
        return f"{ENVELOPES}/2026-03/{verb}", {"json": body(first, second)}

    return act


EXAMPLES = Examples(
    rows={
        "Budget": row_in_book(_budget),
        "BudgetCategory": row_in_book(_of_budget(BudgetCategory, lambda access: {"category_id": _category(access)})),
        "BudgetedAccount": row_in_book(
            _of_budget(BudgetedAccount, lambda access: {"account_id": AccountService(access).first_open().id})
        ),
        "BudgetAmount": row_in_book(
            _of_budget(BudgetAmount, lambda _: {"from_period_start": date(2020, 1, 1), "amount": Decimal(7)})
        ),
        "BudgetAlert": row_in_book(
            _of_budget(BudgetAlert, lambda _: {"period_start": _MONTH, "level": Decimal("0.5")})
        ),
        "Assignment": row_in_book(_row(Assignment, lambda _: {"month": _MONTH, "amount": 5, "currency": Currency.COP})),
        "MonthNote": row_in_book(_row(MonthNote, lambda _: {"month": _MONTH, "currency": Currency.COP})),
        "Target": row_in_book(
            _row(
                Target,
                lambda access: {"category_id": _category(access), "type": TargetType.SOURCE, "priority": 1},
            )
        ),
        "BudgetTemplate": row_in_book(_template),
        "TemplateItem": row_in_book(
            _row(
                TemplateItem,
                lambda access: {
                    "template_id": _template(access),
                    "category_id": _category(access),
                    "place": 1,
                    "amount": Decimal(5),
                },
            )
        ),
    },
    existing={
        f"{BUDGETS}/<id:budget_id>": existing(BUDGETS, _BUDGET),
        f"{ENVELOPES}/<month:month>": _month,
        f"{TARGETS}/<id:target_id>": _existing_target,
        f"{TEMPLATES}/<id:template_id>": _existing_template,
    },
    changes={
        f"{BUDGETS}/<id:budget_id>": {"amount": "500000"},
        f"{ENVELOPES}/<month:month>": {"held": "5"},
        f"{TARGETS}/<id:target_id>": {"amount": "6"},
    },
    own_posts={
        BUDGETS: sent(BUDGETS, _BUDGET),
        TARGETS: _target,
        TEMPLATES: _template_post,
        f"{TEMPLATES}/<string:template_id>/apply": _template_applied,
        f"{ENVELOPES}/<month:month>/move": _act("move", lambda _, second: {"to": second, "amount": "1"}),
        f"{ENVELOPES}/<month:month>/cover": _act("cover", lambda _, second: {"to": second}),
        f"{ENVELOPES}/<month:month>/copy": _act("copy", lambda *_: {"from": "2026-02"}),
        f"{ENVELOPES}/<month:month>/apply-targets": _act("apply-targets", lambda *_: {}),
        f"{ENVELOPES}/<month:month>/close": _act("close", lambda *_: {}),
    },
)
