"""Changing many expenses at once."""

from tests.factories.expenses import ExpenseFactory
from tests.factories.projects import ProjectFactory
from tests.support import Caller

PATH = "/api/expenses/bulk"


def test_values_are_set_in_all_of_them(user: Caller) -> None:
    project = ProjectFactory()
    ids = [ExpenseFactory().id for _ in range(3)]
    values = {"category": "Viajes", "project_id": project.id, "tags": ["obra"]}
    assert user.post(PATH, {"ids": ids, "action": "set", **values}, expect=200)["changed"] == 3
    for row_id in ids:
        expense = user.get(f"/api/expenses/{row_id}")["data"]
        assert {name: expense[name] for name in values} == values
        assert expense["client_id"] == project.client_id


def test_all_or_none_are_changed(user: Caller) -> None:
    project, other = ProjectFactory(), ProjectFactory()
    free, bound = ExpenseFactory().id, ExpenseFactory(project_id=project.id, client_id=project.client_id).id
    given = {"ids": [free, bound], "action": "set", "client_id": other.client_id, "category": "Viajes"}
    problem = user.post(PATH, given, expect=409)
    assert list(problem["errors"]["ids"]) == [str(bound)]
    assert user.get(f"/api/expenses/{free}")["data"]["client_id"] is None
    assert list(user.post(PATH, {"ids": [free], "action": "set"}, expect=400)["errors"]) == ["action"]


def test_expenses_are_deleted(user: Caller) -> None:
    ids = [ExpenseFactory().id for _ in range(2)]
    user.post(PATH, {"ids": ids, "action": "delete"}, expect=200)
    assert user.get("/api/expenses")["data"] == []
