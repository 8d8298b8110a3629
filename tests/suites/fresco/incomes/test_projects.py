"""Incomes of projects."""

from typing import Any

import pytest

from tests.factories.clients import ClientFactory
from tests.factories.imports import csv_of, form
from tests.factories.projects import ProjectFactory
from tests.support import Caller

PATH = "/api/incomes"
NEW = {
    "description": "Algo",
    "date": "2025-03-01",
    "amount": "15.50",
    "currency": "COP",
    "payment_method": "Efectivo",
    "type": "Otros",
}


def belonging(answer: dict[str, Any]) -> tuple[int | None, int | None]:
    return answer["data"]["client_id"], answer["data"]["project_id"]


def test_a_project_brings_its_client_and_is_filtered_by(user: Caller) -> None:
    project = ProjectFactory(name="Portal Ñuñoa")
    user.post(PATH, NEW)
    made = user.post(PATH, {**NEW, "project_id": project.id})
    assert belonging(made) == (project.client_id, project.id)
    for query in ({"project_id": project.id}, {"q": "nunoa"}):
        assert [one["id"] for one in user.get(PATH, **query)["data"]] == [made["data"]["id"]]
        assert [one["source_id"] for one in user.get("/api/cashflow", **query)["data"]] == [made["data"]["id"]]


@pytest.mark.parametrize("named", ["client_id", "client"])
def test_another_client_than_the_projects_is_refused(user: Caller, named: str) -> None:
    project, other = ProjectFactory(), ClientFactory(name="Muelle")
    theirs = {"client_id": other.id, "client": " muelle "}[named]
    both = {**NEW, "project_id": project.id, named: theirs}
    assert list(user.post(PATH, both, expect=400)["errors"]) == [named]
    path = f"{PATH}/{user.post(PATH, {**NEW, 'project_id': project.id})['data']['id']}"
    assert list(user.put(path, {named: theirs}, expect=400)["errors"]) == [named]
    assert belonging(user.put(path, {"project_id": None, named: theirs})) == (other.id, None)


def test_an_unknown_project_is_not_found(user: Caller) -> None:
    assert user.post(PATH, {**NEW, "project_id": 987654321}, expect=404)["code"] == "not_found"


def test_a_text_that_names_nobody_leaves_the_projects_client(user: Caller) -> None:
    project = ProjectFactory()
    path = f"{PATH}/{user.post(PATH, {**NEW, 'project_id': project.id, 'client': 'Feria'})['data']['id']}"
    assert belonging(user.put(path, {"client": "Otra feria"})) == (project.client_id, project.id)


def test_a_project_with_incomes_keeps_its_client_and_is_not_deleted(user: Caller) -> None:
    project = ProjectFactory()
    user.post(PATH, {**NEW, "project_id": project.id})
    user.delete(f"/api/projects/{project.id}", expect=409)
    user.put(f"/api/projects/{project.id}", {"client_id": ClientFactory().id}, expect=409)


def test_a_file_names_projects(user: Caller) -> None:
    project = ProjectFactory(name="Portal")
    rows = [("2025-03-01", "Algo", "10", "COP", "Otros", "Efectivo", name) for name in ("portal", "Nada")]
    heads = ("date", "description", "amount", "currency", "type", "payment_method", "Proyecto")
    sent = user.send("POST", "/api/imports/incomes", **form(csv_of(heads, *rows), "ingresos.csv"))
    one, other = sent.get_json()["data"]["lines"]
    assert (one["values"]["project_id"], one["values"]["client_id"]) == (project.id, project.client_id)
    assert list(other["errors"]) == ["project_name"]
