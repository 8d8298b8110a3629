"""A client that openapi-python-client generates from our document makes every call of a first day's work."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import PASSWORD
from tests.factories.files import PDF
from tests.support import Server

PACKAGE = "generated_fresco"


def today() -> date:
    """The day where the company is."""
    return datetime.now(ZoneInfo("America/Bogota")).date()


@pytest.fixture(scope="module")
def generated(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package, which can be imported; nothing of the document was left out of it."""
    folder = tmp_path_factory.mktemp("client")
    source, settings = folder / "openapi.json", folder / "settings.yml"
    source.write_bytes(server.send("GET", "/api/openapi.json").body)
    settings.write_text(json.dumps({"post_hooks": []}), encoding="utf-8")
    options = ("--path", str(source), "--output-path", str(folder / PACKAGE), "--config", str(settings))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield folder / PACKAGE
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


@dataclass
class Generated:
    """The package's functions and shapes, with somebody logged in."""

    client: Any

    def call(self, operation: str, expect: int, **given: Any) -> Any:
        """What the operation answers, as the package's own types."""
        answer = self.module(f"api.{operation}").sync_detailed(client=self.client, **given)
        assert answer.status_code == HTTPStatus(expect), answer.content
        return answer

    def shape(self, kind: str, /, **values: Any) -> Any:
        """One of the package's types."""
        return getattr(self.module("models"), kind)(**values)

    def choice(self, name: str, value: str) -> Any:
        """One of the values of an enum of the package."""
        return getattr(self.module("models"), name)(value)

    @staticmethod
    def module(name: str) -> ModuleType:
        return importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture(scope="module")
def fresco(server: Server, generated: Path) -> Iterator[Generated]:
    """A user, logged in by the generated function."""
    address, module = f"http://127.0.0.1:{server.port}", Generated.module("client")
    with module.Client(base_url=address) as anonymous:
        login = Generated(anonymous).shape("LoginIn", username="user", password=PASSWORD)
        tokens = Generated(anonymous).call("auth.login", 200, body=login).parsed
    assert tokens.user.username == "user"
    with module.AuthenticatedClient(base_url=address, token=tokens.access_token) as client:
        yield Generated(client)


def new_project(fresco: Generated) -> int:
    """The id of a project with a plan, made as the first page of the documentation has it."""
    client = fresco.shape("ClientIn", name="Café Andino", start_date=date(2026, 1, 1))
    client_id = fresco.call("clients.create_client", 201, body=client).parsed.data.id
    plan = fresco.shape(
        "PaymentPlanIn",
        type_=fresco.choice("PlanType", "Mixto"),
        implementation_fee_total=1_000_000.07,
        implementation_fee_currency=fresco.choice("Currency", "COP"),
        implementation_fee_installments=2,
        recurring_fee_amount="250000.50",
        recurring_fee_currency=fresco.choice("Currency", "COP"),
        recurring_fee_frequency=fresco.choice("ChargeFrequency", "Mensual"),
    )
    project = fresco.shape(
        "ProjectIn",
        client_id=client_id,
        name="Tienda",
        description="En línea",
        start_date=today(),
        payment_plan=plan,
    )
    made = fresco.call("projects.create_project", 201, body=project).parsed.data
    assert made.payment_plan.implementation_fee_total == 1_000_000.07
    return int(made.id)


def test_the_first_story_works_from_login_to_cash_flow(fresco: Generated) -> None:
    project_id = new_project(fresco)
    months = fresco.shape("GenerateIn", project_id=project_id, months=3)
    made = fresco.call("payments.generate_payments", 201, body=months).parsed
    assert len(made.data) == 5
    listed = fresco.call("payments.list_payments", 200, project_id=project_id).parsed
    assert [listed.pagination.total, listed.pagination.per_page] == [5, 20]
    due = next(payment for payment in listed.data if payment.date <= today())
    paid = fresco.shape("StatusChangeIn", status=fresco.choice("PaymentStatus", "Pagado"))
    done = fresco.call("payments.change_payment_status", 200, payment_id=due.id, body=paid).parsed.data
    assert (done.status.value, done.paid_date) == ("Pagado", today())
    flow = fresco.call("cashflow.list_movements", 200).parsed
    assert [(one.source_id, one.amount) for one in flow.data] == [(due.id, due.amount)]
    assert flow.balance == due.amount


def test_a_list_is_exported_with_the_documented_defaults(fresco: Generated) -> None:
    """It sends page=1&per_page=20 whatever one asks for; what it reads a CSV as is JSON, so the bytes are asked for."""
    new_project(fresco)
    export = fresco.module("api.projects.list_projects")._get_kwargs(format_=fresco.choice("TableFormat", "csv"))
    assert export["params"] == {"page": 1, "per_page": 20, "format": "csv"}
    answer = fresco.client.get_httpx_client().request(**export)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert "Tienda" in answer.text


def test_an_upload_comes_back_as_it_was(fresco: Generated) -> None:
    file = Generated.module("types").File(payload=BytesIO(PDF), file_name="a.pdf", mime_type="application/pdf")
    kept = fresco.call("upload.upload_file", 201, body=fresco.shape("UploadForm", file=file)).parsed
    answer = fresco.call("files.download_file", 200, file_id=kept.id)
    assert (answer.content, answer.headers["Content-Type"]) == (PDF, "application/pdf")
    again = fresco.call("files.download_file", 304, file_id=kept.id, if_none_match=answer.headers["ETag"])
    assert again.content == b""


def test_what_is_refused_is_a_problem_with_its_code(fresco: Generated) -> None:
    answer = fresco.call("clients.get_client", 404, client_id=987654321).parsed
    assert (type(answer).__name__, answer.code) == ("Problem", "not_found")
