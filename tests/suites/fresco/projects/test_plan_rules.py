"""Rules of payment plans, in Python and in the database: fields required and not allowed by type."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from app.infra.db import db
from app.kernel.money import COP_AND_USD, Currency
from app.suites.fresco.projects.models import PaymentPlan
from app.suites.fresco.projects.rules import (
    FEE_FIELDS,
    MAX_INSTALLMENTS,
    MAX_PERIODS,
    PLAN_FIELDS,
    RECURRING_FIELDS,
    ChargeFrequency,
    PlanType,
    merged_plan,
    normalized_plan,
    plan_problems,
)
from tests.factories.projects import PLANS, ProjectFactory

FEE = {"implementation_fee_total": Decimal(3000), "implementation_fee_currency": Currency.COP}
RECURRING = {
    "recurring_fee_amount": Decimal(100),
    "recurring_fee_currency": Currency.USD,
    "recurring_fee_frequency": ChargeFrequency.MONTHLY,
}
FOREIGN_TO_FEE = {
    **RECURRING,
    "recurring_fee_day_of_charge": 5,
    "recurring_fee_grace_periods": 1,
    "recurring_fee_discount_periods": 1,
    "recurring_fee_discount_percentage": Decimal(10),
}
FOREIGN_TO_SUBSCRIPTION = {**FEE, "implementation_fee_installments": 2}
NEEDED = {
    PlanType.SINGLE_FEE: FEE,
    PlanType.INSTALLMENTS: {**FEE, "implementation_fee_installments": 2},
    PlanType.SUBSCRIPTION: RECURRING,
    PlanType.MIXED: {**FEE, **RECURRING},
}
FOREIGN: dict[PlanType, dict[str, Any]] = {
    PlanType.SINGLE_FEE: FOREIGN_TO_FEE,
    PlanType.INSTALLMENTS: FOREIGN_TO_FEE,
    PlanType.SUBSCRIPTION: FOREIGN_TO_SUBSCRIPTION,
    PlanType.MIXED: {},
}


def plan(kind: PlanType | None, **values: Any) -> dict[str, Any]:
    return {"type": kind, **values}


@pytest.mark.parametrize("kind", PlanType)
def test_the_required_fields_of_a_type_suffice(kind: PlanType) -> None:
    assert plan_problems(plan(kind, **NEEDED[kind])) == {}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, needed in NEEDED.items() for name in needed])
@pytest.mark.parametrize(
    "absent", [lambda values, name: values.pop(name), lambda values, name: values.update({name: None})]
)
def test_each_field_that_a_type_needs_is_required(
    kind: PlanType, name: str, absent: Callable[[dict[str, Any], str], Any]
) -> None:
    values = dict(NEEDED[kind])
    absent(values, name)
    assert list(plan_problems(plan(kind, **values))) == [name]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, foreign in FOREIGN.items() for name in foreign])
def test_each_field_of_the_other_kind_is_refused(kind: PlanType, name: str) -> None:
    assert list(plan_problems(plan(kind, **NEEDED[kind], **{name: FOREIGN[kind][name]}))) == [name]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (PlanType.SUBSCRIPTION, "implementation_fee_installments", 1),
        (PlanType.SINGLE_FEE, "recurring_fee_grace_periods", 0),
        (PlanType.SINGLE_FEE, "recurring_fee_discount_periods", 0),
        (PlanType.INSTALLMENTS, "recurring_fee_discount_percentage", Decimal("0.00")),
    ],
)
def test_a_default_that_says_nothing_is_tolerated_and_not_stored(kind: PlanType, name: str, value: Any) -> None:
    given_plan = plan(kind, **NEEDED[kind], **{name: value})
    assert plan_problems(given_plan) == {}
    assert normalized_plan(given_plan)[name] is None


def test_a_plan_without_a_type_gets_a_message() -> None:
    assert plan_problems(plan(None, **FEE)) == {"type": ["Missing data for required field."]}


@pytest.mark.parametrize(
    ("kind", "count", "right"),
    [
        (PlanType.SINGLE_FEE, None, True),
        (PlanType.SINGLE_FEE, 1, True),
        (PlanType.SINGLE_FEE, 2, False),
        (PlanType.INSTALLMENTS, 1, False),
        (PlanType.INSTALLMENTS, 2, True),
        (PlanType.INSTALLMENTS, MAX_INSTALLMENTS, True),
        (PlanType.MIXED, None, True),
        (PlanType.MIXED, 1, True),
        (PlanType.MIXED, 12, True),
    ],
)
def test_the_number_of_installments_fits_the_type(kind: PlanType, count: int | None, right: bool) -> None:
    problems = plan_problems(plan(kind, **NEEDED[kind] | {"implementation_fee_installments": count}))
    assert list(problems) == ([] if right else ["implementation_fee_installments"])


@pytest.mark.parametrize(("total", "right"), [("0.03", True), ("0.02", False)])
def test_there_are_no_more_installments_than_cents(total: str, right: bool) -> None:
    values = FEE | {"implementation_fee_total": Decimal(total), "implementation_fee_installments": 3}
    assert (plan_problems(plan(PlanType.INSTALLMENTS, **values)) == {}) is right


@pytest.mark.parametrize("frequency", ChargeFrequency)
def test_the_day_of_charge_fits_the_frequency(frequency: ChargeFrequency) -> None:
    last = {ChargeFrequency.WEEKLY: 7, ChargeFrequency.SEMIMONTHLY: 15}.get(frequency, 31)
    taken = {
        day
        for day in range(33)
        if not plan_problems(
            plan(
                PlanType.SUBSCRIPTION,
                **RECURRING | {"recurring_fee_frequency": frequency, "recurring_fee_day_of_charge": day},
            )
        )
    }
    assert taken == set(range(1, last + 1))


@pytest.mark.parametrize(
    ("kind", "values", "name", "message"),
    [
        (
            PlanType.SINGLE_FEE,
            {"implementation_fee_total": None},
            "implementation_fee_total",
            "Required for «Fee único».",
        ),
        (
            PlanType.SINGLE_FEE,
            {"recurring_fee_grace_periods": 2},
            "recurring_fee_grace_periods",
            "Not allowed for «Fee único».",
        ),
        (
            PlanType.SINGLE_FEE,
            {"implementation_fee_installments": 2},
            "implementation_fee_installments",
            "Must be 1 for «Fee único».",
        ),
        (
            PlanType.INSTALLMENTS,
            {"implementation_fee_installments": 1},
            "implementation_fee_installments",
            "Must be at least 2 for «Fee por cuotas».",
        ),
        (
            PlanType.INSTALLMENTS,
            {"implementation_fee_total": Decimal("0.01")},
            "implementation_fee_installments",
            "Must leave at least one cent for each installment.",
        ),
        (
            PlanType.SUBSCRIPTION,
            {"recurring_fee_frequency": ChargeFrequency.WEEKLY, "recurring_fee_day_of_charge": 8},
            "recurring_fee_day_of_charge",
            "Must be from 1 to 7 for «Semanal».",
        ),
    ],
)
def test_an_invalid_plan_gets_a_message(kind: PlanType, values: dict[str, Any], name: str, message: str) -> None:
    assert plan_problems(plan(kind, **NEEDED[kind] | values)) == {name: [message]}


def test_given_values_are_merged_into_the_stored_ones() -> None:
    stored = plan(PlanType.SUBSCRIPTION, **RECURRING)
    merged = merged_plan(stored, {"recurring_fee_amount": Decimal(7)})
    assert merged == {**stored, "recurring_fee_amount": Decimal(7)}


def test_a_new_type_drops_what_it_can_not_have_from_the_stored_part_only() -> None:
    stored = plan(PlanType.MIXED, **FEE, implementation_fee_installments=3, **RECURRING)
    merged = merged_plan(stored, {"type": PlanType.INSTALLMENTS})
    assert merged == plan(PlanType.INSTALLMENTS, **FEE, implementation_fee_installments=3)
    changed = merged_plan(stored, {"type": PlanType.INSTALLMENTS, "recurring_fee_amount": Decimal(1)})
    assert list(plan_problems(changed)) == ["recurring_fee_amount"]


def test_a_plan_that_replaces_none_stands_alone() -> None:
    assert merged_plan(None, {"recurring_fee_amount": Decimal(1)})["type"] is None


MONEY = st.decimals("0.01", "9999999999.99", places=2)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "implementation_fee_total": st.just(Decimal("0.01")) | MONEY,
    "implementation_fee_currency": st.sampled_from(COP_AND_USD),
    "implementation_fee_installments": st.sampled_from([1, 2, 3, MAX_INSTALLMENTS]),
    "recurring_fee_amount": MONEY,
    "recurring_fee_currency": st.sampled_from(COP_AND_USD),
    "recurring_fee_frequency": st.sampled_from(ChargeFrequency),
    "recurring_fee_day_of_charge": st.integers(1, 31),
    "recurring_fee_grace_periods": st.sampled_from([0, 1, MAX_PERIODS]),
    "recurring_fee_discount_periods": st.sampled_from([0, 1, MAX_PERIODS]),
    "recurring_fee_discount_percentage": st.decimals(0, 100, places=2),
}
ANY_PLAN = st.fixed_dictionaries(
    {"type": st.none() | st.sampled_from(PlanType)},
    optional={name: st.none() | values for name, values in VALUES.items()},
)


@st.composite
def nearly_right(draw: st.DrawFn) -> dict[str, Any]:
    """Complete plans with up to two fields replaced by any value: fully random plans are hardly ever valid."""
    kind = draw(st.sampled_from(PlanType))
    changed = draw(st.lists(st.sampled_from(list(VALUES)), max_size=2))
    return plan(kind, **PLANS[kind]) | {name: draw(st.none() | VALUES[name]) for name in changed}


@given(given_plan=ANY_PLAN | nearly_right())
def test_no_plan_raises_and_none_that_is_accepted_is_incomplete(given_plan: dict[str, Any]) -> None:
    if plan_problems(given_plan):
        return
    kind, normal = given_plan["type"], normalized_plan(given_plan)
    assert set(normal) == set(PLAN_FIELDS)
    filled = {name for name, value in normal.items() if value is not None} - {"recurring_fee_day_of_charge"}
    fee = FEE_FIELDS if kind in {PlanType.SINGLE_FEE, PlanType.INSTALLMENTS, PlanType.MIXED} else ()
    recurring = RECURRING_FIELDS if kind in {PlanType.SUBSCRIPTION, PlanType.MIXED} else ()
    assert filled == {"type", *fee, *recurring} - {"recurring_fee_day_of_charge"}
    assert plan_problems(normal) == {}
    assert normalized_plan(normal) == normal


@settings(max_examples=200)
@given(given_plan=nearly_right())
@example(
    given_plan=plan(
        PlanType.INSTALLMENTS, **PLANS[PlanType.INSTALLMENTS] | {"implementation_fee_total": Decimal("0.02")}
    )
)
@example(given_plan=plan(PlanType.SINGLE_FEE, **PLANS[PlanType.SINGLE_FEE] | {"implementation_fee_installments": 2}))
@example(
    given_plan=plan(
        PlanType.MIXED,
        **PLANS[PlanType.MIXED]
        | {"recurring_fee_day_of_charge": 31, "recurring_fee_frequency": ChargeFrequency.WEEKLY},
    )
)
def test_the_database_takes_what_the_rules_take_and_refuses_what_they_refuse(
    stored: Callable[[dict[str, Any]], bool], given_plan: dict[str, Any]
) -> None:
    complete = dict.fromkeys(PLAN_FIELDS) | given_plan
    # The rules accept a default or None in a field that does not apply, and normalize it before it is stored.
    right = not plan_problems(complete) and normalized_plan(complete) == complete
    assert stored(complete) is right


@pytest.fixture(scope="module")
def stored(app: Any) -> Any:
    """A function that tells whether the database accepts a plan; the plan is rolled back."""
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection, connection.begin() as outer:
        with app.app_context():
            engines = db.engines
        engines[None] = connection
        try:
            project = ProjectFactory()
        finally:
            engines[None] = engine

        def takes(values: dict[str, Any]) -> bool:
            attempt = connection.begin_nested()
            try:
                connection.execute(insert(PaymentPlan).values(project_id=project.id, **values))
            except DBAPIError:
                return False
            finally:
                attempt.rollback()
            return True

        yield takes
        outer.rollback()
